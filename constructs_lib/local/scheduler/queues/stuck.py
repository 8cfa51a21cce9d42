"""Jobs that block their queue: why, since when, and when the queue cancels them.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html and
https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_time_limit_actions.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from constructs_lib.local.scheduler.jobs.job import Job

NO_CAPACITY = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"

REASONS = {
    NO_CAPACITY: f"{NO_CAPACITY} - Service cannot fulfill the capacity requested for instance type.",
    "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE": (
        "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet the CPU "
        "requirement of the job."
    ),
    "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT": (
        "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher than "
        "that can be met by the CE(s) attached to the job queue."
    ),
}
"""What the status reason of a stuck job says, by the reason that a time limit names."""


def cancelled(reason: str) -> str:
    """Say why a job was cancelled by a time limit of its queue."""
    return f"Canceled by JobStateTimeLimit action due to reason: {reason}"


@dataclass(slots=True)
class Stuck:
    """The heads of the queues that cannot be placed, and since when they are there.

    Args:
        impatient: cancel at once what a time limit would cancel later: nothing can change by waiting when nobody
            changes the environments meanwhile.
        on_blocked: called with each job that gets stuck.
    """

    impatient: bool
    on_blocked: Callable[[Job], None]
    _since: dict[Job, tuple[str, float]] = field(default_factory=dict)

    def limit(self, job: Job, reason: str, limits: Mapping[str, float], now: float) -> float | None:
        """Note that a job is stuck; returns when its queue cancels it, None if it does not."""
        known, since = self._since.get(job, ("", now))
        is_new = known != reason
        if is_new:
            since = now
        self._since[job] = reason, since
        job.status_reason = REASONS[reason]
        if is_new:
            self.on_blocked(job)
        if reason not in limits:
            return None
        return now if self.impatient else since + limits[reason]

    def jobs(self) -> list[Job]:
        """The jobs that are stuck now."""
        return list(self._since)

    def resolved(self, job: Job) -> None:
        """Note that a job is not stuck any more."""
        if self._since.pop(job, None):
            job.status_reason = None
