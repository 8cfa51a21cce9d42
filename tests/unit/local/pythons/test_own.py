"""A Python of one's own."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from constructs_lib.local.pythons import Modules, OwnPython, Pythons, Requirements
from constructs_lib.local.supervisor import Supervisor

FIND = """
import importlib.util, json, sys
print(json.dumps([name for name in sys.argv[1:] if importlib.util.find_spec(name)]))
"""
Make = Callable[[Requirements], OwnPython]


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    with Supervisor() as made:
        yield made


@pytest.fixture
def pythons(tmp_path: Path, supervisor: Supervisor) -> Pythons:
    (tmp_path / "run").mkdir()
    return Pythons(lambda: tmp_path / "run", supervisor, tmp_path / "cache")


@pytest.fixture
def make(pythons: Pythons, tmp_path: Path) -> Make:
    def made(wanted: Requirements) -> OwnPython:
        modules = pythons.of("image", wanted)
        python = OwnPython(tmp_path / f"python-{len(list(tmp_path.iterdir()))}")
        python.make([*(str(tmp_path / name) for name in modules.projects), *modules.lines()])
        return python

    return made


def run(python: OwnPython, *words: str) -> str:
    environment = {"PATH": os.defpath}  # and no PYTHONPATH of whoever runs the tests
    done = subprocess.run(
        [python.program, *words], env=environment, capture_output=True, text=True, check=True, cwd="/"
    )
    return done.stdout


def found(python: OwnPython, *names: str) -> list[str]:
    there: list[str] = json.loads(run(python, "-c", FIND, *names))
    return there


def wheel(directory: Path, name: str) -> Path:
    """A wheel that nobody else has, with a module and a command."""
    directory.mkdir(exist_ok=True)
    made = directory / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(f"{name}.py", "def main(): print('hello')\n")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/entry_points.txt", f"[console_scripts]\n{name} = {name}:main\n")
        file.writestr(f"{info}/RECORD", "")
    return made


def test_a_plain_image_has_pip_and_nothing_else(make: Make) -> None:
    assert found(make(Requirements()), "pip", "json", "boto3", "moto", "constructs_lib") == ["pip", "json"]


def test_an_image_has_what_it_installs_and_what_that_needs(make: Make) -> None:
    python = make(Requirements(lines=["boto3>=1"]))
    assert found(python, "boto3", "botocore", "dateutil", "moto") == ["boto3", "botocore", "dateutil"]
    assert run(python, "-c", "import boto3; print(boto3.client('s3', 'us-east-1').meta.service_model.service_name)")


def test_native_modules_are_found(make: Make) -> None:
    assert run(make(Requirements(lines=["obstore"])), "-c", "import obstore.store; print('well')") == "well\n"


def test_an_image_of_which_nothing_is_known_has_what_is_here(make: Make) -> None:
    assert found(make(Requirements(plain=False)), "boto3", "moto", "constructs_lib") == [
        "boto3",
        "moto",
        "constructs_lib",
    ]


def test_what_is_installed_as_it_stands_elsewhere_is_found(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for name in ("site/beside", "project"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / f"{name.replace('/', '_')}.py").touch()
    (site / "own.pth").write_text(f"# a comment\n{tmp_path}/project\nbeside\nimport sys; sys.told = True\n")
    python = OwnPython(tmp_path / "python")
    python.make(Modules((), (site,)).lines())
    assert found(python, "project", "site_beside") == ["project", "site_beside"]
    assert run(python, "-c", "import sys; print(sys.told)") == "True\n"


def test_the_modules_of_a_project_are_found(make: Make, tmp_path: Path) -> None:
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "one.py").touch()
    assert found(make(Requirements(projects=["flat"])), "one") == ["one"]


def test_what_it_installs_itself_nobody_else_has(make: Make, tmp_path: Path) -> None:
    own = wheel(tmp_path / "wheels", "constructs_lib_test_own")
    python, other = make(Requirements()), make(Requirements())
    run(python, "-m", "pip", "install", "--no-index", "--disable-pip-version-check", str(own))
    assert found(python, "constructs_lib_test_own") == ["constructs_lib_test_own"]
    assert (python.directory / "bin" / "constructs_lib_test_own").exists()
    assert found(other, "constructs_lib_test_own") == []


def test_what_is_not_here_is_fetched_once(make: Make, tmp_path: Path, supervisor: Supervisor) -> None:
    wheels = wheel(tmp_path / "wheels", "constructs_lib_test_fetched").parent
    wanted = Requirements(lines=["--no-index", f"--find-links {wheels}", "constructs-lib-test-fetched==1.0"])
    python = make(wanted)
    assert found(python, "constructs_lib_test_fetched", "pip", "boto3") == ["constructs_lib_test_fetched", "pip"]
    [site] = [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]
    assert (site / "bin" / "constructs_lib_test_fetched").read_text().startswith("#!/usr/bin/env python\n")
    next(wheels.iterdir()).unlink()
    again = Pythons(lambda: tmp_path / "run", supervisor, tmp_path / "cache").of("image", wanted)
    assert again.own[0] == site


def test_what_cannot_be_fetched_is_said_once_and_the_rest_is_there(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = Requirements(lines=["--no-index", "constructs-lib-no-such", "six"], skipped=["apt-get update (line 2)"])
    assert found(make(wanted), "six", "boto3") == ["six"]
    make(wanted)
    skipped, missing = [record.getMessage() for record in caplog.records]
    assert skipped.startswith("image image: not executed here: apt-get update (line 2). Its jobs find the programs")
    assert missing.startswith("image image: its jobs miss constructs-lib-no-such (not installed here): ")


def test_a_cache_that_cannot_be_written_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, supervisor: Supervisor
) -> None:
    (tmp_path / "file").touch()
    pythons = Pythons(lambda: tmp_path, supervisor, tmp_path / "file" / "cache")
    pythons.of("image", Requirements(lines=["constructs-lib-no-such"]))
    assert "Not a directory" in caplog.text


def test_commands_run_by_its_python_and_ours_are_not_on_its_path(make: Make, pythons: Pythons) -> None:
    wanted = Requirements(lines=["jmespath"])
    python, modules = make(wanted), pythons.of("image", wanted)

    ours = str(Path(sys.executable).parent)
    path = python.path(modules.own, f"{ours}:/usr/bin:/bin").split(":")
    assert ours not in path
    assert path[0] == str(python.directory / "bin")
    script = f"PATH={':'.join(path)} pip --version"
    told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert "pip" in told
