"""How many items of a fan-out may fail: a count, a percentage, or both."""

from dataclasses import dataclass
from typing import Self

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.quantities import as_text, readable
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule
from constructs_lib.workflows.fan_out.list.arguments import check_tolerance
from constructs_lib.workflows.fan_out.list.options import ToleranceOptions

_ALL_PERCENT = 100


@dataclass(frozen=True)
class Tolerance:
    """The tolerated failures of a fan-out, which fails when either limit is exceeded; without limits no item may fail.

    Args:
        failures: number of items that may fail. Default: 0, or unlimited if there is a percentage.
        percentage: of items that may fail, 0 to 100. Default: no percentage.
    """

    failures: int | None = None
    percentage: float | None = None

    @classmethod
    def of(cls, options: ToleranceOptions) -> Self:
        """The tolerance in the options of a fan-out."""
        return cls(options.get("tolerated_failures"), options.get("tolerated_failure_percentage"))

    def check(self, place: ArgumentPath) -> None:
        """Refuse a negative count, and a percentage below 0 or above 100."""
        if self.failures is not None:
            check_tolerance(place, self.failures)
        percentage = self.percentage
        if percentage is not None and resolved(percentage) and not 0 <= percentage <= _ALL_PERCENT:
            raise Rule.TOLERATED_PERCENTAGE.error(
                place.of("tolerated_failure_percentage"),
                got=readable(percentage),
                expected="a percentage is 0 to 100",
                fix="Write 2.5 to tolerate one item of forty.",
            )

    def exceeded(self, failed: str, total: str) -> str:
        """JSONata for whether too many items have failed, from JSONata for two numbers."""
        conditions = []
        if self.failures is not None or self.percentage is None:
            conditions.append(f"{failed} > {as_text(self.failures or 0)}")
        if self.percentage is not None:
            conditions.append(f"{failed} * {_ALL_PERCENT} > {as_text(self.percentage)} * {total}")
        return f"({' or '.join(conditions)})"

    def __str__(self) -> str:
        """The tolerance in words, for readers of the definition."""
        parts = []
        if self.failures is not None or self.percentage is None:
            parts.append(as_text(self.failures or 0))
        if self.percentage is not None:
            parts.append(f"{as_text(self.percentage)} %")
        return " or ".join(parts)
