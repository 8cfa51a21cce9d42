"""A clock that jumps: when all its threads wait, it is at once the time for which the first of them waits.

A thread counts as working from its start to its end, but for its waits. Setting an event makes those who wait for it
working in the same moment, so that the time never jumps over what is about to happen.

Some wait without letting the time pass, such as a schedule for its next night: such a wait never ends in a time that
passes for nobody. Without this, an hour of nightly runs would be a century.
"""

import heapq
import itertools
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_FIRST, _LAST = 0, 2
"""Ranks of waits that end in the same moment."""


class VirtualClock:
    """The time of a simulation.

    Args:
        start: seconds since the epoch. Default: now.
    """

    def __init__(self, start: float | None = None) -> None:
        self._now = time.time() if start is None else start
        self._lock = threading.Lock()
        self._working = 0
        self._wakings: list[tuple[float, int, int, _Waiter]] = []
        self._driving = 0
        self._watching = 0
        self._asked = self._is_stepped = False
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
            # Somebody from outside, as long as nobody has taken the time into their hands by `advance`.
            self._asked = self._asked or not (self._working or self._is_stepped)
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
        return self._wait(_Waiter(self._own(event)), seconds)

    def watch(self, event: threading.Event, seconds: float | None = None, *, starts: bool = False) -> bool:
        """Wait as `wait` does, but let no time pass for it: it ends when others have let the time pass so far.

        Args:
            event: of this clock.
            seconds: at most so many.
            starts: whether something new starts at the end, as by a schedule. Time passes beyond that moment only for
                who waits, by `advance` or `passing`; until the first `advance`, also once for each who asks for
                something while nothing else can happen.
        """
        return self._wait(_Waiter(self._own(event), drives=False, starts=starts), seconds)

    def advance(self, seconds: float) -> None:
        """Let so much time pass, and everything happen that is due in it; returns when nothing more is, then.

        From the first call on, it is who calls it that lets time pass beyond moments at which schedules start
        something: what runs goes on by itself up to the next one.

        Raises:
            ValueError: it is less than nothing.
        """
        if not 0 <= seconds < math.inf:
            raise ValueError(f"seconds: got {seconds}, expected at least 0")
        with self.working():  # the time rests within the wait alone
            with self._lock:
                self._is_stepped, self._asked = True, False
                self._watching += 1
            # What is due in the same moment comes before it.
            self._wait(_Waiter(_Event(self), rank=_LAST), seconds, at_once=False)
            with self._lock:
                self._watching -= 1

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Let time pass meanwhile beyond moments at which something new starts: somebody waits for what runs."""
        with self._lock:
            self._watching += 1
            self._jump()
        try:
            yield
        finally:
            with self._lock:
                self._watching -= 1

    def _own(self, event: threading.Event) -> "_Event":
        if not isinstance(event, _Event):
            raise TypeError(f"got {event!r}, expected an event that this clock made")
        return event

    def _wait(self, waiter: "_Waiter", seconds: float | None, *, at_once: bool = True) -> bool:
        with self.working():
            event = waiter.event
            with self._lock:
                if event.flag:
                    return True
                if at_once and seconds is not None and seconds <= 0:
                    return False
                event.waiters.append(waiter)
                if seconds is not None and math.isfinite(seconds):
                    waking = (self._now + seconds, waiter.rank, next(self._order), waiter)
                    heapq.heappush(self._wakings, waking)
                    waiter.drives = waiter.is_driver
                    self._driving += waiter.drives
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
        self._jump()

    def _jump(self) -> None:
        while not self._working and self._wakings:
            moment, _, _, waiter = self._wakings[0]
            if not waiter.is_awake and not self._may_pass_to(moment, waiter):
                return
            heapq.heappop(self._wakings)
            if not waiter.is_awake:
                self._now = max(self._now, moment)
                self._wake(waiter, is_set=False)

    def _may_pass_to(self, moment: float, waiter: "_Waiter") -> bool:
        """Whether it may be the time of the first wait that ends, whose end is told."""
        if moment <= self._now:
            return True
        if not self._driving:
            return False
        if waiter.starts and not self._watching:
            asked, self._asked = self._asked, False
            return asked
        return True

    def _wake(self, waiter: "_Waiter", *, is_set: bool) -> None:
        waiter.is_awake, waiter.is_set = True, is_set
        waiter.event.waiters.remove(waiter)
        self._driving -= waiter.drives
        self._working += 1
        waiter.parked.release()


class _Waiter:
    """A thread in its wait.

    Args:
        event: what may end it.
        drives: whether time passes for it.
        starts: whether something new starts at its end.
        rank: which comes first of those that end in the same moment.
    """

    __slots__ = ("drives", "event", "is_awake", "is_driver", "is_set", "parked", "rank", "starts")

    def __init__(self, event: "_Event", *, drives: bool = True, starts: bool = False, rank: int = 1) -> None:
        self.event = event
        # Who only watches wakes before those with whom the time goes on.
        self.is_driver, self.starts, self.rank = drives, starts, rank if drives else _FIRST
        self.drives = False
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
