"""Faults of deliveries: schedules, rules and pipes deliver twice, late or in another order, or a target refuses.

AWS delivers at least once, and in no order that it promises.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
"""

from dataclasses import dataclass

from constructs_lib.local.faults.kinds.call_faults import TIMES
from constructs_lib.local.faults.kinds.fault import Fault, option
from constructs_lib.local.faults.kinds.values import Number, Text

_SECONDS = Number("a number of seconds from 0", whole=False)
_OVERTAKEN_SECONDS = 60.0


@dataclass(frozen=True)
class DeliveryFault(Fault):
    """A fault of the deliveries that it selects: of schedules, of rules for events, and of pipes for batches.

    Args:
        times: how many deliveries; None for all. Default: 1.
        source: pattern of the name of the schedule, the rule or the pipe. Default: each.
        target: pattern of the ARN of what it is for. Default: each.
        probability: of each delivery; see `Fault`.
    """

    times: int | None = option(TIMES, default=1, kw_only=True)
    source: str = option(Text("a pattern such as Nightly*"), default="*", kw_only=True)
    target: str = option(Text("a pattern such as *:stateMachine:*"), default="*", kw_only=True)


@dataclass(frozen=True)
class DeliverTwice(DeliveryFault):
    """What is delivered is delivered twice, as AWS says that it may be.

    Args:
        times: see `DeliveryFault`.
        source: see `DeliveryFault`.
        target: see `DeliveryFault`.
        probability: see `Fault`.
    """

    kind = "deliver-twice"


@dataclass(frozen=True)
class DeliverLate(DeliveryFault):
    """What is delivered comes later; what is due meanwhile overtakes it.

    Args:
        seconds: how much later.
        times: see `DeliveryFault`.
        source: see `DeliveryFault`.
        target: see `DeliveryFault`.
        probability: see `Fault`.
    """

    kind = "deliver-late"

    seconds: float = option(_SECONDS)


@dataclass(frozen=True)
class DeliverOutOfOrder(DeliveryFault):
    """What is delivered waits for the next delivery of the same schedule, rule or pipe, and comes after that.

    Args:
        seconds: how long it waits at most. Default: 60.
        times: see `DeliveryFault`.
        source: see `DeliveryFault`.
        target: see `DeliveryFault`.
        probability: see `Fault`.
    """

    kind = "deliver-out-of-order"

    seconds: float = option(_SECONDS, default=_OVERTAKEN_SECONDS, kw_only=True)


@dataclass(frozen=True)
class ThrottleTarget(DeliveryFault):
    """The target refuses: the next attempts to deliver fail with ``ThrottlingException``, and are made again later.

    Args:
        times: how many attempts; None for all. Default: 1.
        source: see `DeliveryFault`.
        target: see `DeliveryFault`.
        probability: of each attempt; see `Fault`.
    """

    kind = "throttle-target"
