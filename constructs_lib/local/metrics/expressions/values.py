"""What expressions calculate with: numbers, time series, and lists of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace


class ExpressionError(ValueError):
    """An expression that cannot be calculated; the message says why."""


@dataclass(frozen=True)
class TimeSeries:
    """A value for some of the times.

    Args:
        points: values by their time, in seconds.
        label: what it is called.
        id: of the query that it is the answer to; empty for what is calculated.
        period: the time between two points, in seconds.
    """

    points: Mapping[int, float]
    label: str = ""
    id: str = ""
    period: int = 60

    def each(self, change: Callable[[float], float | None]) -> "TimeSeries":
        """One whose points are changed, or dropped where there is no value."""
        changed = {time: change(value) for time, value in self.points.items()}
        return replace(self, points={time: value for time, value in changed.items() if value is not None}, id="")


Value = float | TimeSeries | list[TimeSeries]
"""A number, a time series, or several."""


@dataclass(frozen=True)
class Text:
    """A word in quotes, or one of the words that functions know, such as ``REPEAT``."""

    text: str


@dataclass(frozen=True)
class Answers:
    """The time series that an expression may name.

    Args:
        series: by the ids of their queries.
        metrics: the ids of those that are metrics.
    """

    series: Mapping[str, Value]
    metrics: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Times:
    """The times of which an expression has values when it has one for each.

    Args:
        all: in seconds, in their order.
        period: between two of them.
    """

    all: Sequence[int]
    period: int

    @classmethod
    def between(cls, start: int, end: int, period: int) -> "Times":
        """The first seconds of the periods from one moment to the one before another."""
        return cls(range(start, end, period), period)
