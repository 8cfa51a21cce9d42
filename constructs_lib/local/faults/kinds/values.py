"""The values that the options of a fault may have: in Python, in JSON, and as text of the command line."""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

ANY = "*"
"""Stands for no restriction, in JSON and on the command line; None in Python."""

_MOST_INDEXES = 1_000_000
"""In a range: more than any list here has, and few enough to be kept."""


class Value(Protocol):
    """What an option takes.

    `accept` and `parse` raise ValueError for anything else.
    """

    @property
    def expected(self) -> str:
        """What it takes, in words."""
        ...

    def accept(self, value: Any) -> Any:
        """Take a value of Python or JSON; the form in which the fault keeps it."""
        ...

    def parse(self, text: str) -> Any:
        """Read the text of the command line."""
        ...

    def render(self, value: Any) -> str:
        """Write the text that `parse` reads."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Text that is not empty.

    Args:
        expected: what it is.
    """

    expected: str

    def accept(self, value: Any) -> str:
        """Take text."""
        if not isinstance(value, str) or not value:
            raise ValueError(value)
        return value

    parse = accept

    def render(self, value: str) -> str:
        """Write it as it is."""
        return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few values.

    Args:
        choices: the values.
    """

    choices: tuple[str | int, ...]

    @property
    def expected(self) -> str:
        """The choices."""
        return "one of " + ", ".join(str(choice) for choice in self.choices)

    def accept(self, value: Any) -> str | int:
        """Take one of the choices."""
        if isinstance(value, bool) or value not in self.choices:
            raise ValueError(value)
        return self.choices[self.choices.index(value)]

    def parse(self, text: str) -> str | int:
        """Read one of the choices."""
        return {str(choice): choice for choice in self.choices}.get(text) or self.accept(text)

    def render(self, value: str | int) -> str:
        """Write it."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or none at all.

    Args:
        expected: what it is.
        low: the least.
        high: the most.
        whole: whether it has no fraction.
        optional: whether `ANY` is allowed: no restriction.
    """

    expected: str
    low: float = 0
    high: float = math.inf
    whole: bool = True
    optional: bool = False

    def accept(self, value: Any) -> float | None:
        """Take a number between the bounds, or what stands for none."""
        if self.optional and value in (None, ANY):
            return None
        kinds = (int,) if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not self.low <= value <= self.high:
            raise ValueError(value)
        if not math.isfinite(value):
            raise ValueError(value)
        return value if self.whole else float(value)

    def parse(self, text: str) -> float | None:
        """Read digits."""
        return self.accept(text if text == ANY else json.loads(text))

    def render(self, value: float | None) -> str:
        """Write digits; a whole number without its fraction."""
        if value is None:
            return ANY
        return str(int(value)) if value == int(value) else repr(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    expected: str = "true or false"

    def accept(self, value: Any) -> bool:
        """Take a boolean."""
        if not isinstance(value, bool):
            raise ValueError(value)  # noqa: TRY004 - the contract of values
        return value

    def parse(self, text: str) -> bool:
        """Read true or false."""
        return {"true": True, "false": False}[text] if text in ("true", "false") else self.accept(text)

    def render(self, value: bool) -> str:
        """Write true or false."""
        return str(value).lower()


@dataclass(frozen=True, slots=True)
class Indexes:
    """One number, several, or all; several are kept sorted, one alone as a number."""

    expected: str = "a number from 0, several ([1, 3]; on the command line 1+3 or 4-7), or * for all"

    def accept(self, value: Any) -> int | tuple[int, ...] | None:
        """Take a number, or any iterable of numbers."""
        if value in (None, ANY):
            return None
        several = [value] if isinstance(value, int) or not isinstance(value, Iterable) else list(value)
        if not several or any(isinstance(item, bool) or not isinstance(item, int) or item < 0 for item in several):
            raise ValueError(value)
        first, *others = sorted(set(several))
        return (first, *others) if others else first

    def parse(self, text: str) -> int | tuple[int, ...] | None:
        """Read ``3``, ``1+3``, ``4-7`` or ``*``."""
        if text == ANY:
            return None
        found: set[int] = set()
        for part in text.split("+"):
            match = re.fullmatch(r"(\d+)(?:-(\d+))?", part, re.ASCII)
            if not match:
                raise ValueError(text)
            first, last = int(match[1]), int(match[2] or match[1])
            if not first <= last < first + _MOST_INDEXES:
                raise ValueError(text)
            found.update(range(first, last + 1))
        return self.accept(found)

    def render(self, value: int | tuple[int, ...] | None) -> str:
        """Write them, one after the other."""
        if value is None:
            return ANY
        return "+".join(str(item) for item in (value if isinstance(value, tuple) else [value]))
