"""The tasks of an activity that no worker has taken yet, and those that a worker works at.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
"""

import threading
from collections import deque
from typing import Any

from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackEndpoint

from constructs_lib.local.states.runtime import CURRENT


class ActivityTask(CallbackEndpoint):
    """One task; moto's SendTask operations find it by its token.

    Args:
        token: its token.
        given: its input, JSON text.
    """

    def __init__(self, token: str, given: str) -> None:
        super().__init__(token)
        self.given = given
        self.changed = CURRENT.runtime.clock.event()
        """Set whenever something has happened to it."""
        self.is_started = False
        self.worker: str | None = None
        self.last_beat = 0.0
        self._lock = threading.Lock()

    def start(self, worker: str | None) -> bool:
        """Let a worker have it; False when it has ended meanwhile."""
        with self._lock:
            if self._notify_event.is_set() or self.is_started:
                return False
            self.worker, self.is_started, self.last_beat = worker, True, CURRENT.runtime.clock.now()
        self.changed.set()
        return True

    def notify(self, outcome: Any) -> None:
        """Take the outcome that a worker tells."""
        super().notify(outcome)
        self.changed.set()

    def notify_heartbeat(self) -> bool:
        """Take a sign of life."""
        self.last_beat = CURRENT.runtime.clock.now()
        self.changed.set()
        return True

    def interrupt_all(self) -> None:
        """End it without an outcome."""
        with self._lock:
            super().interrupt_all()
        self.changed.set()


class ActivityQueue:
    """The tasks of one activity, the oldest first; all methods may be called from any thread."""

    def __init__(self) -> None:
        self._tasks: deque[ActivityTask] = deque()
        self._pollers: list[threading.Event] = []
        self._lock = threading.Lock()

    def add(self, task: ActivityTask) -> None:
        """Offer a task to the workers."""
        with self._lock:
            self._tasks.append(task)
            pollers = list(self._pollers)
        for poller in pollers:
            poller.set()

    def poll(self, worker: str | None, seconds: float) -> ActivityTask | None:
        """Take the oldest task; None if none comes within so many seconds."""
        clock = CURRENT.runtime.clock
        deadline, woken = clock.now() + seconds, clock.event()
        with self._lock:
            self._pollers.append(woken)
        try:
            while (task := self._take(worker)) is None and clock.now() < deadline:
                clock.wait(woken, deadline - clock.now())
                woken.clear()
        finally:
            with self._lock:
                self._pollers.remove(woken)
        return task

    def _take(self, worker: str | None) -> ActivityTask | None:
        while True:
            with self._lock:
                task = self._tasks.popleft() if self._tasks else None
            if task is None or task.start(worker):
                return task


def queue_of(backend: Any, arn: str) -> ActivityQueue | None:
    """The queue of an activity; None when there is no such activity."""
    queues: dict[str, ActivityQueue] = vars(backend).setdefault("_activity_queues", {})
    if arn not in backend.activities:
        queues.pop(arn, None)
        return None
    return queues.setdefault(arn, ActivityQueue())
