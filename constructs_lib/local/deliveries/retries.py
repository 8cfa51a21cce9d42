"""How often, and until when, a delivery is tried again; and what is told of one that never succeeded.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html and
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
"""

from dataclasses import dataclass
from typing import Any, Self

from constructs_lib.local.deliveries.problems import Problem

_MOST, _LONGEST = 185, 24 * 60 * 60
_LONGEST_PAUSE = 480.0
"""Between two attempts, so that 185 of them take a day."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to give up.

    Args:
        retries: at most so many after the first attempt.
        age: no attempt after so many seconds.
    """

    retries: int = _MOST
    age: float = _LONGEST

    @classmethod
    def of(cls, target: dict[str, Any]) -> Self:
        """That of a target of a rule or a schedule."""
        told = target.get("RetryPolicy") or {}
        return cls(
            int(told.get("MaximumRetryAttempts", _MOST)),
            float(told.get("MaximumEventAgeInSeconds", _LONGEST)),
        )

    def pause(self, attempt: int) -> float:
        """Seconds after a failed attempt, the first of which is 1."""
        return float(min(2 ** min(attempt - 1, 10), _LONGEST_PAUSE))


@dataclass(frozen=True, slots=True)
class Loss:
    """What was not delivered.

    Args:
        problem: of the last attempt.
        retries: how many there were after the first attempt.
        condition: which part of the policy ended it; None where no further attempt would have helped.
    """

    problem: Problem
    retries: int
    condition: str | None = None
