"""What the conditions of patterns compare with: text with wildcards, numbers, regular expressions.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
"""

import operator
import re
from collections.abc import Callable
from typing import Any, Final

from constructs_lib.local.logs.patterns.errors import PatternError

Test = Callable[[Any], bool]
"""Whether a value fits: text, a number, or a boolean."""

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_REGULAR: Final = re.compile(r"[A-Za-z0-9_#=@/;,:\-\s^$?\[\]{}|\\*+.]*", re.ASCII)
_ORDERS: Final = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}


def number(text: str) -> float | None:
    """The number that a text is; None when it is none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def regular(text: str) -> re.Pattern[str]:
    """The expression between two percent signs.

    Raises:
        PatternError: it has what the expressions of patterns may not have, or is none.
    """
    if not _REGULAR.fullmatch(text):
        odd = next(character for character in text if not _REGULAR.fullmatch(character))
        raise PatternError(f"the regular expression %{text}% has {odd!r}, which is not supported")
    try:
        return re.compile(text, re.ASCII)
    except re.error as error:
        raise PatternError(f"the regular expression %{text}% is none: {error}") from None


def condition(sign: str, operand: "Operand") -> Test:
    """The test of one condition.

    Args:
        sign: one of ``=``, ``!=``, ``<``, ``>``, ``<=``, ``>=``.
        operand: what a value is compared with.

    Raises:
        PatternError: there is no such order, as between texts.
    """
    if sign == "=":
        return operand.equals
    if sign == "!=":
        return lambda value: not operand.equals(value)
    limit = operand.number
    if limit is None:
        raise PatternError(f"{sign} compares numbers, and {operand.text!r} is none")
    order = _ORDERS[sign]

    def test(value: Any) -> bool:
        own = _as_number(value)
        return own is not None and bool(order(own, limit))

    return test


class Operand:
    """The right side of a condition.

    Args:
        text: as it stands there, without quotes or percent signs.
        kind: ``word`` without quotes, ``quoted``, or ``regular`` between percent signs.
    """

    def __init__(self, text: str, kind: str = "word") -> None:
        self.text = text
        self.number = number(text) if kind == "word" else None
        self._like: re.Pattern[str] | None = None
        if kind == "regular":
            self._like = regular(text)
        elif "*" in text:
            self._like = re.compile(r"\A" + ".*".join(re.escape(part) for part in text.split("*")) + r"\Z", re.DOTALL)

    def equals(self, value: Any) -> bool:
        """Whether a value is it, or like it."""
        own = shown(value)
        if own is None:
            return False
        if self._like:
            return self._like.search(own) is not None
        if self.number is not None and _as_number(value) == self.number:
            return True
        return own == self.text


def shown(value: Any) -> str | None:
    """A value as text; None for what is no value, such as a list."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else repr(value)
    return None


def _as_number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return number(value) if isinstance(value, str) else None
