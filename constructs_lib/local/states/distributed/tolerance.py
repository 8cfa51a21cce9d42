"""How many items of a map run may fail before the run does.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from constructs_lib.local.states.distributed.failures import RUNTIME, MapRunError
from constructs_lib.local.states.distributed.numbers import number, whole_number

_COUNT, _PERCENTAGE = "ToleratedFailureCount", "ToleratedFailurePercentage"
_ALL_PERCENT = 100


@dataclass
class Tolerance:
    """A count and a percentage of items; exceeding either is too much. With neither, no item may fail."""

    count: int | None = None
    percentage: float | None = None

    @classmethod
    def of(cls, count: Any, percentage: Any, paths: Mapping[str, str] = MappingProxyType({})) -> "Tolerance":
        """Return the tolerance of the two fields with their expressions evaluated; None where one is absent.

        Args:
            count: of items.
            percentage: of items.
            paths: by which they were given, by the names of the fields.

        Raises:
            MapRunError: ``States.Runtime``: a count or percentage that is none.
        """
        items, part = None, None
        if count is not None:
            items = whole_number(_COUNT, count, paths.get(_COUNT))
            if items < 0:
                raise MapRunError(RUNTIME, f"{_COUNT} cannot be negative.")
        if percentage is not None:
            part = number(_PERCENTAGE, percentage, paths.get(_PERCENTAGE))
            if not 0 <= part <= _ALL_PERCENT:
                raise MapRunError(RUNTIME, f"{_PERCENTAGE} must be between 0 and 100.")
        return cls(items, part)

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
