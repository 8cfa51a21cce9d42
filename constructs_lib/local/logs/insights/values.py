"""The values of queries: text and numbers, times among them; what is not there is None.

A comparison with what is not there is neither true nor false.
"""

import re
from datetime import UTC, datetime
from typing import Any, Final

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DECIMALS: Final = 4
_MILLISECONDS: Final = 1000


class Moment(int):
    """A time in milliseconds since the epoch, shown as a date."""

    __slots__ = ()


def number(value: Any) -> float | None:
    """The number that a value is, or that its text is; None when it is none."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        return value
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value.strip()) else None


def text(value: Any) -> str:
    """A value as it is shown."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Moment):
        moment = datetime.fromtimestamp(value / _MILLISECONDS, tz=UTC)
        return f"{moment:%Y-%m-%d %H:%M:%S}.{value % _MILLISECONDS:03}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(round(value, _DECIMALS))
    return str(value)


def order(value: Any) -> tuple[int, float, str]:
    """What values are sorted by: numbers first, by what they are, then text."""
    if value is None:
        return (2, 0.0, "")
    own = number(value)
    return (0, own, "") if own is not None else (1, 0.0, text(value))


def compared(left: Any, right: Any) -> int | None:
    """Whether one value is less than another (-1), the same (0), or more (1); None when one is not there."""
    if left is None or right is None:
        return None
    one, other = number(left), number(right)
    if one is not None and other is not None:
        return (one > other) - (one < other)
    first, second = text(left), text(right)
    return (first > second) - (first < second)
