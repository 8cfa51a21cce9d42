"""What may go wrong with a delivery on purpose."""

from dataclasses import dataclass
from typing import Protocol

from constructs_lib.local.deliveries.problems import Problem


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What is done with one delivery.

    Args:
        copies: how often it is delivered.
        seconds: how late.
        is_overtaken: whether it comes as soon as the next one of the same source has passed, before these are over.
    """

    copies: int = 1
    seconds: float = 0
    is_overtaken: bool = False


class Disturbances(Protocol):
    """What goes wrong."""

    def of_delivery(self, source: str, target: str) -> Disturbance:
        """What is done with a delivery.

        Args:
            source: the ARN of the schedule, the rule or the pipe that delivers.
            target: the ARN of what it is for.
        """

    def of_attempt(self, source: str, target: str) -> Problem | None:
        """Why the target refuses an attempt; None if it does not."""
