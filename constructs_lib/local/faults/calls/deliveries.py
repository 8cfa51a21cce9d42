"""What goes wrong with the deliveries of schedules, rules and pipes."""

from typing import TypeVar

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.deliveries import Disturbance, Problem
from constructs_lib.local.faults.kinds.delivery_faults import (
    DeliverLate,
    DeliverOutOfOrder,
    DeliverTwice,
    ThrottleTarget,
)
from constructs_lib.local.faults.plans.occasions import TargetDelivery
from constructs_lib.local.faults.plans.plan import CurrentPlan

_Kind = TypeVar("_Kind", DeliverTwice, DeliverLate, DeliverOutOfOrder, ThrottleTarget)
_THROTTLED = Problem("ThrottlingException", "Rate exceeded", passes=True)


class FaultyDeliveries:
    """Asks the plan that is at work.

    Args:
        plan: tells it.
        clock: tells when it was.
    """

    def __init__(self, plan: CurrentPlan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock

    def of_delivery(self, source: str, target: str) -> Disturbance:
        """See `Disturbances`."""
        twice = self._fault(DeliverTwice, source, target)
        late = self._fault(DeliverLate, source, target)
        overtaken = self._fault(DeliverOutOfOrder, source, target)
        if overtaken is not None:
            return Disturbance(2 if twice else 1, overtaken.seconds, is_overtaken=True)
        return Disturbance(2 if twice else 1, late.seconds if late else 0)

    def of_attempt(self, source: str, target: str) -> Problem | None:
        """See `Disturbances`."""
        return _THROTTLED if self._fault(ThrottleTarget, source, target) else None

    def _fault(self, kind: type[_Kind], source: str, target: str) -> _Kind | None:
        plan = self._plan()
        name = source.rpartition("/")[2]
        return plan.for_call(kind, TargetDelivery(name, target), self._clock.now()) if plan else None
