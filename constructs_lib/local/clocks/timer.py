"""Calls functions when it is time, in one thread that begins with the first of them."""

import heapq
import itertools
import threading
from collections.abc import Callable

from constructs_lib.local.clocks.clock import Clock

_Entry = tuple[float, int, Callable[[], object]]


class Timer:
    """What is to be done later.

    Args:
        clock: tells the time.
        name: of the thread.
        starts: whether something new starts at these moments, as by a schedule: they are reached when somebody lets
            the time pass. Default: what is done belongs to what runs, and time passes for it.
    """

    def __init__(self, clock: Clock, name: str, *, starts: bool = False) -> None:
        self._clock = clock
        self._name = name
        self._starts = starts
        self._entries: list[_Entry] = []
        self._order = itertools.count()
        self._changed = clock.event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def at(self, moment: float, call: Callable[[], object]) -> None:
        """Call a function, which returns soon, at a moment, in seconds since the epoch; does nothing when closed."""
        with self._lock:
            if self._is_closed:
                return
            heapq.heappush(self._entries, (moment, next(self._order), call))
            if self._thread is None:
                self._thread = self._clock.thread(self._run, name=self._name)
                self._thread.start()
            self._changed.set()

    def close(self) -> None:
        """Forget what is to be done, and end."""
        with self._lock:
            self._is_closed = True
            self._changed.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._is_closed:
                    return
                self._changed.clear()
                now = self._clock.now()
                due = []
                while self._entries and self._entries[0][0] <= now:
                    due.append(heapq.heappop(self._entries)[2])
                seconds = self._entries[0][0] - now if self._entries else None
            for call in due:
                call()
            if not due:
                self._rest(seconds)

    def _rest(self, seconds: float | None) -> None:
        if self._starts:
            self._clock.watch(self._changed, seconds, starts=True)
        else:
            self._clock.wait(self._changed, seconds)
