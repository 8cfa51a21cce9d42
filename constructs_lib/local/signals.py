"""The signals that end a command: SIGINT, SIGTERM, and SIGHUP of a terminal that is closed.

A command ends at once, and all that it has started with it, unless it is in the middle of something that it had better
end by itself: there the first signal asks for that, and the second ends it at once. Nothing is ever thrown into what
runs. The exit code is that of a program that the signal has killed: 130, or 143, also for SIGHUP.

A thread hears them. The main thread, where Python runs handlers, may wait for something, and is not woken when the
system has handed the signal to another thread.
"""

import atexit
import contextlib
import os
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator

from constructs_lib.systems import after_fork, exit_codes

EXIT_CODES = exit_codes()
_HANGUP = getattr(signal, "SIGHUP", None)
_SHOW_CURSOR = b"\x1b[?25h"
"""What a terminal is told that shows a progress bar."""

_before_exit: list[Callable[[], None]] = []
_lock = threading.Lock()
_ends = threading.Event()


class StoppedError(Exception):
    """A signal has asked for the end."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit code {code}")
        self.code = code


class Stop:
    """Whether a signal has asked for the end.

    Args:
        event: set as soon as one has.
    """

    def __init__(self, event: threading.Event) -> None:
        self.event = event
        self.code: int | None = None

    def check(self) -> None:
        """Raise a `StoppedError` if one has."""
        if self.code is not None:
            raise StoppedError(self.code)

    def pause(self, seconds: float) -> None:
        """Wait; a `StoppedError` as soon as one has."""
        self.event.wait(seconds)
        self.check()


_asked: Stop | None = None


def before_exit(action: Callable[[], None]) -> None:
    """Do something before a signal ends this process at once; it must take no lock, which others may hold."""
    _before_exit.append(action)


def end_at_once() -> None:
    """From now on, let a signal end this process, and all that it has started."""
    told, tells = socket.socketpair()  # Windows wakes by nothing else
    tells.settimeout(0)
    signal.set_wakeup_fd(tells.detach(), warn_on_full_buffer=False)
    after_fork(lambda: signal.set_wakeup_fd(-1))
    atexit.register(_leave_last_word)
    threading.Thread(target=_hear, args=[told], name="signals", daemon=True).start()
    for number in EXIT_CODES:
        # Under `nohup`, SIGHUP is ignored; SIGINT is, too, in the background of a shell, but is heard.
        if number != _HANGUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


@contextlib.contextmanager
def orderly(event: threading.Event | None = None) -> Iterator[Stop]:
    """Let the first signal ask for the end, and the second end this process at once.

    Args:
        event: set by the first signal. Default: a new one.

    Raises:
        StoppedError: at the end of the context, if there was a signal.
    """
    global _asked  # noqa: PLW0603 - signals are the process', and so is what they ask
    stop = Stop(event or threading.Event())
    with _lock:
        _asked = stop
    try:
        yield stop
    finally:
        with _lock:
            _asked = None
    stop.check()


def _hear(told: socket.socket) -> None:
    while True:
        for number in told.recv(64):
            if number in EXIT_CODES:
                _act(signal.Signals(number))


def _act(number: signal.Signals) -> None:
    if number == _HANGUP:
        _write_nowhere(stat.S_ISCHR)  # to a terminal that is closed it would be an error
    with _lock:
        if _asked is not None and _asked.code is None:
            _asked.code = EXIT_CODES[number]
            _asked.event.set()
            return
    _end(number)


def _end(number: signal.Signals) -> None:
    _ends.set()
    with contextlib.suppress(OSError):
        if os.isatty(2):
            os.write(2, _SHOW_CURSOR)
    _write_nowhere(lambda _: True)  # others may still do something, and nobody is to hear how they fail
    for action in _before_exit:
        action()
    os._exit(EXIT_CODES[number])


def _leave_last_word() -> None:
    """At the end of Python: its exit code is that of the signal that is being carried out, or that of what was done."""
    if _ends.is_set():
        threading.Event().wait()
    for number in EXIT_CODES:  # or Python would let them kill it with a code of their own, when all is done
        signal.signal(number, signal.SIG_IGN)


def _write_nowhere(is_meant: Callable[[int], bool]) -> None:
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_RDWR)
        for file in (0, 1, 2):
            if is_meant(os.fstat(file).st_mode):
                os.dup2(nowhere, file)
        os.close(nowhere)
