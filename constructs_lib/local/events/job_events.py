"""The events that AWS Batch sends when the state of a job changes, and when a job blocks its queue.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html and
https://docs.aws.amazon.com/batch/latest/userguide/batch-job-queue-blocked-events.html
"""

from collections.abc import Callable
from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.local.events.default_bus import DefaultBus
from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob, Status
from constructs_lib.local.scheduler.queues.stuck import REASONS

_CHANGED = "Batch Job State Change"


class JobEvents:
    """Sends an event for each change, as long as there are rules that could want it.

    Args:
        describe: a job as DescribeJobs has it.
        bus: takes the events.
    """

    def __init__(self, describe: Callable[[AnyJob], dict[str, Any] | None], bus: DefaultBus) -> None:
        self._describe = describe
        self._bus = bus

    def changed(self, job: AnyJob) -> None:
        """Tell of the state that a job has now, or why it keeps that; returns at once."""
        if not self._bus.is_heard(**_known(job)):
            return
        described = self._describe(job)
        if described is None:
            return
        blocks = described["status"] == "RUNNABLE" and described.get("statusReason") in REASONS.values()
        kind = "Batch Job Queue Blocked" if blocks else _CHANGED
        resources = [described["jobArn"], *([described["jobQueue"]] if blocks else [])]
        self._bus.send(Location.of(described["jobArn"]), "aws.batch", kind, resources, described)


def _known(job: AnyJob) -> dict[str, Any]:
    """What is known of the event of a job before its description is made."""
    known: dict[str, Any] = {"source": "aws.batch"}
    if isinstance(job, ArrayJob) or job.status in (Status.SUBMITTED, Status.PENDING):
        return known
    child = {} if job.index is None else {"arrayProperties": {"index": job.index}}
    known["detail"] = {"status": str(job.status), **child}
    if job.status is not Status.RUNNABLE:
        known["detail-type"] = _CHANGED
    return known
