"""The Python of attempts: links to that of their image, and on a disk only what they install."""

import os
import subprocess
from pathlib import Path

import pytest

from constructs_lib.local.confinement import find_confinement
from constructs_lib.local.job_environment.attempts import AttemptDirectory, Attempts
from constructs_lib.local.job_environment.enclosure import Enclosure
from constructs_lib.local.job_environment.pythons import AttemptPython, ImagePython
from constructs_lib.local.pythons import Modules

SHOW = "import json, own, sys, sysconfig; print(json.dumps([sys.prefix, sysconfig.get_path('purelib'), own.__file__]))"


def run(enclosure: Enclosure, attempt: AttemptDirectory, python: AttemptPython, *words: str) -> str:
    environment = {"PATH": python.path, "HOME": str(attempt.home)}
    argv = enclosure.enclose(
        words, attempt, attempt.root, environment, readable=python.readable, composed=python.composed
    ).argv
    done = subprocess.run(argv, cwd=attempt.root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def site(tmp_path: Path) -> Path:
    made = tmp_path / "site"
    made.mkdir()
    (made / "own.py").touch()
    return made


@pytest.mark.parametrize(
    "confined",
    [
        False,
        pytest.param(True, marks=pytest.mark.skipif(not find_confinement(), reason="nothing confines processes here")),
    ],
)
def test_each_attempt_has_a_python_of_its_own(tmp_path: Path, site: Path, *, confined: bool) -> None:
    enclosure = Enclosure(tmp_path / "run", confined=confined)
    attempts = Attempts(tmp_path / "run")
    image = ImagePython(attempts.top / "python", Modules((site,)), enclosure)
    attempt, other = attempts.make(), attempts.make()
    python, others = (image.of(item, (), os.environ["PATH"]) for item in (attempt, other))
    told = run(enclosure, attempt, python, "python", "-c", SHOW)
    assert str(site / "own.py") in told
    assert told.count(attempt.path.name) == 2, "its prefix, and where packages are installed"
    script = "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'mine.py').touch(); import mine"
    run(enclosure, attempt, python, "python3", "-c", script)
    assert [path.name for path in attempt.path.rglob("mine.py")] == ["mine.py"], "on a disk, where there is room"
    missing = "import importlib.util as util; print(util.find_spec('mine'), util.find_spec('own') is None)"
    assert run(enclosure, other, others, "python", "-c", missing) == "None False\n"
    for item in (attempt, other):
        item.remove()
        assert not item.path.exists()


def test_modules_of_an_attempt_itself_are_found_first(tmp_path: Path, site: Path) -> None:
    enclosure = Enclosure(tmp_path / "run", confined=find_confinement() is not None)
    attempts = Attempts(tmp_path / "run")
    attempt = attempts.make()
    (attempt.root / "own.py").touch()
    image = ImagePython(attempts.top / "python", Modules((site,)), enclosure)
    python = image.of(attempt, [str(attempt.root)], os.environ["PATH"])
    assert str(attempt.root / "own.py") in run(enclosure, attempt, python, python.program, "-c", SHOW)
