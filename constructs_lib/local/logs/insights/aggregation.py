"""``stats``: what is counted and calculated of many rows, by groups.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from constructs_lib.local.logs.insights.expressions import Value, expression
from constructs_lib.local.logs.insights.reader import Reader
from constructs_lib.local.logs.insights.rows import Row
from constructs_lib.local.logs.insights.values import Moment, number, order, text

_PERCENT: Final = 100.0


class Collector(Protocol):
    """Collects the values of a group."""

    def add(self, value: Any, row: Row) -> None:
        """Take in a value that is there."""
        ...

    def result(self) -> Any:
        """What is made of them."""
        ...


@dataclass
class _Reduced:
    """Keeps one value: the best of all by what they are sorted by."""

    better: Callable[[Any, Any], bool]
    by: Callable[[Any, Row], Any]
    best: Any = None
    key: Any = None

    def add(self, value: Any, row: Row) -> None:
        key = self.by(value, row)
        if self.key is None or self.better(key, self.key):
            self.best, self.key = value, key

    def result(self) -> Any:
        return self.best


@dataclass
class _Counted:
    count: int = 0

    def add(self, value: Any, row: Row) -> None:  # noqa: ARG002 as every collector
        self.count += 1

    def result(self) -> Any:
        return self.count


@dataclass
class _Distinct:
    seen: set[str] = field(default_factory=set)

    def add(self, value: Any, row: Row) -> None:  # noqa: ARG002 as every collector
        self.seen.add(text(value))

    def result(self) -> Any:
        return len(self.seen)


@dataclass
class _Numbers:
    """Calculates with all numbers."""

    finish: Callable[[list[float]], float]
    values: list[float] = field(default_factory=list)

    def add(self, value: Any, row: Row) -> None:  # noqa: ARG002 as every collector
        if (own := number(value)) is not None:
            self.values.append(own)

    def result(self) -> Any:
        return self.finish(self.values) if self.values else None


def _deviation(values: list[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))


def _percentile(share: float) -> Callable[[list[float]], float]:
    def made(values: list[float]) -> float:
        place = share * (len(values) - 1)
        ordered, below = sorted(values), math.floor(place)
        above = min(below + 1, len(values) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

    return made


def _less(left: Any, right: Any) -> bool:
    return bool(left < right)


def _more(left: Any, right: Any) -> bool:
    return bool(left > right)


_BY_VALUE: Final[Callable[[Any, Row], Any]] = lambda value, _: order(value)  # noqa: E731 - used twice
_BY_TEXT: Final[Callable[[Any, Row], Any]] = lambda value, _: text(value)  # noqa: E731 - used twice
_BY_TIME: Final[Callable[[Any, Row], Any]] = lambda _, row: number(row.get("@timestamp")) or 0.0  # noqa: E731

COLLECTORS: Final[dict[str, Callable[[], Collector]]] = {
    "avg": lambda: _Numbers(lambda values: math.fsum(values) / len(values)),
    "count": _Counted,
    "count_distinct": _Distinct,
    "earliest": lambda: _Reduced(_less, _BY_TIME),
    "latest": lambda: _Reduced(lambda new, old: bool(new >= old), _BY_TIME),
    "max": lambda: _Reduced(_more, _BY_VALUE),
    "min": lambda: _Reduced(_less, _BY_VALUE),
    "sortsfirst": lambda: _Reduced(_less, _BY_TEXT),
    "sortslast": lambda: _Reduced(_more, _BY_TEXT),
    "stddev": lambda: _Numbers(_deviation),
    "sum": lambda: _Numbers(math.fsum),
}


def _percentiles(reader: Reader) -> Callable[[], Collector]:
    """What collects for ``pct``, by the percentage that is its second argument."""
    reader.expect(",")
    share = reader.number()
    if share is None:
        raise reader.error()
    finish = _percentile(float(share) / _PERCENT)
    return lambda: _Numbers(finish)


@dataclass(frozen=True)
class _Aggregate:
    """One call in a stats command: what it collects, under a name that no field has."""

    name: str
    value: Value
    make: Callable[[], Collector]


@dataclass(frozen=True)
class Column:
    """A column: its name, and its value in a row."""

    name: str
    value: Value


class Stats:
    """A stats command.

    Args:
        reader: stands behind the word ``stats``.

    Raises:
        QueryError: it is none.
    """

    def __init__(self, reader: Reader) -> None:
        self._aggregates: list[_Aggregate] = []
        self.columns = columns(reader, self._aggregate)
        self.groups = columns(reader) if reader.word("by") else []
        if not self._aggregates:
            raise reader.error()

    @property
    def names(self) -> list[str]:
        """The names of its columns, as they are shown."""
        return [column.name for column in (*self.groups, *self.columns)]

    def _aggregate(self, reader: Reader, name: str) -> Value | None:
        if name not in COLLECTORS and name != "pct":
            return None
        value: Value = lambda _: 1  # noqa: E731 - unless something else is counted
        if not (name == "count" and (reader.take("*") or reader.rest.startswith(")"))):
            value = expression(reader)
        make = COLLECTORS[name] if name in COLLECTORS else _percentiles(reader)
        reader.expect(")")
        own = f"\0{len(self._aggregates)}"
        self._aggregates.append(_Aggregate(own, value, make))
        return lambda row: row.get(own)

    def run(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The groups of rows: by time, the last first, or in the order in which they appeared."""
        found: dict[tuple[str, ...], tuple[list[Any], list[Collector]]] = {}
        for row in rows:
            keys = [column.value(row) for column in self.groups]
            known = tuple("" if key is None else text(key) for key in keys)
            if known not in found:
                found[known] = (keys, [each.make() for each in self._aggregates])
            for each, collector in zip(self._aggregates, found[known][1], strict=True):
                if (value := each.value(row)) is not None:
                    collector.add(value, row)
        if not found and not self.groups:
            found[()] = ([], [each.make() for each in self._aggregates])
        groups = list(found.values())
        times = (
            next((place for place, key in enumerate(groups[0][0]) if isinstance(key, Moment)), None) if groups else None
        )
        if times is not None:
            groups.sort(key=lambda group: group[0][times] or 0, reverse=True)
        for keys, collectors in groups:
            yield self._row(keys, collectors)

    def _row(self, keys: list[Any], collectors: list[Collector]) -> Row:
        row = Row({each.name: collector.result() for each, collector in zip(self._aggregates, collectors, strict=True)})
        row.made.update({column.name: key for column, key in zip(self.groups, keys, strict=True)})
        for column in self.columns:
            row.made[column.name] = column.value(row)
        return row


def columns(reader: Reader, other: Callable[[Reader, str], Value | None] = lambda *_: None) -> list[Column]:
    """Read columns between commas, each with an ``as``, or with its own text as its name.

    Raises:
        QueryError: none stands here.
    """
    found: list[Column] = []
    while True:
        begin = len(reader.query) - len(reader.rest)
        value = expression(reader, other)
        name: str | None = reader.query[begin : reader.place].strip().strip("`")
        if reader.word("as"):
            name = reader.field()
        if not name:
            raise reader.error()
        found.append(Column(name, value))
        if not reader.take(","):
            return found
