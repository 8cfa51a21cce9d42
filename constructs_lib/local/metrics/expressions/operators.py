"""Operators between numbers, time series and lists of them.

Where only one of two time series has a value, the other one's is 0; what would divide by zero is dropped.
"""

import math
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from constructs_lib.local.metrics.expressions.values import ExpressionError, TimeSeries, Value

Change = Callable[[float, float], float | None]


def _divided(left: float, right: float) -> float | None:
    return left / right if right else None


def _power(left: float, right: float) -> float | None:
    try:
        found = left**right
    except (OverflowError, ZeroDivisionError):
        return None
    return found if isinstance(found, float | int) and math.isfinite(found) else None


OPERATORS: Final[dict[str, Change]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "^": _power,
    "==": lambda left, right: float(left == right),
    "!=": lambda left, right: float(left != right),
    "<": lambda left, right: float(left < right),
    ">": lambda left, right: float(left > right),
    "<=": lambda left, right: float(left <= right),
    ">=": lambda left, right: float(left >= right),
    "AND": lambda left, right: float(bool(left) and bool(right)),
    "OR": lambda left, right: float(bool(left) or bool(right)),
}


def combined(sign: str, left: Value, right: Value) -> Value:
    """What an operator makes of two values.

    Raises:
        ExpressionError: two lists that are not alike, or a division of numbers by zero.
    """
    change = OPERATORS[sign]
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            raise ExpressionError(f"{sign} is given {len(left)} and {len(right)} time series")
        return [_pair(change, one, other) for one, other in zip(left, right, strict=True)]
    if isinstance(left, list):
        return [_pair(change, each, right) for each in left]  # type: ignore[arg-type] # no list: see above
    if isinstance(right, list):
        return [replace(_pair(change, left, each), label=each.label) for each in right]
    if isinstance(left, TimeSeries) or isinstance(right, TimeSeries):
        return _pair(change, left, right)
    found = change(left, right)
    if found is None:
        raise ExpressionError(f"{left:g} {sign} {right:g} is no number")
    return found


def _pair(change: Change, left: float | TimeSeries, right: float | TimeSeries) -> TimeSeries:
    if not isinstance(left, TimeSeries):
        if not isinstance(right, TimeSeries):
            raise ExpressionError("expected a time series")
        return right.each(lambda value: change(left, value))
    if not isinstance(right, TimeSeries):
        return left.each(lambda value: change(value, right))
    times = sorted(left.points.keys() | right.points.keys())
    both = TimeSeries(dict.fromkeys(times, 0.0), left.label, "", left.period)
    found = {time: change(left.points.get(time, 0.0), right.points.get(time, 0.0)) for time in both.points}
    return replace(both, points={time: value for time, value in found.items() if value is not None})
