"""A clock that jumps: when all its threads wait, it is at once the time for which the first of them waits.

A thread counts as working from its start to its end, but for its waits. Setting an event makes those who wait for it
working in the same moment, so that the time never jumps over what is about to happen.
"""

import heapq
import itertools
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class VirtualClock:
    """The time of a simulation.

    Args:
        start: seconds since the epoch. Default: now.
    """

    def __init__(self, start: float | None = None) -> None:
        self._now = time.time() if start is None else start
        self._lock = threading.Lock()
        self._working = 0
        self._wakings: list[tuple[float, int, _Waiter]] = []
        self._order = itertools.count()
        self._is_counted = threading.local()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._now

    def event(self) -> threading.Event:
        """Make an event that threads may wait for."""
        return _Event(self)

    def thread(self, target: Callable[..., Any], *args: Any, name: str | None = None) -> threading.Thread:
        """Make a daemon thread that counts as working from its start to its end, but for its waits."""
        return _Thread(self, target, args, name)

    def begin(self) -> None:
        """Keep the time from jumping, until `end` was called as often, by whichever threads."""
        with self._lock:
            self._working += 1

    def end(self) -> None:
        """Let the time jump when nobody else works."""
        with self._lock:
            self._rest()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Keep the time from jumping meanwhile, but for waits of this thread."""
        if self._is_working():
            yield
            return
        self.begin()
        self._is_counted.value = True
        try:
            yield
        finally:
            self._is_counted.value = False
            self.end()

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        """Wait until an event of this clock is set, at most so many seconds; whether it is set."""
        if not isinstance(event, _Event):
            raise TypeError(f"got {event!r}, expected an event that this clock made")
        with self.working():
            waiter = _Waiter(event)
            with self._lock:
                if event.flag:
                    return True
                if seconds is not None and seconds <= 0:
                    return False
                event.waiters.append(waiter)
                if seconds is not None and math.isfinite(seconds):
                    heapq.heappush(self._wakings, (self._now + seconds, next(self._order), waiter))
                self._rest()
            waiter.parked.acquire()
        return waiter.is_set

    def set(self, event: "_Event") -> None:
        """Set an event: who waits for it works from now on."""
        with self._lock:
            event.flag = True
            for waiter in list(event.waiters):
                self._wake(waiter, is_set=True)

    def _is_working(self) -> bool:
        return getattr(self._is_counted, "value", False)

    def run(self, target: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Do the work of a thread for which `begin` was called."""
        self._is_counted.value = True
        try:
            target(*args)
        finally:
            self._is_counted.value = False

    def _rest(self) -> None:
        self._working -= 1
        while not self._working and self._wakings:
            moment, _, waiter = heapq.heappop(self._wakings)
            if not waiter.is_awake:
                self._now = max(self._now, moment)
                self._wake(waiter, is_set=False)

    def _wake(self, waiter: "_Waiter", *, is_set: bool) -> None:
        waiter.is_awake, waiter.is_set = True, is_set
        waiter.event.waiters.remove(waiter)
        self._working += 1
        waiter.parked.release()


class _Waiter:
    """A thread in its wait."""

    __slots__ = ("event", "is_awake", "is_set", "parked")

    def __init__(self, event: "_Event") -> None:
        self.event = event
        self.is_awake = self.is_set = False
        self.parked = threading.Lock()
        self.parked.acquire()


class _Event(threading.Event):
    """An event whose waits take the time of its clock."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock
        self.flag = False
        self.waiters: list[_Waiter] = []

    def is_set(self) -> bool:
        return self.flag

    def set(self) -> None:
        self._clock.set(self)

    def clear(self) -> None:
        self.flag = False

    def wait(self, timeout: float | None = None) -> bool:
        return self._clock.wait(self, timeout)


class _Thread(threading.Thread):
    """A thread that its clock knows."""

    def __init__(
        self, clock: VirtualClock, target: Callable[..., Any], args: tuple[Any, ...], name: str | None
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._clock = clock
        self._work = (target, args)
        self._over = _Event(clock)

    def start(self) -> None:
        self._clock.begin()
        super().start()

    def run(self) -> None:
        try:
            self._clock.run(*self._work)
        finally:
            self._over.set()
            self._clock.end()

    def join(self, timeout: float | None = None) -> None:
        self._clock.wait(self._over, timeout)

    def is_alive(self) -> bool:
        return self.ident is not None and not self._over.is_set()
