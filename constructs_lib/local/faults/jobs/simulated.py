"""Faults of jobs in a simulation: what an attempt does, as a plan lets it."""

from collections.abc import Callable

from constructs_lib.local.faults.jobs.attempts import Capacity, attempt_of, is_fargate
from constructs_lib.local.faults.jobs.endings import SIGTERM_EXIT_CODE, has_program, of_struck, without_program
from constructs_lib.local.faults.kinds.job_faults import JobFault, TimedFault
from constructs_lib.local.faults.plans.chance import instance_id
from constructs_lib.local.faults.plans.occasions import StartingAttempt
from constructs_lib.local.faults.plans.plan import FaultPlan
from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.scheduler.simulation import Behavior

NEVER = float("inf")


def with_faults(plan: FaultPlan, behavior: Behavior, capacity: Capacity, now: Callable[[], float]) -> Behavior:
    """Let the attempts of a simulation fail as a plan says.

    A simulation does not take what else runs on a reclaimed instance with it.

    Args:
        plan: what is to go wrong.
        behavior: what attempts do otherwise. A program that gets SIGTERM ends at once.
        capacity: the type of a compute environment (``SPOT``, ``FARGATE``, …) by its ARN.
        now: the time of the simulation.
    """

    def behave(job: Job) -> tuple[float, Ending]:
        seconds, ending = behavior(job)
        attempt = attempt_of(job, plan, capacity)
        found = plan.for_attempt(attempt)
        if found is None:
            return seconds, ending
        number, fault = found
        after = fault.after if isinstance(fault, TimedFault) else 0.0
        if after >= min(seconds, job.spec.timeout_seconds or NEVER):
            plan.spared(number)
            return seconds, ending
        plan.struck(number, attempt, now() + after)
        return _struck(plan, number, fault, attempt, after)

    return behave


def _struck(
    plan: FaultPlan, number: int, fault: JobFault, attempt: StartingAttempt, after: float
) -> tuple[float, Ending]:
    if has_program(fault):
        instance = instance_id(plan.seed, number, attempt.identity)
        remade = of_struck(fault, fargate=is_fargate(attempt), instance=instance)
        return after, remade(Ending(SIGTERM_EXIT_CODE))
    by_itself = without_program(fault, fargate=is_fargate(attempt))
    return (0.0, by_itself) if by_itself else (NEVER, Ending(SIGTERM_EXIT_CODE))
