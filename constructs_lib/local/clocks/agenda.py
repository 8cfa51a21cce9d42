"""What is due again and again, or once, each at its own times: the schedules of an account."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.clocks.timer import Timer


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Something that is due.

    Args:
        after: the first time after another one, in seconds since the epoch; None if there is none.
        call: what is then called, soon to return: with this entry, the time, and whether it was the last one.
        late: how many seconds after a time it is called. Default: none.
    """

    after: Callable[[float], float | None]
    call: Callable[["Entry", float, bool], object]
    late: Callable[[float], float] = lambda _: 0.0


class Agenda:
    """Entries by their keys: one that is put there takes the place of the one before it.

    Args:
        clock: tells the time, which does not pass for what is due here.
        name: of the thread.
    """

    def __init__(self, clock: Clock, name: str) -> None:
        self._timer = Timer(clock, name, starts=True)
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()

    def put(self, key: str, entry: Entry, begin: float) -> None:
        """Put an entry there.

        Args:
            key: by which it is known.
            entry: what is due.
            begin: the first time at which it may be, in seconds since the epoch.
        """
        with self._lock:
            self._entries[key] = entry
        self._plan(key, entry, math.nextafter(begin, -math.inf))

    def remove(self, key: str) -> None:
        """Take the entry of a key away, if there is one."""
        with self._lock:
            self._entries.pop(key, None)

    def has(self, key: str, entry: Entry) -> bool:
        """Whether an entry is still there, and not another one in its place."""
        with self._lock:
            return self._entries.get(key) is entry

    def close(self) -> None:
        """Call nothing any more."""
        self._timer.close()

    def _plan(self, key: str, entry: Entry, moment: float) -> bool:
        due = entry.after(moment)
        if due is None:
            return False
        self._timer.at(due + entry.late(due), lambda: self._call(key, entry, due))
        return True

    def _call(self, key: str, entry: Entry, moment: float) -> None:
        if self.has(key, entry):
            is_last = not self._plan(key, entry, moment)
            entry.call(entry, moment, is_last)
