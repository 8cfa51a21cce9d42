"""The supervisor: a small process that starts the programs of another one, its owner, and ends what they leave running.

It hears its owner over a socket, which closes with the owner, however that ends, by SIGKILL too. Then it kills every
program and removes the folders that the owner has named. On Linux it is what the orphans of its programs become
children of, so that it finds a process that has left its session, and its programs die with it.

It runs as a program of its own, as `python -I -S`, and has nothing but the standard library, so that it starts in a few
milliseconds.
Source: https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
"""

# ruff: noqa: PTH108, PTH112, PTH123, PTH208
# What pathlib, dataclasses and typing import would double the time that it takes to start.

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import marshal
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from queue import SimpleQueue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

MARK = "CONSTRUCTS_LIB_STARTED_BY"
"""Variable in the environment of every program: the supervisor's name, a dot, and the number of the program."""

LENGTH = struct.Struct("!I")
"""How a request begins, and its files come with it; what follows is marshal's, as both ends are one Python."""

STANDARD_FILES = 3
_PR_SET_CHILD_SUBREAPER = 36
_IS_LINUX = sys.platform == "linux"
_MOST_THREADS = 16
"""So many programs are started at the same time: a busy machine takes its time to load one."""

_LOOKS = 3
_PAUSE_SECONDS = 0.001

_ABOUT = "~"
_NOTED_SECONDS = 2.0
"""So long after its start, a busy machine has taken note of a process; no id is given again so soon."""

_BOOT_TIME = getattr(time, "CLOCK_BOOTTIME", 0)
"""The clock that Linux takes the start of a process from."""

_SERVE = "--serve"
"""Word that asks a launcher to be held ready."""

_CREDENTIALS = struct.Struct("3i")
"""What the kernel says of a process at the other end: its id, its user and its group."""

_IDLE_BYTES = 65536
"""A longer list of what has ended is forgotten as soon as nothing runs."""


class _Program:
    """One that runs: its number, its process, the pipe on which its owner waits, and what is told when it has ended."""

    __slots__ = ("end", "number", "pid", "told")

    def __init__(self, number: int, pid: int, told: int) -> None:
        self.number = number
        self.pid = pid
        self.told = told
        self.end = ""


class _Wish:
    """A program that is to be started: its words, of which the first may be a launcher, and where."""

    __slots__ = ("argv", "directory", "environment", "launcher")

    def __init__(self, argv: list[str], directory: str, environment: dict[str, str], launcher: int) -> None:
        self.argv = argv
        self.directory = directory
        self.environment = environment
        self.launcher = launcher


class _Launcher:
    """A launcher that is held ready: it is started once, and makes a copy of itself for each program.

    A copy is a child of this process, as it would be if it were started here.

    Args:
        argv: its words.
        mark: its own mark.
    """

    def __init__(self, argv: tuple[str, ...], mark: str) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(
                [*argv, _SERVE, str(theirs.fileno())],
                cwd="/",
                env={MARK: mark},  # what it knows, its copies know, whatever they are to hide
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=[theirs.fileno()],
            )
        process.returncode = 0  # it is waited for by the first thread, with all others
        self.pid = process.pid
        self._requests = ours

    def start(self, wish: _Wish, files: list[int]) -> int:
        """Start a program by a copy; its process.

        Raises:
            OSError: there is no copy.
            ValueError: its words or variables have a null byte.
        """
        words = wish.argv[wish.launcher :]
        if any("\0" in word for word in (*words, *wish.environment, *wish.environment.values())):
            raise ValueError("embedded null byte")  # before only the copy finds it
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with ours:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            with theirs:
                socket.send_fds(self._requests, [b"."], [theirs.fileno(), *files])
            ours.sendall(marshal.dumps([words, wish.directory, wish.environment]))
            ours.shutdown(socket.SHUT_WR)
            said, told, *_ = ours.recvmsg(1, socket.CMSG_SPACE(_CREDENTIALS.size))
        if not said:
            raise OSError(errno.ECHILD, "the launcher made no copy")
        [(_, _, credentials)] = told
        pid: int = _CREDENTIALS.unpack(credentials)[0]
        return pid


