"""The time by which the embedded AWS lives: everything that waits or takes a time asks a clock."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol


class Clock(Protocol):
    """Tells the time and waits; makes the threads and events that do so."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        """Wait until an event of this clock is set, at most so many seconds; whether it is set."""
        ...

    def watch(self, event: threading.Event, seconds: float | None = None, *, starts: bool = False) -> bool:
        """Wait as `wait` does, but let no time pass for it: it ends when others have let the time pass so far.

        Args:
            event: of this clock.
            seconds: at most so many.
            starts: whether something new starts at the end, as by a schedule: what runs by itself lets no time pass
                beyond that moment, only who waits for it, or asks for something.
        """
        ...

    def passing(self) -> AbstractContextManager[None]:
        """Let time pass meanwhile beyond moments at which something new starts: somebody waits for what runs."""
        ...

    def event(self) -> threading.Event:
        """Make an event that threads may wait for."""
        ...

    def thread(self, target: Callable[..., Any], *args: Any, name: str | None = None) -> threading.Thread:
        """Make a daemon thread whose work takes no time, but for its waits."""
        ...

    def begin(self) -> None:
        """Keep the time from jumping, until `end` was called as often."""
        ...

    def end(self) -> None:
        """Let the time jump when nobody else works."""
        ...

    def working(self) -> AbstractContextManager[None]:
        """Keep the time from jumping meanwhile, but for waits of this thread."""
        ...


class RealClock:
    """The time of this machine, which never jumps."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        """Wait until the event is set, at most so many seconds; whether it is set."""
        return event.wait(None if seconds is None else min(seconds, threading.TIMEOUT_MAX))

    def watch(self, event: threading.Event, seconds: float | None = None, *, starts: bool = False) -> bool:
        """Wait until the event is set, at most so many seconds; whether it is set."""
        del starts
        return self.wait(event, seconds)

    def passing(self) -> AbstractContextManager[None]:
        """Do nothing."""
        return nullcontext()

    def event(self) -> threading.Event:
        """Make an event."""
        return threading.Event()

    def thread(self, target: Callable[..., Any], *args: Any, name: str | None = None) -> threading.Thread:
        """Make a daemon thread."""
        return threading.Thread(target=target, args=args, name=name, daemon=True)

    def begin(self) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""

    def working(self) -> AbstractContextManager[None]:
        """Do nothing."""
        return nullcontext()
