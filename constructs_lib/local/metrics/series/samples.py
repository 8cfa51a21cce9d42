"""The values of a metric in a stretch of time, put together."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Samples:
    """Values, by how often each was put.

    Args:
        count: how many there are.
        total: their sum.
        least: the smallest one.
        most: the largest one.
        values: each value and how often it is there. None: only statistics were put, as by ``StatisticValues``.
        units: their units.
    """

    count: float = 0.0
    total: float = 0.0
    least: float = float("inf")
    most: float = float("-inf")
    values: dict[float, float] | None = field(default_factory=dict)
    units: set[str] = field(default_factory=set)

    def put(self, value: float, times: float = 1.0) -> None:
        """Add a value."""
        self.count += times
        self.total += value * times
        self.least = min(self.least, value)
        self.most = max(self.most, value)
        if self.values is not None:
            self.values[value] = self.values.get(value, 0.0) + times

    def put_statistics(self, count: float, total: float, least: float, most: float) -> None:
        """Add values of which only statistics are known; of several that are not alike, no percentile can be told."""
        if self.values is not None and least == most:
            self.values[least] = self.values.get(least, 0.0) + count
        elif count:
            self.values = None
        self.count += count
        self.total += total
        self.least = min(self.least, least)
        self.most = max(self.most, most)

    @classmethod
    def together(cls, parts: Iterable["Samples"]) -> "Samples | None":
        """Those of several stretches; None when there are none."""
        found = list(parts)
        if len(found) < 2:  # noqa: PLR2004 one, or none
            return found[0] if found else None
        made = cls()
        for part in found:
            made.count += part.count
            made.total += part.total
            made.least = min(made.least, part.least)
            made.most = max(made.most, part.most)
            made.units |= part.units
            if part.values is None:
                made.values = None
            elif made.values is not None:
                for value, times in part.values.items():
                    made.values[value] = made.values.get(value, 0.0) + times
        return made
