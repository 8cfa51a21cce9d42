"""A fault of a plan and the attempt that it is for."""

from collections.abc import Callable
from dataclasses import dataclass

from constructs_lib.local.faults.jobs.attempts import is_fargate
from constructs_lib.local.faults.jobs.endings import of_struck
from constructs_lib.local.faults.jobs.runs import Strike
from constructs_lib.local.faults.kinds.job_faults import JobFault, Reclaim, TimedFault
from constructs_lib.local.faults.plans.chance import instance_id
from constructs_lib.local.faults.plans.occasions import StartingAttempt
from constructs_lib.local.faults.plans.plan import FaultPlan


@dataclass(frozen=True, slots=True)
class Case:
    """A fault that strikes a program.

    Args:
        plan: what it is part of.
        number: which fault of the plan, from 1.
        fault: the fault.
        attempt: what it selects.
    """

    plan: FaultPlan
    number: int
    fault: JobFault
    attempt: StartingAttempt

    @property
    def is_at_start(self) -> bool:
        """Whether it strikes as soon as the program starts."""
        return not self._after

    @property
    def _after(self) -> float:
        return self.fault.after if isinstance(self.fault, TimedFault) else 0.0

    def strike(self, on_strike: Callable[[], None]) -> Strike:
        """What it does to the program of the attempt, and to those that share its instance."""
        instance = instance_id(self.plan.seed, self.number, self.attempt.identity)
        return Strike(
            after=self._after,
            grace=self.fault.notice if isinstance(self.fault, Reclaim) else 0,
            ending=of_struck(self.fault, fargate=is_fargate(self.attempt), instance=instance),
            on_strike=on_strike,
            on_spared=lambda: self.plan.spared(self.number),
        )

    def note(self, attempt: StartingAttempt, at: float) -> None:
        """Note in the plan that it has struck an attempt."""
        self.plan.struck(self.number, attempt, at)
