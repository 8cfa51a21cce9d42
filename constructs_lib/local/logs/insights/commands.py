"""The other commands: fields, filter, parse, sort, limit, dedup, display.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from constructs_lib.local.logs.insights.aggregation import columns
from constructs_lib.local.logs.insights.expressions import expression
from constructs_lib.local.logs.insights.reader import Reader
from constructs_lib.local.logs.insights.rows import Row
from constructs_lib.local.logs.insights.values import order, text


class Fields:
    """``fields`` and ``display``: columns that are shown."""

    def __init__(self, reader: Reader) -> None:
        self._columns = columns(reader)
        self.names = [column.name for column in self._columns]

    def run(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Calculate the columns."""
        for row in rows:
            for column in self._columns:
                value = column.value(row)
                if value is not None and row.get(column.name) is not value:
                    row.made[column.name] = value
            yield row


class Filter:
    """``filter``: rows of which a condition holds."""

    def __init__(self, reader: Reader) -> None:
        self._condition = expression(reader)

    def run(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Leave out the others."""
        return (row for row in rows if self._condition(row))


class Parse:
    """``parse``: fields out of text, by a regular expression with names, or by a glob and names."""

    def __init__(self, reader: Reader) -> None:
        place = reader.place
        self._field = "@message"
        if reader.text() is not None or reader.regular() is not None:
            reader.place = place
        else:
            self._field = reader.field() or ""
            if not self._field:
                raise reader.error()
        names: list[str] = []
        regular = reader.regular()
        if regular is None:
            glob = reader.text()
            if glob is None:
                raise reader.error()
            regular = _glob(glob)
        if reader.word("as"):
            names = _names(reader)
        elif not regular.groupindex:
            raise reader.error()
        if names and len(names) != regular.groups:
            raise reader.error()
        self._like = regular
        self._names = names or list(regular.groupindex)

    def run(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Add the fields to rows whose text fits."""
        for row in rows:
            value = row.get(self._field)
            found = None if value is None else self._like.search(text(value))
            if found:
                groups = found.groups() if len(self._names) == len(found.groups()) else found.groupdict().values()
                row.made.update(
                    {name: each for name, each in zip(self._names, groups, strict=True) if each is not None}
                )
            yield row


def _glob(glob: str) -> re.Pattern[str]:
    """A glob as a regular expression: each asterisk is a group, the last one to the end if nothing follows."""
    parts = [re.escape(part) for part in glob.split("*")]
    groups = ["(.*?)"] * (len(parts) - 1)
    if groups and not parts[-1]:
        groups[-1] = "(.*)"
    body = parts[0] + "".join(group + part for group, part in zip(groups, parts[1:], strict=True))
    return re.compile(body, re.DOTALL)


def _names(reader: Reader) -> list[str]:
    found = []
    while True:
        name = reader.field()
        if not name:
            raise reader.error()
        found.append(name)
        if not reader.take(","):
            return found


class Sort:
    """``sort``: rows in an order."""

    def __init__(self, reader: Reader) -> None:
        self._keys: list[tuple[Any, bool]] = []
        while True:
            value = expression(reader)
            self._keys.append((value, reader.word("asc", "desc") == "desc"))
            if not reader.take(","):
                return

    def run(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Sort them; those without a value are last."""
        found = list(rows)
        for value, descending in reversed(self._keys):
            there = [row for row in found if value(row) is not None]
            gone = [row for row in found if value(row) is None]
            there.sort(key=lambda row: order(value(row)), reverse=descending)
            found = [*there, *gone]
        yield from found


class Limit:
    """``limit``: so many rows."""

    def __init__(self, reader: Reader) -> None:
        count = reader.number()
        if not isinstance(count, int) or count < 1:
            raise reader.error()
        self.count = count

    def run(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Take the first ones."""
        return islice(rows, self.count)


class Dedup:
    """``dedup``: of rows that have the same fields, the first one."""

    def __init__(self, reader: Reader) -> None:
        self._names = _names(reader)

    def run(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Leave out those that are there already; rows without a value stay."""
        seen: set[tuple[str, ...]] = set()
        for row in rows:
            values = [row.get(name) for name in self._names]
            key = tuple(text(value) for value in values if value is not None)
            if len(key) < len(values) or key not in seen:
                seen.add(key)
                yield row
