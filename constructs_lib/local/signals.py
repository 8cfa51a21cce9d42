"""The signals that end a command: SIGINT, SIGTERM, and SIGHUP of a terminal that is closed.

A command ends at once, and all that it has started with it, unless it is in the middle of something that it had better
end by itself: there the first signal asks for that, and the second ends it at once. Nothing is ever thrown into what
runs. The exit code is that of a program that the signal has killed: 130, or 143, also for SIGHUP.
"""

import contextlib
import os
import signal
import stat
import threading
from collections.abc import Callable, Iterator
from types import FrameType

EXIT_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 143}
_SHOW_CURSOR = b"\x1b[?25h"
"""What a terminal is told that shows a progress bar."""

_before_exit: list[Callable[[], None]] = []


class StoppedError(Exception):
    """A signal has asked for the end."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit code {code}")
        self.code = code


def before_exit(action: Callable[[], None]) -> None:
    """Do something before a signal ends this process at once; it must take no lock, which the process may hold."""
    _before_exit.append(action)


def end_at_once() -> None:
    """From now on, let a signal end this process, and all that it has started."""
    for number in _heard():
        signal.signal(number, _end)


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


@contextlib.contextmanager
def orderly(event: threading.Event | None = None) -> Iterator[Stop]:
    """Let the first signal ask for the end, and the second end this process at once.

    Args:
        event: set by the first signal. Default: a new one.

    Raises:
        StoppedError: at the end of the context, if there was a signal.
    """
    stop = Stop(event or threading.Event())
    told, tells = os.pipe()
    # An event has a lock, which the thread that a signal comes to may hold: another one sets it.
    threading.Thread(target=_pass_on, args=[told, stop.event], name="signals", daemon=True).start()

    def first(number: int, frame: FrameType | None) -> None:
        if stop.code is not None:
            _end(number, frame)
        if number == signal.SIGHUP:
            _leave_terminal()
        stop.code = EXIT_CODES[signal.Signals(number)]
        os.write(tells, b"\n")

    before = {number: signal.signal(number, first) for number in _heard()}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(tells)
    stop.check()


def _heard() -> list[signal.Signals]:
    """The signals; without SIGHUP under `nohup`. SIGINT is heard also in the background, where shells ignore it."""
    return [
        number for number in EXIT_CODES if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN
    ]


def _pass_on(told: int, event: threading.Event) -> None:
    if os.read(told, 1):
        event.set()
    os.close(told)


def _end(number: int, _: FrameType | None) -> None:
    for other in EXIT_CODES:
        signal.signal(other, signal.SIG_IGN)
    if number == signal.SIGHUP:
        _leave_terminal()
    for action in _before_exit:
        action()
    with contextlib.suppress(OSError):
        if os.isatty(2):
            os.write(2, _SHOW_CURSOR)
    os._exit(EXIT_CODES[signal.Signals(number)])


def _leave_terminal() -> None:
    """Write nowhere instead of to a terminal that is closed, which would be an error."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_RDWR)
        for file in (0, 1, 2):
            if stat.S_ISCHR(os.fstat(file).st_mode):
                os.dup2(nowhere, file)
        os.close(nowhere)
