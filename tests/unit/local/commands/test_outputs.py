"""Where commands write: tried out, nobody else's meanwhile, and left as it was when nothing was written."""

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from constructs_lib.local.commands.outputs import LOCK, check_file, claimed, write_file

OTHER = """
import sys
from pathlib import Path
from constructs_lib.local.commands.outputs import claimed
with claimed(Path(sys.argv[1])):
    print("claimed", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path) -> Any:
    """Another process that has claimed a directory."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(tmp_path / "output")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "claimed\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_is_told_who_is_there(other: subprocess.Popen[str], tmp_path: Path) -> None:
    told = rf"--output {tmp_path}/output: process {other.pid} writes there since 20\d\d-[\d-]+ [\d:]+ UTC: take another"
    with pytest.raises(click.UsageError, match=told), claimed(tmp_path / "output"):
        raise AssertionError
    assert (tmp_path / "output" / LOCK).exists()


def test_by_whatever_way_it_is_named(other: subprocess.Popen[str], tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("output")
    with pytest.raises(click.UsageError, match=f"process {other.pid}"), claimed(tmp_path / "link"):
        raise AssertionError


def test_whoever_was_killed_keeps_nobody_out(other: subprocess.Popen[str], tmp_path: Path) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert (tmp_path / "output" / LOCK).exists()
    with claimed(tmp_path / "output"):
        assert json.loads((tmp_path / "output" / LOCK).read_text())["pid"] == os.getpid()
    assert list((tmp_path / "output").iterdir()) == []


def test_what_was_written_stays_and_what_was_made_in_vain_does_not(tmp_path: Path) -> None:
    with claimed(tmp_path / "a" / "b"):
        (tmp_path / "a" / "c").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "c"]


def test_jobs_that_outlive_their_run_keep_nobody_out(tmp_path: Path) -> None:
    with claimed(tmp_path / "output"):
        job = subprocess.Popen(["sleep", "60"])
    try:
        with claimed(tmp_path / "output"):
            pass
    finally:
        job.kill()
        job.wait()


def test_a_lock_that_is_removed_while_it_is_waited_for_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, flock = tmp_path / LOCK, fcntl.flock
    calls: list[int] = []

    def late(file: Any, operation: int) -> None:
        if not calls:
            lock.unlink()  # whoever had it ends just now
        calls.append(operation)
        flock(file, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with claimed(tmp_path):
        assert json.loads(lock.read_text())["pid"] == os.getpid()
    assert len(calls) == 2


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / LOCK).symlink_to(tmp_path / "mine")
    with pytest.raises(click.UsageError, match="Too many levels of symbolic links"), claimed(tmp_path / "output"):
        raise AssertionError
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_file_system_without_locks_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with claimed(tmp_path / "output") as directory:
        assert directory.is_dir()


def test_a_file_that_can_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "new" / "x")
    before = (tmp_path / "old").stat().st_mtime_ns
    for name in ("old", "link", "a/b/c"):
        check_file(tmp_path / name, "--report")
    assert (tmp_path / "old").stat().st_mtime_ns == before
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["link", "old"]


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    check_file(tmp_path / "pipe", "--output")  # which waits for no reader
    with subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE, text=True) as reader:
        write_file(tmp_path / "pipe", "text", "--output")
        assert reader.communicate()[0] == "text"


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "old").touch(mode=0o640)
    write_file(tmp_path / "old", "new", "--output")
    assert (tmp_path / "old").read_text() == "new"
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("there", "call"),
    [
        (65_536, "check_file(here / 'file', '--report')"),
        (1_000, "write_file(here / 'file', 'text' * 100_000, '--output')"),
        (65_536, "claimed(here / 'directory').__enter__()"),
    ],
)
def test_a_full_disk_leaves_nothing_half_written(there: int, call: str, tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
import click
from constructs_lib.local.commands.outputs import check_file, claimed, write_file
here = Path({str(tmp_path / "small")!r})
(here / "other").write_text("x" * {there})
try:
    {call}
except click.UsageError as error:
    print(error.message)
"""
    done = on_a_small_disk(tmp_path / "small", [sys.executable, "-c", program])
    assert (done.returncode, done.stderr) == (0, "")
    said, *left = done.stdout.splitlines()
    assert "No space left on device" in said
    assert left == ["other"]


@pytest.mark.parametrize("call", ["check_file(here / 'a' / 'file', '--report')", "claimed(here).__enter__()"])
def test_a_disk_that_is_only_read_is_told(call: str, tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
import click
from constructs_lib.local.commands.outputs import check_file, claimed
here = Path({str(tmp_path / "small")!r})
try:
    {call}
except click.UsageError as error:
    print(error.message)
"""
    done = on_a_small_disk(tmp_path / "small", [sys.executable, "-c", program], "ro")
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)
    assert "Read-only file system" in done.stdout


def on_a_small_disk(directory: Path, command: list[str], options: str = "size=64k") -> subprocess.CompletedProcess[str]:
    """Run a command where a directory is a disk of its own, and list what is there afterwards."""
    directory.mkdir()
    script = f'mount -t tmpfs -o {options} none "$0" && {{ "$@"; ls -A "$0"; }}'
    able = subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False) if _has("unshare") else None
    if able is None or able.returncode:
        pytest.skip("this system makes no file systems for its users")
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, str(directory), *command], capture_output=True, text=True, check=False
    )


def _has(program: str) -> bool:
    return any((Path(part) / program).exists() for part in os.get_exec_path())
