"""The Python of jobs: what they find in it, and what they do to it."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.confinement import find_confinement
from tests.local.small_jobs import SmallJobs

pytestmark = pytest.mark.local

PYTHON = "public.ecr.aws/docker/library/python:3.13-slim"
OWN = "constructs_lib_test_installed"
INSTALL = f"pip install --no-index --quiet --disable-pip-version-check --no-cache-dir {OWN}-1.0-py3-none-any.whl"


needs_confinement = pytest.mark.skipif(find_confinement() is None, reason="nothing confines processes here")


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallJobs]:
    directory = tmp_path_factory.mktemp("run")
    with EmbeddedAws(directory) as aws:
        yield SmallJobs(aws, directory)


@pytest.fixture(scope="module")
def installing(jobs: SmallJobs, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image with a package that its jobs install themselves."""
    source = tmp_path_factory.mktemp("installing")
    (source / "Dockerfile").write_text("FROM python:3.13\nRUN pip install six\nCOPY . /app\nWORKDIR /app\n")
    info = f"{OWN}-1.0.dist-info"
    with zipfile.ZipFile(source / f"{OWN}-1.0-py3-none-any.whl", "w") as file:
        file.writestr(f"{OWN}.py", "print('imported')\n")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {OWN}\nVersion: 1.0\n")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")
    return jobs.image(source, "e" * 64)


def test_what_a_job_installs_is_for_this_attempt_alone(jobs: SmallJobs, installing: str) -> None:
    script = f"{INSTALL} && python3 -m {OWN} && exit 1"
    ended = jobs.run("sh", "-c", f"python -c 'import {OWN}' 2>&1 | tail -1; {script}", image=installing, attempts=2)
    assert ended.output == f"ModuleNotFoundError: No module named '{OWN}'\nimported\n" * 2
    ours = subprocess.run([sys.executable, "-c", f"import {OWN}"], capture_output=True, check=False)
    assert b"ModuleNotFoundError" in ours.stderr


@needs_confinement  # else it would do it
def test_a_job_cannot_take_away_what_is_installed_here(jobs: SmallJobs, installing: str) -> None:
    jobs.run("pip", "uninstall", "--yes", "six", image=installing)
    jobs.run("python", "-c", "import shutil, six, os; os.unlink(os.path.realpath(six.__file__))", image=installing)
    assert jobs.run("python", "-c", "import six; print('well')", image=installing).output == "well\n"
    assert subprocess.run([sys.executable, "-c", "import six"], check=False).returncode == 0


def test_a_job_finds_what_its_image_installs_and_nothing_else(jobs: SmallJobs, installing: str) -> None:
    assert jobs.run("python", "-c", "import six", image=installing).exit_code == 0
    ended = jobs.run("python", "-c", "import boto3", image=installing)
    assert ended.exit_code == 1
    assert "No module named 'boto3'" in ended.output


def test_an_official_image_of_python_has_nothing_but_python(jobs: SmallJobs) -> None:
    assert jobs.run("python3", "-c", "import json, sqlite3; print('well')", image=PYTHON).output == "well\n"
    assert jobs.run("python3", "-c", "import boto3", image=PYTHON).exit_code == 1


def test_an_image_of_which_nothing_is_known_has_what_is_installed_here(jobs: SmallJobs) -> None:
    assert jobs.run("python3", "-c", "import boto3", image="registry.example.com/train:3").exit_code == 0


def test_programs_that_scripts_start_are_the_same_python(jobs: SmallJobs, installing: str) -> None:
    show = "import sys; print(sys.prefix)"
    ended = jobs.run(
        "sh", "-c", f"python -c '{show}'; python3 -c '{show}'; /usr/bin/env python3 -c '{show}'", image=installing
    )
    assert len(set(ended.output.splitlines())) == 1
    assert sys.prefix not in ended.output.splitlines()


@needs_confinement
def test_apt_get_does_not_change_the_machine(jobs: SmallJobs) -> None:
    ended = jobs.run("sh", "-c", "touch /var/lib/dpkg/status; touch /var/lib/apt/lists/left", image="debian:13")
    assert ended.exit_code == 1
    assert not Path("/var/lib/apt/lists/left").exists()


def test_a_function_has_what_lambda_has(jobs: SmallJobs) -> None:
    code = """
import importlib.util
def handler(event, context):
    return [name for name in ("boto3", "botocore", "moto") if importlib.util.find_spec(name)]
"""
    assert jobs.call(code) == ["boto3", "botocore"]
