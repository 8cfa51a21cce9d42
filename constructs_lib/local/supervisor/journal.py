"""Lists on disk of what runs, for the case that a process and its supervisor are both killed.

Each has the lock of its owner and of the owner's supervisor, which ends with the two of them: what is in a list that
nobody locks was left behind. A process is known by its mark, or by its id and the time of its start, so that one
that has got the id later is left alone.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from constructs_lib.local.files import WholeFile
from constructs_lib.local.state import is_own, spare_directory, state_directory
from constructs_lib.local.supervisor.program import is_start, mark_of, processes, remove, start_of

_LISTS = "running"
_MOST_SECONDS = 10.0
_PAUSE_SECONDS = 0.01
_LOOKS = 2
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Process:
    """One that was left running: its id, and the words that it was started with."""

    pid: int
    command: str


@dataclass(slots=True)
class Leftovers:
    """What the owner of a list has left behind.

    Args:
        owner: its process id.
        command: its words.
        processes: those that it has left running.
        paths: its temporary files and folders.
    """

    owner: int
    command: str
    processes: list[Process]
    paths: list[str]


@dataclass(slots=True)
class _Journal:
    name: str
    owner: dict[str, Any]
    running: dict[int, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)


def write_journal(name: str) -> tuple[Path, IO[bytes]]:
    """Begin a list; it is locked as long as the file is open, here or in a process that it is handed to."""
    owner = {
        "pid": os.getpid(),
        "command": sys.argv,
        "host": socket.gethostname(),
        "boot": _boot(),
        "started": start_of(os.getpid()),
    }
    for directory in _directories():
        path = directory / f"{name}.jsonl"
        with contextlib.suppress(OSError):  # as where the cache is read-only
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            if is_own(directory):
                return path, _begin(WholeFile(path), owner)
    return Path(os.devnull), Path(os.devnull).open("ab")


def _begin(made: WholeFile, owner: dict[str, Any]) -> IO[bytes]:
    try:
        fcntl.flock(made.file, fcntl.LOCK_EX)
        made.file.write(f"{json.dumps(['owner', owner])}\n".encode())
        made.publish()  # nobody sees it before it is locked
    except OSError:  # a full disk
        made.discard()
        raise
    return made.file


def end_leftovers(*, patient: bool = False) -> list[Leftovers]:
    """End what processes of this user have left running that were killed, and remove their temporary folders.

    Args:
        patient: wait for supervisors that are just doing so. Default: leave it to them.

    Returns:
        What was left, a list for each of the owners; nothing if they have left nothing.
    """
    return [found for path in _paths() if (found := _end(path, patient=patient)) and (found.processes or found.paths)]


def end_marked(name: str, known: dict[int, str] | None = None) -> list[Process]:
    """Kill what a supervisor has started that is still there, and return when it is gone.

    Args:
        name: the supervisor's.
        known: the start of each process that it has started, by its id. Default: the mark alone tells.
    """
    ended: dict[int, Process] = {}
    deadline = time.monotonic() + _MOST_SECONDS
    missed = 0
    # Twice, because one that loads another program shows no environment meanwhile.
    while missed < _LOOKS and time.monotonic() < deadline:  # one may hang in the kernel
        found = [pid for pid in _suspects(known) if _is_ours(pid, name, known)]
        missed = 0 if found else missed + 1
        for pid in found:
            ended.setdefault(pid, Process(pid, _command(pid)))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_PAUSE_SECONDS)
    return list(ended.values())


def _suspects(known: dict[int, str] | None) -> Iterator[int]:
    yield from processes()
    if sys.platform != "linux":
        yield from known or {}


def _is_ours(pid: int, name: str, known: dict[int, str] | None) -> bool:
    if mark_of(pid).rpartition(".")[0] == name:  # a zombie has none
        return True
    start = (known or {}).get(pid, "")
    return bool(start) and is_start(start, start_of(pid)) and not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return False


def _paths() -> list[Path]:
    # What it says is done: processes are killed and folders removed. So it must not be anybody else's.
    return [path for item in _directories() if is_own(item) for path in item.glob("*.jsonl") if is_own(path)]


def _directories() -> tuple[Path, Path]:
    return state_directory() / _LISTS, spare_directory() / _LISTS


def _end(path: Path, *, patient: bool) -> Leftovers | None:
    with contextlib.suppress(OSError), path.open("rb") as file:
        if not _lock(file, _MOST_SECONDS if patient else 0.0):
            return None
        journal = _read(path.stem, file)
        if journal and journal.owner.get("host") != socket.gethostname():
            return None  # of another machine that shares the directory
        found = None
        if journal:
            is_of_now = journal.owner.get("boot") == _boot()
            ended = end_marked(journal.name, journal.running) if is_of_now else []
            paths = [item for item in journal.paths if Path(item).exists()]
            remove(paths)
            program, *words = journal.owner["command"] or [""]
            command = " ".join([Path(program).name, *words])
            found = Leftovers(journal.owner["pid"], command, ended, paths)
        path.unlink(missing_ok=True)
        return found
    return None  # another one was as quick


def _lock(file: IO[bytes], seconds: float) -> bool:
    """Take the lock of a list whose owner has gone; its supervisor may be ending what it has left."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            journal = _read("", file)
            is_there = journal is None or is_start(journal.owner["started"], start_of(journal.owner["pid"]))
            if is_there or time.monotonic() > deadline:
                return False
            time.sleep(_PAUSE_SECONDS)
        else:
            file.seek(0)
            return True


def _read(name: str, file: IO[bytes]) -> _Journal | None:
    journal = None
    for line in file:
        try:
            kind, *values = json.loads(line)
        except ValueError:  # the disk was full
            continue
        if kind == "owner":
            journal = _Journal(name, values[0])
        elif journal is None:
            continue
        elif kind == "start":
            journal.running[values[0]] = values[1]
        elif kind == "end":
            journal.running.pop(values[0], None)
        elif kind == "own":
            journal.paths.append(values[0])
        elif kind == "leave" and values[0] in journal.paths:
            journal.paths.remove(values[0])
    return journal


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""


def _boot() -> str:
    with contextlib.suppress(OSError):
        return _BOOT.read_text().strip()
    return ""
