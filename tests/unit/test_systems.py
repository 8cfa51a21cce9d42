"""What differs between systems, on this one: Windows is what is left when what it lacks is taken away."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from constructs_lib import systems
from constructs_lib.local.commands.outputs import LOCK, claimed
from tests.unit.as_on_windows import for_windows

ROOT = Path(__file__).parents[2]
WITHOUT = "import sys\nfor name in ('fcntl', 'pwd', 'grp', 'resource', 'termios'): sys.modules[name] = None\n"


class FakeMsvcrt(SimpleNamespace):
    """Locks bytes of files as Windows does: by the position of the file."""

    LK_NBLCK = 2

    def __init__(self) -> None:
        super().__init__()
        self.locked: dict[tuple[int, int], int] = {}

    def locking(self, number: int, mode: int, count: int) -> None:
        assert (mode, count) == (self.LK_NBLCK, 1)
        key = (os.fstat(number).st_ino, os.lseek(number, 0, os.SEEK_CUR))
        if self.locked.setdefault(key, number) != number:
            raise PermissionError(13, "Permission denied")


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> FakeMsvcrt:
    fake = FakeMsvcrt()
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    return fake


def python(script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def as_on_windows(*arguments: str, directory: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.unit.as_on_windows", *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_all_but_the_embedded_aws_is_imported_without_what_windows_lacks() -> None:
    done = as_on_windows()
    assert done.stdout.split() == list(for_windows()), done.stderr[-3000:]


def test_an_app_is_synthesized_and_checked_by_a_program_that_needs_no_posix(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text(
        "from aws_cdk import App, Stack, aws_batch as batch\n"
        "app = App(analytics_reporting=False)\n"
        "stack = Stack(app, 'Shop')\n"
        "batch.CfnSchedulingPolicy(stack, 'Policy')\n"
        "app.synth()\n"
    )
    settings = tmp_path / "cdk.json"
    settings.write_text(json.dumps({"app": "python3 app.py"}))
    done = as_on_windows("check", directory=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing found.\n", "")
    settings.write_text(json.dumps({"app": "python3 -c 'raise SystemExit(7)'"}))
    failing = as_on_windows("check", directory=tmp_path)
    assert failing.returncode != 0
    assert "ended with 7" in failing.stderr


def test_a_path_of_windows_keeps_its_backslashes(monkeypatch: pytest.MonkeyPatch) -> None:
    command = r""".venv\Scripts\python "C:\my apps\app.py" --name 'a b'"""
    monkeypatch.setattr(systems, "POSIX", False)
    assert systems.split(command) == [r".venv\Scripts\python", r"C:\my apps\app.py", "--name", "a b"]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("from constructs_lib.local import EmbeddedAws", "ImportError: constructs_lib.local.aws.embedded: "),
        ("from constructs_lib.testing import LocalAws", "ImportError: constructs_lib.testing.local_aws: "),
        ("from constructs_lib.cli import main; main(['local', 'run', 'Stack'])", "constructs-lib: "),
    ],
)
def test_the_embedded_aws_says_where_it_runs(statement: str, told: str) -> None:
    process = python(WITHOUT + statement)
    last = process.stderr.splitlines()[-1]
    assert process.returncode == 1
    assert last.startswith(f"{told}the embedded AWS runs on Linux and macOS, and Windows has no "), process.stderr
    assert last.endswith(": use it in WSL, https://learn.microsoft.com/windows/wsl/install")


def test_a_package_that_is_not_installed_is_no_matter_of_the_system() -> None:
    assert systems.only_on_posix(ModuleNotFoundError("No module named 'moto'", name="moto")) is None


@pytest.mark.parametrize("system", ["posix", "windows"])
def test_a_file_is_locked_by_one_at_a_time(tmp_path: Path, system: str, request: pytest.FixtureRequest) -> None:
    if system == "windows":
        request.getfixturevalue("windows")
    path = tmp_path / "lock"
    path.write_bytes(b"who")
    with path.open("rb+") as mine, path.open("rb+") as other:
        mine.seek(2)
        systems.lock(mine)
        assert mine.tell() == 2
        with pytest.raises(BlockingIOError):
            systems.lock(other)
        assert other.read() == b"who"


def test_who_has_it_is_read_where_locks_keep_others_from_reading(windows: FakeMsvcrt, tmp_path: Path) -> None:
    with claimed(tmp_path / "out"):
        assert all(position > 1_000_000 for _, position in windows.locked)


def test_a_lock_that_cannot_be_removed_while_it_is_open_is_removed_after_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink, refused = Path.unlink, []

    def refuse_once(path: Path, **options: Any) -> None:
        if path.name == LOCK and not refused:
            refused.append(path)
            raise PermissionError(13, "The process cannot access the file because it is being used")
        unlink(path, **options)

    monkeypatch.setattr(Path, "unlink", refuse_once)
    with claimed(tmp_path / "out") as directory:
        (directory / "result").touch()
    assert refused != []
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["result"]


def test_exit_codes_are_of_the_signals_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert systems.exit_codes() == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 143}
    monkeypatch.delattr(signal, "SIGHUP")
    assert systems.exit_codes() == {signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_command_where_there_is_no_hangup_and_no_fork(number: signal.Signals, code: int) -> None:
    script = (
        "import os, random, signal\ndel signal.SIGHUP, os.register_at_fork\n"
        "from constructs_lib.local.signals import end_at_once\nend_at_once()\n"
        "print('ready', flush=True)\nimport threading\nthreading.Event().wait()"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(timeout=60) == code


def test_the_ci_runs_on_each_system() -> None:
    jobs: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    assert {job["runs-on"] for job in jobs.values()} == {"ubuntu-latest", "macos-latest", "windows-latest"}
    commands = [step["run"] for name in ("macos", "windows") for step in jobs[name]["steps"] if "run" in step]
    named = [word for command in commands for word in command.split() if word.startswith("tests")]
    assert [word for word in named if not list(ROOT.glob(f"{word.replace('.', '/')}*"))] == []


def test_lines_end_in_the_same_way_on_every_system() -> None:
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text().splitlines()
    texts = [path for ending in ("jsonata", "jinja", "md", "py") for path in ROOT.glob(f"constructs_lib/**/*.{ending}")]
    assert [path for path in texts if b"\r\n" in path.read_bytes()] == []
