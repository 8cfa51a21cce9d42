"""Expressions of queries, which become functions of a row."""

import math
import operator
import re
from collections.abc import Callable
from typing import Any, Final

from constructs_lib.local.logs.insights.functions import FUNCTIONS
from constructs_lib.local.logs.insights.periods import Period
from constructs_lib.local.logs.insights.reader import Reader
from constructs_lib.local.logs.insights.rows import Row
from constructs_lib.local.logs.insights.values import compared, number, text

Value = Callable[[Row], Any]
Other = Callable[[Reader, str], Value | None]
"""Reads a call of a function that only some expressions know; None when it is no such one."""

_COMPARED: Final[dict[str, Callable[[int], bool]]] = {
    "=": lambda order: order == 0,
    "!=": lambda order: order != 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
}
_SUMS: Final[dict[str, Callable[[float, float], float]]] = {"+": operator.add, "-": operator.sub}
_PRODUCTS: Final[dict[str, Callable[[float, float], float]]] = {
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
}
_RESERVED: Final = frozenset({"and", "or", "not", "like", "in", "as", "by", "asc", "desc"})


def expression(reader: Reader, other: Other = lambda *_: None) -> Value:
    """Read an expression.

    Args:
        reader: the query.
        other: reads functions that are known only here, such as those of stats.

    Raises:
        QueryError: none stands here.
    """
    return _Parser(reader, other).either()


class _Parser:
    def __init__(self, reader: Reader, other: Other) -> None:
        self._reader = reader
        self._other = other

    def either(self) -> Value:
        parts = [self._both()]
        while self._reader.word("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else _either(parts)

    def _both(self) -> Value:
        parts = [self._negated()]
        while self._reader.word("and"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else _both(parts)

    def _negated(self) -> Value:
        if self._reader.word("not"):
            return _not(self._negated())
        return self._comparison()

    def _comparison(self) -> Value:
        left, reader = self._sum(), self._reader
        if reader.take("=~") or reader.word("like"):
            return self._like(left)
        if sign := reader.take(*_COMPARED):
            return _comparison(left, self._sum(), _COMPARED[sign])
        if reader.word("in"):
            return self._in(left)
        place = reader.place
        if reader.word("not"):
            if reader.word("like"):
                return _not(self._like(left))
            if reader.word("in"):
                return _not(self._in(left))
            reader.place = place
        return left

    def _like(self, left: Value) -> Value:
        if regular := self._reader.regular():
            return _found(left, regular)
        part = self._reader.text()
        if part is None:
            raise self._reader.error()
        return _found(left, re.compile(re.escape(part)))

    def _in(self, left: Value) -> Value:
        self._reader.expect("[")
        items = [self._sum()]
        while self._reader.take(","):
            items.append(self._sum())
        self._reader.expect("]")
        return _either([_comparison(left, item, _COMPARED["="]) for item in items])

    def _sum(self) -> Value:
        left = self._product()
        while sign := self._reader.take("+", "-"):
            left = _calculated(left, self._product(), _SUMS[sign])
        return left

    def _product(self) -> Value:
        left = self._power()
        while sign := self._reader.take("*", "/", "%"):
            left = _calculated(left, self._power(), _PRODUCTS[sign])
        return left

    def _power(self) -> Value:
        base = self._single()
        return _calculated(base, self._power(), operator.pow) if self._reader.take("^") else base

    def _single(self) -> Value:
        reader = self._reader
        if reader.take("("):
            inner = self.either()
            reader.expect(")")
            return inner
        if reader.take("-"):
            return _calculated(lambda _: 0, self._single(), operator.sub)
        if (text_ := reader.text()) is not None:
            return _constant(text_)
        if (number_ := reader.number()) is not None:
            return _constant(number_)
        place = reader.place
        name = reader.field()
        if name is None or name.lower() in _RESERVED:
            reader.place = place
            raise reader.error()
        if reader.take("("):
            return self._call(name, place)
        return lambda row: row.get(name)

    def _call(self, name: str, place: int) -> Value:
        reader, known = self._reader, name.lower()
        if (value := self._other(reader, known)) is not None:
            return value
        if known in ("bin", "datefloor", "dateceil"):
            return self._cut(known)
        if known == "now":
            reader.expect(")")
            return lambda row: row.get("@now")
        if known not in FUNCTIONS:
            reader.place = place
            raise reader.error()
        function, least, most = FUNCTIONS[known]
        given: list[Value] = []
        if not reader.take(")"):
            given = [self.either()]
            while reader.take(","):
                given.append(self.either())
            reader.expect(")")
        if not least <= len(given) <= most:
            reader.place = place
            raise reader.error()
        return lambda row: function(*(each(row) for each in given))

    def _cut(self, name: str) -> Value:
        reader = self._reader
        value: Value = lambda row: row.get("@timestamp")  # noqa: E731 - one of two
        if name != "bin":
            value = self._sum()
            reader.expect(",")
        place = reader.place
        found = reader.period()
        try:
            period = Period(*(found or (0, "")))
        except KeyError:
            reader.place = place
            raise reader.error() from None
        reader.expect(")")
        cut = period.ceil if name == "dateceil" else period.floor
        return lambda row: cut(value(row))


def _constant(value: Any) -> Value:
    return lambda _: value


def _either(parts: list[Value]) -> Value:
    def made(row: Row) -> Any:
        found = [part(row) for part in parts]
        return True if any(found) else None if None in found else False

    return made


def _both(parts: list[Value]) -> Value:
    def made(row: Row) -> Any:
        found = [part(row) for part in parts]
        return True if all(found) else None if all(each is None or each for each in found) else False

    return made


def _not(part: Value) -> Value:
    def made(row: Row) -> Any:
        found = part(row)
        return None if found is None else not found

    return made


def _comparison(left: Value, right: Value, holds: Callable[[int], bool]) -> Value:
    def made(row: Row) -> Any:
        order = compared(left(row), right(row))
        return None if order is None else holds(order)

    return made


def _found(left: Value, like: re.Pattern[str]) -> Value:
    def made(row: Row) -> Any:
        value = left(row)
        return None if value is None else like.search(text(value)) is not None

    return made


def _calculated(left: Value, right: Value, function: Callable[[float, float], float]) -> Value:
    def made(row: Row) -> Any:
        one, other = number(left(row)), number(right(row))
        if one is None or other is None:
            return None
        try:
            return function(one, other)
        except (ArithmeticError, ValueError):
            return None

    return made