class Supervisor:
    """What the process does.

    Args:
        name: in the mark of every program.
        owner: the socket over which it is asked.
        journal: a list on disk of what runs, which whoever comes after a SIGKILL of both reads.
        file: the list, open and locked.
    """

    def __init__(self, name: str, owner: socket.socket, journal: str, file: int) -> None:
        self._name = name
        self._owner = owner
        self._journal = journal
        self._list = file
        self._begin = os.fstat(file).st_size
        self._programs: dict[int, _Program] = {}
        self._running: dict[int, _Program] = {}
        self._ended: list[_Program] = []
        self._suspects: dict[int, set[int]] = {}
        self._clients: set[int] = set()
        self._paths: list[str] = []
        self._last: list[list[str]] = []
        self._launchers: dict[tuple[str, ...], _Launcher | None] = {}
        self._launching = threading.Lock()
        self._awake, self._wakes = os.pipe()
        self._changed = threading.Condition()
        self._requests: SimpleQueue[tuple[int, _Wish, list[int]]] = SimpleQueue()
        self._threads = 0
        self._starting = 0
        self._early: dict[int, str] = {}
        self._closed = False
        if _IS_LINUX:
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1), 0, 0, 0)

    def run(self) -> None:
        """Do what the owner asks for, until it has gone."""
        os.set_blocking(self._awake, False)
        os.set_blocking(self._wakes, False)
        signal.set_wakeup_fd(self._wakes, warn_on_full_buffer=False)
        # A handler that does nothing, because programs would inherit what is ignored.
        for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: None)
        poll = select.poll()
        poll.register(self._owner, select.POLLIN)
        poll.register(self._awake, select.POLLIN)
        is_closed = False
        while True:
            ready = dict(poll.poll())
            if self._awake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._awake, 4096)
                self._reap()
            if self._owner.fileno() in ready:
                request = self._request()
                if request is None:
                    break
                is_closed = self._answer(*request) or is_closed
        self._end(is_closed)

    def _request(self) -> tuple[list[Any], list[int]] | None:
        """The next request and its files; None when the owner has gone, also in the middle of one."""
        try:
            head, files, *_ = socket.recv_fds(self._owner, LENGTH.size, STANDARD_FILES + 1)
            for file in files:
                os.set_inheritable(file, False)  # noqa: FBT003 - its name says it
            head = self._rest(head, LENGTH.size)
            body = self._rest(b"", *LENGTH.unpack(head))
        except (OSError, EOFError):
            return None
        return marshal.loads(body), list(files)  # noqa: S302 - from the process that has started this one

    def _rest(self, begin: bytes, length: int) -> bytes:
        parts = [begin]
        missing = length - len(begin)
        while missing:
            part = self._owner.recv(missing)
            if not part:
                raise EOFError
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _answer(self, request: list[Any], files: list[int]) -> bool:
        """Carry out a request; whether it was the last."""
        match request:
            case ["start", number, argv, directory, environment, is_client, launcher]:
                if is_client:
                    self._clients.add(number)
                else:
                    environment[MARK] = f"{self._name}.{number}"
                self._requests.put((number, _Wish(argv, directory, environment, launcher), files))
                if self._threads < _MOST_THREADS and self._threads <= self._starting:
                    self._threads += 1
                    threading.Thread(target=self._start_all, daemon=True).start()
            case ["signal", number, which]:
                self._signal(number, which)
            case ["own", path]:
                self._paths.append(path)
                self._note("own", path)
            case ["leave", path]:
                with contextlib.suppress(ValueError):
                    self._paths.remove(path)
                self._note("leave", path)
            case ["last", argv]:
                self._last.append(argv)
            case ["close"]:
                return True
        return False

    def _start_all(self) -> None:
        while True:
            request = self._requests.get()
            with self._changed:
                if self._closed:
                    return
                self._starting += 1
            try:
                self._start(*request)
            finally:
                with self._changed:
                    self._starting -= 1
                    self._changed.notify_all()

    def _start(self, number: int, wish: _Wish, files: list[int]) -> None:
        told, *standard = files
        try:
            pid = self._launched(wish, standard)
            if pid is None:
                pid = _loaded(wish, standard)
        except OSError as error:
            where = wish.argv[0] if error.filename is None else error.filename
            self._tell(told, f"failed {error.errno} {where}\n".encode(errors="surrogateescape"))
            os.close(told)
        except (ValueError, TypeError, subprocess.SubprocessError) as error:  # such as a null byte in a word
            self._tell(told, f"invalid {error}\n".encode())
            os.close(told)
        else:
            self._has_started(_Program(number, pid, told))
        finally:
            for file in standard:
                os.close(file)

    def _launched(self, wish: _Wish, files: list[int]) -> int | None:
        """Start a program by a launcher that is held ready; None where there is none."""
        words = tuple(wish.argv[: wish.launcher])
        if not words or not os.path.isdir(wish.directory):  # whoever loads it says why that cannot be
            return None
        with self._launching:
            if words not in self._launchers:
                self._launchers[words] = _Launcher(words, f"{self._name}.0")
        held = self._launchers[words]
        try:
            return held.start(wish, files) if held else None
        except OSError:  # this kernel, or its guard, lets it make none; or it was killed
            self._launchers[words] = None
            return None

    def _has_started(self, program: _Program) -> None:
        with self._changed:
            self._tell(program.told, f"started {program.pid}\n".encode())
            self._note_process("start", program.pid, _noted_start(program.pid))
            self._programs[program.number] = program
            if program.pid in self._early:
                self._has_ended(program, self._early.pop(program.pid))
                with contextlib.suppress(BlockingIOError):  # it has been woken often enough
                    os.write(self._wakes, b"\0")
            else:
                self._running[program.pid] = program

    def _has_ended(self, program: _Program, end: str) -> None:
        program.end = end
        self._note_process("end", program.pid)
        self._ended.append(program)

    def _signal(self, number: int, which: int) -> None:
        with self._changed:
            program = self._programs.get(number)
            if program and program.pid in self._running:  # at least as a zombie: its id is not another's
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(program.pid, which)

    def _reap(self) -> None:
        """Take note of processes that have ended, and tell of programs of which nothing is left."""
        with self._changed:
            while (ended := _ended(self._running)) is not None:
                pid, end = ended
                self._suspects.pop(pid, None)
                if program := self._running.pop(pid, None):
                    self._has_ended(program, end)
                elif self._starting:  # it may be one that is only just starting
                    self._early[pid] = end
            if not self._starting:
                self._early.clear()
            if self._ended or self._suspects:
                self._settle()

    def _settle(self) -> None:
        """Kill what programs have left that have ended; tell of those that have left nothing."""
        running = {program.number for program in self._running.values()}
        busy: set[int] = set()
        for pid in self._orphans():
            if not self._suspects[pid] & running:
                _kill(pid)
                busy |= self._suspects[pid]
        for program in [item for item in self._ended if item.number not in busy]:
            self._ended.remove(program)
            del self._programs[program.number]
            self._tell(program.told, f"ended {program.end}\n".encode())
            os.close(program.told)
        if not self._programs:
            self._forget()

    def _orphans(self) -> list[int]:
        """Processes that programs have started, and whose parents have ended; but not the daemons of clients."""
        found = adopted()
        if found is None:  # in all children are also those that are only just starting
            ours = {*self._running, *(held.pid for held in self._launchers.values() if held)}
            found = [] if self._starting else [pid for pid in children() if pid not in ours]
        for pid in found:
            if pid not in self._suspects:
                self._suspects[pid] = self._origin(pid)
        return [pid for pid in found if not self._suspects[pid] & self._clients]

    def _origin(self, pid: int) -> set[int]:
        """The numbers of the programs that may have started an orphan: one, unless it has an environment of its own."""
        for _ in range(_LOOKS):
            name, _, number = mark_of(pid).rpartition(".")
            if name == self._name and number.isdecimal():
                return {int(number)}
            time.sleep(_PAUSE_SECONDS)  # while it loads another program, it shows no environment
        return set(self._programs)

    def _end(self, is_closed: bool) -> None:
        """Kill all, remove what is to be removed, and be gone."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._starting)
        left = {held.pid for held in self._launchers.values() if held}
        while True:
            orphans = self._orphans()
            for pid in self._running:
                _kill_group(pid, self._running)
            for pid in (*orphans, *left):
                _kill(pid)
            if not self._running and not orphans and not left:
                break
            pid, _ = os.waitpid(-1, 0)
            self._running.pop(pid, None)
            left.discard(pid)
        remove(self._paths)
        for argv in [] if is_closed else self._last:
            with contextlib.suppress(OSError):
                os.waitpid(os.posix_spawnp(argv[0], argv, os.environ), 0)
        with contextlib.suppress(OSError):
            os.unlink(self._journal)

    def _tell(self, file: int, text: bytes) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(file, text)

    def _note(self, *entry: Any) -> None:
        with contextlib.suppress(OSError):  # a full disk must not end it
            os.write(self._list, f"{json.dumps(entry)}\n".encode())

    def _note_process(self, what: str, pid: int, start: str = "") -> None:
        with contextlib.suppress(OSError):
            os.write(self._list, f'["{what}", {pid}, "{start}"]\n'.encode())

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            if os.fstat(self._list).st_size > self._begin + _IDLE_BYTES:
                os.ftruncate(self._list, self._begin)
                os.lseek(self._list, 0, os.SEEK_END)
                for path in self._paths:
                    self._note("own", path)


def _loaded(wish: _Wish, files: list[int]) -> int:
    # It forks as vfork does, which waits until the other program is loaded; but to copy the pages of even this small
    # process would take some milliseconds.
    process = subprocess.Popen(
        wish.argv,
        cwd=wish.directory,
        env=wish.environment,
        stdin=files[0],
        stdout=files[1],
        stderr=files[2],
        start_new_session=True,
    )
    process.returncode = 0  # it is waited for by the first thread, with all others
    return process.pid


def _ended(leaders: Collection[int]) -> tuple[int, str] | None:
    """A child that has ended, and what is told of it; of the leader of a group, the others in it are killed."""
    while True:
        try:
            if not hasattr(os, "waitid"):  # Python for macOS before 3.13
                pid, status, used = os.wait4(-1, os.WNOHANG)
                _kill_group(pid, leaders)
                return (pid, _told(status, used)) if pid else None
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return None
        if found is None:
            return None
        _kill_group(found.si_pid, leaders)  # while the zombie has the id, no other group can have it
        with contextlib.suppress(ChildProcessError):  # of a program that was not there, Popen takes it
            pid, status, used = os.wait4(found.si_pid, 0)
            return pid, _told(status, used)


def _told(status: int, used: Any) -> str:
    """A status, the seconds of processors that a process and those that it waited for took, and the KiB of the largest.

    Source: https://man7.org/linux/man-pages/man2/getrusage.2.html
    """
    kib = used.ru_maxrss if _IS_LINUX else used.ru_maxrss // 1024
    return f"{status} {used.ru_utime + used.ru_stime:.3f} {kib}"


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _kill_group(pid: int, leaders: Collection[int]) -> None:
    if pid in leaders:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def adopted() -> list[int] | None:
    """The children of the first thread, which starts no programs itself: orphans. None on a system that tells nothing.

    Linux makes a process that has lost its parent the child of the first thread of the supervisor.
    """
    pid = os.getpid()
    try:
        return [int(word) for word in _read(f"/proc/{pid}/task/{pid}/children").split()]
    except OSError:
        return None


def children() -> list[int]:
    """All children of this process; none where there is no /proc."""
    own = str(os.getpid())
    return [pid for pid in processes() if _stat(pid, 3) == own]


def processes() -> Iterator[int]:
    """Every process of this machine; none where there is no /proc."""
    with contextlib.suppress(OSError):
        yield from (int(name) for name in os.listdir("/proc") if name.isdecimal())


def mark_of(pid: int) -> str:
    """The mark in the environment of a process; empty for one that has none, or that cannot be read."""
    start = f"{MARK}=".encode()
    with contextlib.suppress(OSError):
        for entry in _read(f"/proc/{pid}/environ").split(b"\0"):
            if entry.startswith(start):
                return entry.removeprefix(start).decode(errors="replace")
    return ""


def start_of(pid: int) -> str:
    """When a process was started, by which it is told from others that have had its id; empty if it is not there.

    Linux counts ticks since the machine was started; elsewhere `ps` knows the second.
    """
    if _IS_LINUX:
        return _stat(pid, 21)
    with contextlib.suppress(OSError):
        done = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return done.stdout.strip()
    return ""


def is_start(noted: str, found: str) -> bool:
    """Whether what was noted of the start of a process is that of the one that has its id now."""
    if not noted.startswith(_ABOUT):
        return bool(noted) and noted == found
    return bool(found) and abs(float(noted[1:]) - int(found) / os.sysconf("SC_CLK_TCK")) < _NOTED_SECONDS


def _noted_start(pid: int) -> str:
    """The start of a process that was only just started: now, because to ask for it takes time."""
    return f"{_ABOUT}{time.clock_gettime(_BOOT_TIME):.2f}" if _IS_LINUX else start_of(pid)


def remove(paths: list[str]) -> None:
    """Remove files and folders, whatever is left of them."""
    import shutil  # noqa: PLC0415 - where it is needed, and not before a program starts

    for path in paths:
        with contextlib.suppress(OSError):
            os.unlink(path)
        shutil.rmtree(path, ignore_errors=True)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _stat(pid: int, field: int) -> str:
    with contextlib.suppress(OSError, IndexError):
        # The second field is a name in brackets, which may have spaces and brackets itself.
        return _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()[field - 2].decode()
    return ""


def main(name: str, owner: int, journal: str, file: int) -> None:
    """Be a supervisor; the files are those that this process was started with."""
    for inherited in (owner, file):
        os.set_inheritable(inherited, False)  # noqa: FBT003 - as above
    Supervisor(name, socket.socket(fileno=owner), journal, file).run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
