"""What starts every program of this process, and leaves none running."""

import contextlib
import itertools
import marshal
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

from constructs_lib.local.signals import before_exit
from constructs_lib.local.supervisor import program
from constructs_lib.local.supervisor.journal import end_leftovers, end_marked, write_journal
from constructs_lib.local.supervisor.program import LENGTH

_ISOLATED = ("-I", "-S", "-X", "utf8")
_KILLED = -signal.SIGKILL
_MOST_SECONDS = 20.0
"""So long is waited until all has ended; processes that hang in the kernel are left to the supervisor."""

_begun: "list[Supervisor]" = []


class LostError(Exception):
    """No program is started any more."""


class Program:
    """One program that was started.

    Args:
        number: by which the supervisor knows it.
        supervisor: who started it.
        told: the pipe on which its start and its end are told.
    """

    def __init__(self, number: int, supervisor: "Supervisor", told: int) -> None:
        self.number = number
        self._supervisor = supervisor
        self.by = ""
        self._told = told
        self._close = weakref.finalize(self, os.close, told)  # of a program that nobody waits for
        self._heard = b""
        self._lock = threading.Lock()
        self._code: int | None = None
        self.pid = 0
        self.used: tuple[float, int] | None = None
        """Seconds of processors, and KiB at most, of what has ended; None if it was killed with its supervisor."""

    def wait(self, seconds: float | None = None) -> int:
        """Wait until it has ended, and every process that it has started.

        Args:
            seconds: at most so long. Default: any time.

        Returns:
            Its exit code; that of a signal is negative.

        Raises:
            TimeoutError: it did not end in time.
        """
        if seconds is not None and self._code is None and not self._heard:
            poll = select.poll()
            poll.register(self._told, select.POLLIN)
            if not poll.poll(seconds * 1000):
                raise TimeoutError(f"process {self.pid} did not end within {seconds:g} s")
        with self._lock:
            if self._code is None:
                self._code = self._ending()
                self._close()
            return self._code

    def has_ended(self) -> bool:
        """Whether it has ended, and every process that it has started."""
        try:
            self.wait(0)
        except TimeoutError:
            return False
        return True

    def signal(self, number: int) -> None:
        """Send a signal to it and its process group, unless it has ended."""
        with contextlib.suppress(LostError):
            self._supervisor.ask("signal", self.number, int(number))

    def await_start(self, argv: Sequence[str]) -> None:
        """Take note of its start; an `OSError` or `ValueError` says why there was none."""
        kind, _, rest = self._line().partition(" ")
        if kind == "started":
            self.pid = int(rest)
            return
        self._close()
        if kind == "failed":
            number, _, where = rest.partition(" ")
            raise OSError(int(number), os.strerror(int(number)), where)
        if kind == "invalid":
            raise ValueError(f"{argv[0]}: {rest}")
        self._supervisor.lost(self.by)
        self._code = _KILLED

    def _ending(self) -> int:
        kind, *rest = self._line().split(" ")
        if kind == "ended":
            status, seconds, kib = rest
            self.used = float(seconds), int(kib)
            return os.waitstatus_to_exitcode(int(status))
        self._supervisor.lost(self.by)
        return _KILLED

    def _line(self) -> str:
        while b"\n" not in self._heard and (read := os.read(self._told, 4096)):
            self._heard += read
        line, _, self._heard = self._heard.partition(b"\n")
        return os.fsdecode(line)


