"""One field of a cron expression: which numbers it means.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_NUMBER = re.compile(r"\d+")


class FieldError(ValueError):
    """A field is none."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a field may have.

    Args:
        low: its least number.
        high: its greatest.
        names: of numbers, in capitals. Default: none.
    """

    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)

    def numbers(self, text: str) -> frozenset[int]:
        """The numbers that a text such as ``1,5-7,0/15`` means.

        Raises:
            FieldError: it means none, or numbers that there are not.
        """
        return frozenset(number for part in text.split(",") for number in self._part(part))

    def number(self, text: str) -> int:
        """The number that a text or a name is.

        Raises:
            FieldError: it is none of these.
        """
        found = self.names.get(text.upper())
        if found is None and _NUMBER.fullmatch(text):
            found = int(text)
        if found is None or not self.low <= found <= self.high:
            raise FieldError(text)
        return found

    def _part(self, text: str) -> range:
        span, slash, step = text.partition("/")
        by = 1
        if slash:
            if not _NUMBER.fullmatch(step) or not int(step):
                raise FieldError(text)
            by = int(step)
        first, last = self._span(span, is_stepped=bool(slash))
        if first > last:
            raise FieldError(text)
        return range(first, last + 1, by)

    def _span(self, text: str, *, is_stepped: bool) -> tuple[int, int]:
        if text == "*" or (not text and is_stepped):
            return self.low, self.high
        begin, dash, end = text.partition("-")
        first = self.number(begin)
        return first, (self.number(end) if dash else self.high if is_stepped else first)
