"""In which order the jobs of a queue come; first in, first out, unless a policy shares it fairly.

Source: https://docs.aws.amazon.com/batch/latest/userguide/job_scheduling.html
"""

from collections import deque
from typing import Protocol

from constructs_lib.local.scheduler.jobs.job import Job, Status


class Order(Protocol):
    """The waiting jobs of a queue."""

    def submitted(self, job: Job, count: int) -> None:
        """Note so many new jobs like this one, which need not be able to run yet."""
        ...

    def add(self, job: Job) -> None:
        """Let a job wait."""
        ...

    def head(self, now: float) -> Job | None:
        """Find the job that comes next."""
        ...

    def started(self, job: Job, now: float) -> None:
        """Take the head away, which has been placed."""
        ...

    def stopped(self, job: Job, now: float) -> None:
        """Note that an attempt of a placed job has ended."""
        ...

    def finished(self, job: Job) -> None:
        """Note that a job has ended for good."""
        ...

    def reserved(self, now: float) -> float:
        """Which part of the vCPUs of an environment the queue leaves alone."""
        ...


class FirstInFirstOut:
    """Jobs in the order in which they came."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()

    def submitted(self, job: Job, count: int) -> None:
        """Nothing depends on it."""

    def add(self, job: Job) -> None:
        """Let a job wait."""
        self._jobs.append(job)

    def head(self, now: float) -> Job | None:  # noqa: ARG002 the time changes nothing
        """Find the job that has waited longest; those that were cancelled meanwhile go."""
        jobs = self._jobs
        while jobs and jobs[0].status is not Status.RUNNABLE:
            jobs.popleft()
        return jobs[0] if jobs else None

    def started(self, job: Job, now: float) -> None:  # noqa: ARG002
        """Take the head away."""
        self._jobs.popleft()

    def stopped(self, job: Job, now: float) -> None:
        """Nothing depends on it."""

    def finished(self, job: Job) -> None:
        """Nothing depends on it."""

    def reserved(self, now: float) -> float:  # noqa: ARG002
        """Tell that it leaves nothing."""
        return 0.0
