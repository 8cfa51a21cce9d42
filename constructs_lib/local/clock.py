"""The time by which the embedded AWS lives: everything that waits or takes a time asks a clock."""

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        """Wait until the event is set, at most so many seconds; whether it is set."""
        ...


class RealClock:
    """The time of this machine."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        """Wait until the event is set, at most so many seconds; whether it is set."""
        return event.wait(seconds)
