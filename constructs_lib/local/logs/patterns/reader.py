"""Reads a pattern from left to right."""

import re
from typing import Final

from constructs_lib.local.logs.patterns.errors import PatternError
from constructs_lib.local.logs.patterns.operands import Operand

_BLANK: Final = re.compile(r"\s*")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BETWEEN_PERCENT: Final = re.compile(r"%((?:[^%\\]|\\.)+)%")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Reader:
    """A text and a place in it.

    Args:
        text: the pattern.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    @property
    def rest(self) -> str:
        """What is still to be read, without blanks before it."""
        self.place = self._after(_BLANK)
        return self.text[self.place :]

    def _after(self, expression: re.Pattern[str]) -> int:
        found = expression.match(self.text, self.place)
        return found.end() if found else self.place

    def take(self, *words: str) -> str | None:
        """Read one of some words, the first that stands here; None when none does."""
        rest = self.rest
        word = next((word for word in words if rest.startswith(word)), None)
        self.place += len(word or "")
        return word

    def expect(self, *words: str) -> str:
        """Read one of some words.

        Raises:
            PatternError: none stands here.
        """
        if (word := self.take(*words)) is None:
            raise self.error(f"expected {' or '.join(words)}")
        return word

    def match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """Read what an expression matches here; None when it does not."""
        self.place = self._after(_BLANK)
        found = expression.match(self.text, self.place)
        if found:
            self.place = found.end()
        return found

    def operand(self, word: re.Pattern[str]) -> Operand:
        """Read the right side of a condition: text in quotes, an expression, or a word.

        Raises:
            PatternError: there is none.
        """
        if quoted := self.match(_QUOTED):
            return Operand(_ESCAPED.sub(r"\1", quoted[1]), "quoted")
        if between := self.match(_BETWEEN_PERCENT):
            return Operand(between[1], "regular")
        if found := self.match(word):
            return Operand(found[0].strip())
        raise self.error("expected a value")

    def error(self, problem: str) -> PatternError:
        """What is wrong here."""
        where = f"at {self.rest[:20]!r}" if self.rest else "at its end"
        return PatternError(f"{problem} {where}")
