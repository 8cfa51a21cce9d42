"""A job stays in its place: what it finds of the developer's machine, and what it leaves there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.local.small_jobs import REGISTRY_IMAGE, SmallJobs
from tests.waiting import until

pytestmark = pytest.mark.local

KEY = "AKIAOFTHEDEVELOPER00"
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"
FIND_KEYS = """
import botocore.session
found = botocore.session.Session().get_credentials()
print("found", found and found.access_key)
"""
"""As a program that ignores AWS_ENDPOINT_URL looks for them, to call the real AWS."""


@pytest.fixture(scope="module")
def developer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a developer who has keys of a real account, and secrets in the environment."""
    home = tmp_path_factory.mktemp("developer")
    (home / ".aws").mkdir()
    (home / ".aws" / "credentials").write_text(f"[default]\naws_access_key_id={KEY}\naws_secret_access_key=secret\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / ".aws" / "credentials"))
        patch.setenv("AWS_CONFIG_FILE", str(home / ".aws" / "config"))
        patch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost:1/keys")
        patch.setenv("SECRET_OF_DEVELOPER", "secret")
        yield home


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def jobs(developer: Path, directory: Path) -> Iterator[SmallJobs]:
    assert developer.is_dir()
    with EmbeddedAws(directory) as aws:
        yield SmallJobs(aws, directory)


def test_a_job_sees_nothing_of_the_developers_environment(jobs: SmallJobs, developer: Path, directory: Path) -> None:
    ended = jobs.run("python3", "-c", SHOW)
    found = json.loads(ended.output)
    assert str(developer) not in ended.output
    assert "SECRET_OF_DEVELOPER" not in found
    assert {name for name in found if not name.startswith("AWS_")} <= {
        *("HOME", "TMPDIR", "PATH", "PWD", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SSL_CERT_FILE"),
        "CONSTRUCTS_LIB_STARTED_BY",  # by which it is found when it is to end
        *("ECS_CONTAINER_METADATA_URI", "ECS_CONTAINER_METADATA_URI_V4"),
    }
    assert {name for name in found if "CREDENTIALS" in name or "KEY" in name or "TOKEN" in name} == {
        "AWS_SHARED_CREDENTIALS_FILE"
    }
    assert found["HOME"].startswith(str(directory))


@pytest.mark.parametrize("iam", [True, False])
def test_a_program_that_ignores_the_endpoint_finds_no_keys_where_aws_gives_none(
    jobs: SmallJobs, monkeypatch: pytest.MonkeyPatch, *, iam: bool
) -> None:
    monkeypatch.setattr(jobs._aws.iam, "enforced", iam)
    assert jobs.run("python3", "-c", FIND_KEYS).output == "found None\n"


def test_a_job_with_a_role_finds_its_keys(jobs: SmallJobs) -> None:
    ended = jobs.run("python3", "-c", FIND_KEYS, jobRoleArn=jobs.role)
    assert ended.output.startswith("found ")
    assert ended.output not in ("found None\n", f"found {KEY}\n")


def test_each_attempt_has_a_home_and_temporary_files_of_its_own(jobs: SmallJobs) -> None:
    script = 'for place in "$HOME" "$TMPDIR"; do test -e $place/left && echo seen; touch $place/left; done; exit 1'
    ended = jobs.run("sh", "-c", script, attempts=2)
    assert (ended.exit_code, ended.output) == (1, "")


def test_what_an_attempt_leaves_is_removed(jobs: SmallJobs, directory: Path) -> None:
    script = 'mkdir -p "$HOME/a/b" && touch "$HOME/a/b/c" && chmod 500 "$HOME/a/b" && echo "$HOME"'
    home = Path(jobs.run("sh", "-c", script).output.strip())
    until(lambda: not home.parent.exists())
    assert home.is_relative_to(directory)


def test_a_function_sees_nothing_of_the_developers_environment(jobs: SmallJobs, developer: Path) -> None:
    code = """
import os
def handler(event, context):
    open(os.environ["TMPDIR"] + "/left", "x").close()  # raises where it is there
    return dict(os.environ)
"""
    first, second = (jobs.call(code) for _ in range(2))
    assert str(developer) not in json.dumps(first)
    assert "SECRET_OF_DEVELOPER" not in first
    assert first["HOME"] != second["HOME"]
    assert not Path(first["HOME"]).exists()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source of an image that copies nothing; staging is disabled, so that it is the asset."""
    made = tmp_path_factory.mktemp("source")
    (made / "Dockerfile").write_text("FROM python:3.13\nWORKDIR /app\n")
    (made / "kept.py").write_text("print('kept')\n")
    return made


@pytest.fixture(scope="module")
def copying(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source of an image that copies a module."""
    made = tmp_path_factory.mktemp("copying")
    (made / "Dockerfile").write_text("FROM python:3.13\nWORKDIR /app\nCOPY kept.py .\n")
    (made / "kept.py").write_text("print('kept')\n")
    return made


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source of an image that is so large that changes are laid over it, where this machine can do that."""
    made = tmp_path_factory.mktemp("large")
    (made / "Dockerfile").write_text("FROM python:3.13\nWORKDIR /app\nCOPY . .\n")
    (made / "kept.py").write_text("print('kept')\n")
    with (made / "model").open("wb") as file:
        file.truncate(20_000_000)
    return made


@pytest.fixture(params=["registry", "copies nothing", "copies", "large"])
def image(request: pytest.FixtureRequest, jobs: SmallJobs, source: Path, copying: Path, large: Path) -> str:
    if request.param == "registry":
        return REGISTRY_IMAGE
    directories = {"copies nothing": source, "copies": copying, "large": large}
    return jobs.image(directories[request.param], f"{list(directories).index(request.param)}" * 64)


def test_a_job_that_removes_its_directory_hurts_no_other(jobs: SmallJobs, image: str, source: Path) -> None:
    assert jobs.run("sh", "-c", 'rm -rf "$PWD"', image=image).exit_code == 0
    assert jobs.run("sh", "-c", "ls", image=image).exit_code == 0
    assert (source / "kept.py").exists()


def test_a_job_that_changes_its_files_changes_no_others(
    jobs: SmallJobs, source: Path, copying: Path, large: Path
) -> None:
    for number, directory in enumerate((source, copying, large)):
        image = jobs.image(directory, f"{number}" * 64)
        assert jobs.run("sh", "-c", "echo broken > kept.py; rm -f Dockerfile", image=image).exit_code == 0
        assert jobs.run("python3", "/app/kept.py", image=image).output == "kept\n"
        assert (directory / "kept.py").read_text() == "print('kept')\n"


def test_a_retry_sees_nothing_of_the_attempt_before(jobs: SmallJobs, image: str) -> None:
    script = "test -e mine && echo seen; touch mine; exit 1"
    ended = jobs.run("sh", "-c", script, image=image, attempts=2)
    assert (ended.exit_code, ended.output) == (1, "")
    assert jobs.run("sh", "-c", "test ! -e mine", image=image).exit_code == 0


def test_a_large_image_is_as_it_is(jobs: SmallJobs, large: Path) -> None:
    image = jobs.image(large, "2" * 64)
    script = "pwd; stat -c %s model; rm model kept.py; echo new > model; mv model moved; cat moved; ls"
    lines = jobs.run("sh", "-c", script, image=image).output.splitlines()
    assert Path(lines[0]).parts[-2:] == ("root", "app")
    assert lines[1:] == ["20000000", "new", "Dockerfile", "__pycache__", "moved"]
    assert (large / "model").stat().st_size == 20_000_000
    (large / "run.sh").write_text("#!/bin/sh\necho started\n")
    (large / "run.sh").chmod(0o755)
    assert jobs.run("./run.sh", image=jobs.image(large, "3" * 64)).output == "started\n"
    assert jobs.run("/app/run.sh", image=jobs.image(large, "3" * 64)).output == "started\n"
    assert "No such file" in jobs.run("./absent.sh", image=image).reason
