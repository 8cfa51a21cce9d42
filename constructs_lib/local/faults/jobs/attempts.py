"""Attempts as a plan sees them, made of jobs as the scheduler has them."""

from collections.abc import Callable

from constructs_lib.core.container_contract import item_index
from constructs_lib.local.faults.plans.occasions import StartingAttempt
from constructs_lib.local.faults.plans.plan import FaultPlan
from constructs_lib.local.scheduler.jobs.job import Job

Capacity = Callable[[str], str]
"""Tells the type of a compute environment (``SPOT``, ``FARGATE``, …) by its ARN."""


def attempt_of(job: Job, plan: FaultPlan, capacity: Capacity) -> StartingAttempt:
    """The last attempt of a job, which is about to start."""
    return _attempt(job, plan, len(job.attempts), capacity(job.attempts[-1].environment))


def next_attempt(job: Job, plan: FaultPlan) -> StartingAttempt:
    """The attempt that a job waits for, of which nobody knows yet where it will run."""
    return _attempt(job, plan, len(job.attempts) + 1, "")


def _attempt(job: Job, plan: FaultPlan, number: int, capacity: str) -> StartingAttempt:
    index = _item_index(job)
    return StartingAttempt(
        job_id=job.id,
        name=job.spec.name,
        index=index,
        attempt=number,
        capacity=capacity,
        ordinal=plan.ordinal(job.spec.name, job.id) if index is None else 0,
    )


def is_fargate(attempt: StartingAttempt) -> bool:
    """Whether it runs on Fargate, on demand or Spot."""
    return attempt.capacity.startswith("FARGATE")


def _item_index(job: Job) -> int | None:
    variables = {entry["name"]: entry.get("value") or "" for entry in job.spec.container.get("environment", [])}
    return item_index(variables, job.index)
