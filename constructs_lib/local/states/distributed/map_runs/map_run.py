"""A map run: its child executions, its counts, and whether more may start.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html.
"""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from constructs_lib.local.states.distributed.batches import ChildInput
from constructs_lib.local.states.distributed.children.child import Child
from constructs_lib.local.states.distributed.tolerance import Tolerance
from constructs_lib.local.states.runtime import CURRENT

_MOST_CHILDREN = 1000  # at once; AWS runs up to 10,000, which on one machine gains nothing
_COUNTS = {
    "PENDING": "pending",
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "timedOut",
    "ABORTED": "aborted",
}


class MapRun:
    """Counts and children; all methods may be called from any thread."""

    def __init__(
        self, execution_arn: str, label: str | None, max_concurrency: int, tolerance: Tolerance, *, is_express: bool
    ) -> None:
        """Name the run.

        Args:
            execution_arn: of the parent execution.
            label: part of the ARNs; a random one by default.
            max_concurrency: child executions at once; 0 is AWS's own limit.
            tolerance: failures that do not fail the run.
            is_express: whether the children are EXPRESS executions.
        """
        start, machine = execution_arn.split(":execution:")
        labelled = f"{machine.split(':')[0]}/{label or uuid.uuid4()}"
        self.arn = f"{start}:mapRun:{labelled}:{uuid.uuid4()}"
        self.state_machine_arn = f"{start}:stateMachine:{labelled}"
        self.child_prefix = f"{start}:execution:{labelled}"
        self.execution_arn = execution_arn
        self.max_concurrency = max_concurrency
        self.tolerance = tolerance
        self.is_express = is_express
        self.status = "RUNNING"
        self.start_date = CURRENT.runtime.moment()
        self.stop_date: datetime | None = None
        self.children: list[Child] = []
        self.total_items: int | None = None
        self.is_exceeded = False
        self.is_stopping = False
        self.changed = CURRENT.runtime.clock.event()
        self.may_stop: Callable[[str], bool] = lambda _: True
        self._by_arn: dict[str, Child] = {}
        self._running: set[Child] = set()
        self._executions = dict.fromkeys([*_COUNTS, "WRITTEN"], 0)
        self._items = dict.fromkeys([*_COUNTS, "WRITTEN"], 0)
        self._lock = threading.RLock()

    def child(self, arn: str) -> Child | None:
        """Return a child execution by its ARN."""
        return self._by_arn.get(arn)

    def is_free(self) -> bool:
        """Tell whether one more child may run now."""
        return len(self._running) < min(self.max_concurrency or _MOST_CHILDREN, _MOST_CHILDREN)

    def is_idle(self) -> bool:
        """Tell whether no child runs."""
        return not self._running

    def add_pending(self, given: ChildInput) -> None:
        """Count an input that has been read."""
        self._count("PENDING", 1, given.items)

    def started(self, child: Child) -> bool:
        """Take a child in that is about to run; False when the run is being stopped and it must not."""
        with self._lock:
            if self.is_stopping:
                return False
            self.children.append(child)
            self._by_arn[child.execution_arn] = child
            self._running.add(child)
            self._move("PENDING", "RUNNING", child.items)
            return True

    def ended(self, child: Child) -> None:
        """Count a child's end; stop the others when too many items have failed."""
        with self._lock:
            self._running.discard(child)
            self._move("RUNNING", child.status, child.items)
            self.judge()
        self.changed.set()

    def judge(self) -> None:
        """Stop all children if too many items have failed."""
        with self._lock:
            failed = self._items["FAILED"] + self._items["TIMED_OUT"]
            if self.tolerance.is_exceeded(failed, self.total_items):
                self.is_exceeded = True
                self.stop()

    def stop(self) -> None:
        """Let no more children start, and abort those that run."""
        with self._lock:
            self.is_stopping = True
            running = list(self._running)
        for child in running:
            if self.may_stop(child.name):
                child.stop(CURRENT.runtime.moment())
        self.changed.set()

    def update(self, max_concurrency: int | None, count: int | None, percentage: float | None) -> None:
        """Change the limits while children run; None leaves one as it is."""
        with self._lock:
            if max_concurrency is not None:
                self.max_concurrency = max_concurrency
            if count is not None:
                self.tolerance.count = count
            if percentage is not None:
                self.tolerance.percentage = percentage
            self.judge()
        self.changed.set()

    def results_written(self) -> None:
        """Count the children that ended as written."""
        for counts in (self._executions, self._items):
            counts["WRITTEN"] = sum(counts[status] for status in ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"))

    def close(self, status: str) -> None:
        """End the run."""
        self.stop_date = CURRENT.runtime.moment()
        self.status = status

    def describe(self) -> dict[str, Any]:
        """Return the run as DescribeMapRun does."""
        with self._lock:
            described: dict[str, Any] = {
                "mapRunArn": self.arn,
                "executionArn": self.execution_arn,
                "status": self.status,
                "startDate": self.start_date,
                "maxConcurrency": self.max_concurrency,
                "toleratedFailurePercentage": self.tolerance.percentage or 0.0,
                "toleratedFailureCount": self.tolerance.count or 0,
                "itemCounts": _shown({**self._items, "PENDING": self._pending_items()}),
                "executionCounts": _shown(self._executions),
                "redriveCount": 0,
            }
        return described if self.stop_date is None else {**described, "stopDate": self.stop_date}

    def _pending_items(self) -> int:
        if self.total_items is None:
            return self._items["PENDING"]
        return self.total_items - sum(self._items[status] for status in _COUNTS if status != "PENDING")

    def _count(self, status: str, executions: int, items: int) -> None:
        with self._lock:
            self._executions[status] += executions
            self._items[status] += items

    def _move(self, old: str, new: str, items: int) -> None:
        self._count(old, -1, -items)
        self._count(new, 1, items)


def _shown(counts: dict[str, int]) -> dict[str, int]:
    shown = {name: counts[status] for status, name in _COUNTS.items()}
    return {
        **shown,
        "total": sum(shown.values()),
        "resultsWritten": counts["WRITTEN"],
        "failuresNotRedrivable": 0,
        "pendingRedrive": 0,
    }
