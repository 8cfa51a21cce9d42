"""Threads for child executions: no more than needed, and none for children that end at once."""

import queue
import threading
from collections.abc import Callable

from constructs_lib.local.states.runtime import CURRENT

_PATIENCE_SECONDS = 0.001  # to wait for a thread that gets free before another one is started


class WorkerPool:
    """Runs calls in daemon threads that it keeps until it is closed."""

    def __init__(self) -> None:
        """Begin without any thread."""
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._free = threading.Semaphore(0)
        self._threads = 0
        self._clock = CURRENT.runtime.clock

    def run(self, call: Callable[[], None]) -> None:
        """Have a call made."""
        if not self._free.acquire(timeout=_PATIENCE_SECONDS):
            self._threads += 1
            threading.Thread(target=self._work, daemon=True, name="child-execution").start()
        self._clock.begin()
        self._calls.put(call)

    def close(self) -> None:
        """Let the threads end after their current call."""
        for _ in range(self._threads):
            self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            with self._clock.working():
                self._clock.end()  # of what `run` began
                call()
                self._free.release()
