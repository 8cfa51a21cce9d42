"""So many attempts at a time as there are places on this machine; the others wait."""

import threading
from queue import SimpleQueue
from typing import Protocol

from constructs_lib.local.clocks.clock import Clock

_MORE_SECONDS = 5.0
"""After the grace that its attempt has, a thread gets so long to report the end."""


class QueuedRun(Protocol):
    """One attempt."""

    def run(self) -> None:
        """Run it to its end; it reports its start and its end by itself."""
        ...

    def stop(self, grace: float) -> None:
        """Let it end, by force after ``grace`` seconds; one that waits ends as soon as it gets a place."""
        ...


class Places:
    """The places of a runner: a thread for each, made when it is needed.

    Args:
        count: how many attempts run at once.
        clock: stands still while they do; programs take real time.
    """

    def __init__(self, count: int, clock: Clock) -> None:
        self._count = count
        self._clock = clock
        self._queue: SimpleQueue[QueuedRun | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._tasks: set[QueuedRun] = set()
        self._lock = threading.Lock()
        self._closed = False

    def put(self, task: QueuedRun) -> None:
        """Run an attempt as soon as there is a place for it; never after the end of `close`."""
        with self._lock:
            if self._closed:
                return
            self._tasks.add(task)
            if len(self._threads) < min(self._count, len(self._tasks)):
                thread = threading.Thread(target=self._work, name=f"runner-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._clock.begin()
        self._queue.put(task)

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            try:
                task.run()
            finally:
                with self._lock:
                    self._tasks.discard(task)
                self._clock.end()

    def close(self, grace: float) -> None:
        """Stop every attempt, and return when the last one is gone."""
        with self._lock:
            self._closed = True
            tasks = list(self._tasks)
            threads = list(self._threads)
        for task in tasks:
            task.stop(grace)
        for _ in threads:
            self._queue.put(None)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(timeout=grace + _MORE_SECONDS)
