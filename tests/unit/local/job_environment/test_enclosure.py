"""What attempts see of the run that they belong to, and of others."""

import subprocess
from pathlib import Path

import pytest

from constructs_lib.local.confinement import find_confinement
from constructs_lib.local.job_environment.attempts import Attempts
from constructs_lib.local.job_environment.enclosure import Enclosure

needs_confinement = pytest.mark.skipif(find_confinement() is None, reason="nothing confines processes here")


def seen(run: Path, *argv: str, confined: bool = True) -> str:
    attempt = Attempts(run).make()
    enclosed = Enclosure(run, confined=confined).enclose(argv, attempt, attempt.root, {"PATH": "/usr/bin:/bin"})
    return subprocess.run(
        enclosed.argv, cwd=attempt.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    ).stdout


@needs_confinement
@pytest.mark.parametrize("place", ["own", "build/local/own"])
def test_an_attempt_sees_of_its_run_what_is_its_own(tmp_path: Path, place: str) -> None:
    run = tmp_path / place
    (run / "logs").mkdir(parents=True)
    assert seen(run, "find", str(run), "-mindepth", "1", "-maxdepth", "1", "-not", "-name", "jobs-*") == ""


@needs_confinement
def test_runs_beside_each_other_do_not_see_each_other(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / "build" / "local" / name).mkdir(parents=True)
    assert seen(tmp_path / "build" / "local" / "one", "ls", str(tmp_path / "build" / "local")) == "one\n"


def test_who_is_not_confined_sees_all(tmp_path: Path) -> None:
    (tmp_path / "run" / "logs").mkdir(parents=True)
    assert "logs" in seen(tmp_path / "run", "ls", str(tmp_path / "run"), confined=False)


@needs_confinement
def test_temporary_files_are_where_everybody_writes(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path)
    assert Enclosure(tmp_path, confined=True).environment(attempts.make())["TMPDIR"] == "/tmp"  # noqa: S108 - its own
    alone = attempts.make()
    assert Enclosure(tmp_path, confined=False).environment(alone)["TMPDIR"] == str(alone.temporary)
