"""Jobs of those who want them as they were before they were confined."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.local.small_jobs import SmallJobs
from tests.waiting import until

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallJobs]:
    directory = tmp_path_factory.mktemp("run")
    with EmbeddedAws(directory, confined=False) as aws:
        yield SmallJobs(aws, directory)


def test_they_change_what_their_user_can_change(jobs: SmallJobs, tmp_path: Path) -> None:
    assert jobs.run("touch", str(tmp_path / "left")).exit_code == 0
    assert (tmp_path / "left").exists()


def test_each_has_a_directory_of_its_own_nevertheless(jobs: SmallJobs) -> None:
    for _ in range(2):
        script = 'for place in . "$HOME" "$TMPDIR"; do test -e "$place/left" && echo seen; touch "$place/left"; done'
        ended = jobs.run("sh", "-c", script)
        assert (ended.exit_code, ended.output) == (0, "")


def test_a_child_in_the_group_of_the_job_ends_with_it(jobs: SmallJobs) -> None:
    pid = int(jobs.run("sh", "-c", "sleep 1000 & echo $!").output)
    until(lambda: not Path(f"/proc/{pid}").exists())
