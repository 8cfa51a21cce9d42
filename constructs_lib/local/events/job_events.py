"""The events that AWS Batch sends when the state of a job changes, and when a job blocks its queue.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html and
https://docs.aws.amazon.com/batch/latest/userguide/batch-job-queue-blocked-events.html
"""

import json
import threading
from collections.abc import Callable
from functools import cached_property
from queue import SimpleQueue
from typing import Any

from moto.events.models import events_backends

from constructs_lib.local.account import ACCOUNT, REGION
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.scheduler.jobs.job import AnyJob
from constructs_lib.local.scheduler.queues.stuck import REASONS

_DEFAULT_BUS = "default"


class JobEvents:
    """Puts an event on the default bus for each change, as long as there are rules that could want it.

    Args:
        describe: a job as DescribeJobs has it.
        clock: tells the time.
    """

    def __init__(self, describe: Callable[[str], dict[str, Any] | None], clock: Clock) -> None:
        self._describe = describe
        self._clock = clock
        self._events: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    @cached_property
    def _backend(self) -> Any:
        return events_backends[ACCOUNT][REGION]  # moto takes a lock and its time to find it: not for each job

    def changed(self, job: AnyJob) -> None:
        """Tell of the state that a job has now, or why it keeps that; returns at once."""
        buses = self._backend.event_buses
        if _DEFAULT_BUS not in buses or not buses[_DEFAULT_BUS].rules:
            return
        described = self._describe(job.id)
        if described is None:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._put, name="job-events", daemon=True)
            self._thread.start()
        blocks = described["status"] == "RUNNABLE" and described.get("statusReason") in REASONS.values()
        self._clock.begin()
        self._events.put(
            {
                "Source": "aws.batch",
                "DetailType": "Batch Job Queue Blocked" if blocks else "Batch Job State Change",
                "Resources": [described["jobArn"], *([described["jobQueue"]] if blocks else [])],
                "Detail": json.dumps(described, default=str),
                "Time": self._clock.now(),
            }
        )

    def close(self) -> None:
        """Deliver what there is, and end."""
        if self._thread:
            self._events.put(None)
            self._thread.join()

    def _put(self) -> None:
        while (event := self._events.get()) is not None:
            with self._clock.working():
                self._clock.end()  # of what `changed` began
                self._backend.put_events([event])