class Supervisor:
    """Starts programs, and sees to it that none of them, and nothing that they start, outlives this process.

    A process of its own, made when the first program is started, does so: see `supervisor.program`. A context manager.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._name = ""
        self._journal: tuple[Path, IO[bytes]] | None = None
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._owned: list[str] = []
        self._last: list[list[str]] = []
        self._closed = False

    def __enter__(self) -> Self:
        """Do nothing: it begins when it is needed."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all."""
        self.close()

    def start(
        self,
        argv: Sequence[str],
        *,
        directory: Path,
        environment: Mapping[str, str],
        stdin: IO[bytes] | int | None = None,
        output: IO[bytes] | int,
        errors: IO[bytes] | int | None = None,
        is_client: bool = False,
        launcher: int = 0,
    ) -> Program:
        """Start a program, in a session of its own.

        Args:
            argv: its words; the first is searched for in the PATH of its environment.
            directory: where it starts.
            environment: all of its environment, but for a mark by which it is known. A client has none.
            stdin: what it reads. Default: nothing.
            output: where its standard output goes.
            errors: where its standard error goes. Default: there, too.
            is_client: whether it may leave daemons that others need, as the command lines of container engines do. They
                live on. Default: no.
            launcher: how many of the words, from the first one on, are a launcher that can be held ready, as
                `confinement/launcher.py` is; the program is then started by a copy of it. Default: none.

        Raises:
            OSError: it cannot be started.
            ValueError: its words or variables have a null byte.
            LostError: this was closed.
        """
        told, tells = os.pipe()
        words = [os.fspath(word) for word in argv]
        started = Program(next(self._numbers), self, told)
        with contextlib.ExitStack() as given:
            given.callback(os.close, tells)
            if stdin is None:
                stdin = os.open(os.devnull, os.O_RDONLY)
                given.callback(os.close, stdin)
            files = [tells, *(_file(item) for item in (stdin, output, output if errors is None else errors))]
            request = ("start", started.number, words, str(directory), dict(environment), is_client, launcher)
            started.by = self.ask(*request, files=files)
        started.await_start(words)
        return started

    def ask(self, *request: Any, files: Sequence[int] = ()) -> str:
        """Send a request to the process, and return its name; one that has gone is begun again."""
        body = marshal.dumps(list(request))
        with self._lock:
            try:
                _send(self._connected(), body, files)
            except OSError:
                self.lost(self._name)
                _send(self._connected(), body, files)
            return self._name

    @property
    def is_closed(self) -> bool:
        """Whether all has been told to end: the folders of its programs go, whatever is just begun in them."""
        return self._closed

    def begin(self) -> None:
        """Begin it now, so that the first program need not wait for that."""
        with self._lock:
            self._connected()

    def folder(self) -> Path:
        """A folder for what is temporary: it is removed when this ends, however this process ends."""
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="constructs-lib-"))
                self.own(self._folder)
            return self._folder

    @contextlib.contextmanager
    def temporary(self, prefix: str) -> Iterator[Path]:
        """A folder in it that is removed at the end of the context."""
        made = Path(tempfile.mkdtemp(prefix=prefix, dir=self.folder()))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def own(self, path: Path) -> None:
        """Remove a file or folder when this ends, however this process ends."""
        with self._lock:
            self.ask("own", str(path.absolute()))
            self._owned.append(str(path.absolute()))

    def leave(self, path: Path) -> None:
        """Do not remove it after all."""
        with self._lock, contextlib.suppress(ValueError):
            self._owned.remove(str(path.absolute()))
            self.ask("leave", str(path.absolute()))

    def last(self, argv: Sequence[str]) -> None:
        """Run a program when all has ended, if this process is killed before it closes this."""
        with self._lock:
            self.ask("last", list(argv))
            self._last.append(list(argv))

    def lost(self, name: str) -> None:
        """Take note that a process has gone by itself: end what it ran, and begin another if one is needed."""
        with self._lock:
            if self._closed or self._process is None or name != self._name:
                return  # somebody else has taken note
            self._process.wait()
            end_marked(name)
            journal = self._let_go()
            try:
                if self._owned or self._last:
                    self._connected()
            finally:
                _remove(journal)  # last: if this process is killed meanwhile, whoever comes next needs it

    def close(self) -> None:
        """End every program, and all that they have started, and remove the folders; return when all is gone."""
        with self._lock:
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    _send(self._socket, marshal.dumps(["close"]), ())
            self.end()
            if self._process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(_MOST_SECONDS)
            _remove(self._let_go())

    def end(self) -> None:
        """End every program at once and return when all is gone; it takes no lock, as handlers of signals must not."""
        is_closed, self._closed = self._closed, True
        connection = self._socket
        if is_closed or connection is None:
            return
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
            poll = select.poll()
            poll.register(connection, select.POLLIN)
            poll.poll(_MOST_SECONDS * 1000)  # until it has gone, it keeps its end
        if self._journal and self._journal[0].exists():  # it was killed itself
            end_marked(self._name)
            program.remove(self._owned)

    def disown(self) -> None:
        """Let go of it, in a copy of this process."""
        if self._socket is not None:
            self._socket.close()
        if self._journal is not None:
            self._journal[1].close()
        _begun.remove(self)
        self._closed, self._socket, self._process, self._journal = True, None, None, None

    def _connected(self) -> socket.socket:
        if self._closed:
            raise LostError("this process ends: it starts no more programs")
        if self._socket is None:
            end_leftovers()
            self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
            path, file = self._journal = write_journal(self._name)
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            with theirs:
                words = [self._name, str(theirs.fileno()), str(path), str(file.fileno())]
                self._process = subprocess.Popen(
                    [sys.executable, *_ISOLATED, program.__file__, *words],
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # no Ctrl-C of a terminal reaches it
                    pass_fds=[theirs.fileno(), file.fileno()],
                )
            self._socket = ours
            _begun.append(self)
            for path_ in self._owned:
                _send(ours, marshal.dumps(["own", path_]), ())
            for argv in self._last:
                _send(ours, marshal.dumps(["last", argv]), ())
        return self._socket

    def _let_go(self) -> tuple[Path, IO[bytes]] | None:
        """Forget the process, which has gone; its list."""
        if self._socket is not None:
            self._socket.close()
            _begun.remove(self)
        journal = self._journal
        self._socket = self._process = self._journal = None
        return journal


def _remove(journal: tuple[Path, IO[bytes]] | None) -> None:
    if journal is not None:
        path, file = journal
        if path != Path(os.devnull):
            path.unlink(missing_ok=True)
        file.close()


def end_all() -> None:
    """End every program of this process at once, and return when all is gone; takes no lock, as above."""
    for supervisor in _begun:
        supervisor.end()


def _forget() -> None:
    """In a copy of this process, let go of what belongs to the original: it ends when nobody holds the socket."""
    for supervisor in _begun:
        supervisor.disown()


before_exit(end_all)
os.register_at_fork(after_in_child=_forget)


def _send(connection: socket.socket, body: bytes, files: Sequence[int]) -> None:
    message = LENGTH.pack(len(body)) + body
    sent = socket.send_fds(connection, [message], files) if files else 0
    connection.sendall(message[sent:])


def _file(item: IO[bytes] | int) -> int:
    return item if isinstance(item, int) else item.fileno()
