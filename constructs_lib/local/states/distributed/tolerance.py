"""How many items of a map run may fail before the run does.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold.
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.states.distributed.failures import RUNTIME, MapRunError
from constructs_lib.local.states.json_text import json_text

_ALL_PERCENT = 100


@dataclass
class Tolerance:
    """A count and a percentage of items; exceeding either is too much. With neither, no item may fail."""

    count: int | None = None
    percentage: float | None = None

    @classmethod
    def of(cls, count: Any, percentage: Any) -> "Tolerance":
        """Return the tolerance of the two fields with their expressions evaluated; None where one is absent.

        Raises:
            MapRunError: ``States.Runtime``: a count or percentage that is none.
        """
        if count is not None and (_number(count) is None or count < 0 or count != int(count)):
            cause = f"ToleratedFailureCount must be a non-negative integer, but was {json_text(count)}."
            raise MapRunError(RUNTIME, cause)
        if percentage is not None and (_number(percentage) is None or not 0 <= percentage <= _ALL_PERCENT):
            cause = f"ToleratedFailurePercentage must be between 0 and 100, but was {json_text(percentage)}."
            raise MapRunError(RUNTIME, cause)
        return cls(None if count is None else int(count), percentage)

    def is_exceeded(self, failed: int, total: int | None) -> bool:
        """Tell whether so many failed or timed out items are too many.

        Args:
            failed: items so far.
            total: of all items; None while it is not known, and a percentage cannot be judged.
        """
        if failed == 0:
            return False
        if self.count is None and self.percentage is None:
            return True
        if self.count is not None and failed > self.count:
            return True
        return self.percentage is not None and total is not None and failed * _ALL_PERCENT > self.percentage * total


def _number(value: Any) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
