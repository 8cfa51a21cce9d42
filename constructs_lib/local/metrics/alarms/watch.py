"""Evaluates alarms as the clock goes on.

It never lets the time of a virtual clock run: an alarm is evaluated when something else lets it pass. While no alarm is
there, and while none of those that are there can change, it does nothing.
"""

import logging
import threading
from collections.abc import Callable, Iterable

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.metrics.alarms.book import Book

_LOG = logging.getLogger(__name__)


class Watch:
    """The thread that evaluates the alarms of all accounts and regions.

    Args:
        clock: tells when.
        books: gives the alarms.
    """

    def __init__(self, clock: Clock, books: Callable[[], Iterable[Book]]) -> None:
        self._clock = clock
        self._books = books
        self._woken = clock.event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def wake(self) -> None:
        """An alarm may be due earlier than thought; returns at once."""
        with self._starting:
            if self._closed:
                return
            if self._thread is None:
                self._thread = self._clock.thread(self._evaluate, name="alarms")
                self._thread.start()
        self._woken.set()

    def close(self) -> None:
        """Evaluate no more."""
        with self._starting:
            self._closed = True
            thread = self._thread
        self._woken.set()
        if thread:
            thread.join()

    def _evaluate(self) -> None:
        while not self._closed:
            self._woken.clear()
            now = self._clock.now()
            for book in self._books():
                try:
                    book.evaluate(now)
                except Exception:  # noqa: BLE001 the other alarms are evaluated all the same
                    _LOG.exception("alarms could not be evaluated")
            due = [moment for book in self._books() if (moment := book.due()) is not None]
            # Not before the next moment at which any could be, which is 10 s for the shortest periods.
            self._clock.watch(self._woken, max(min(due) - self._clock.now(), 0.0) if due else None)
