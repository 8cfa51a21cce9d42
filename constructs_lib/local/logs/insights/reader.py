"""Reads a query from left to right."""

import re
from typing import Final

from constructs_lib.local.logs.insights.errors import QueryError

_BLANK: Final = re.compile(r"(?:\s+|#[^\n]*)*")
_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_FIELD: Final = re.compile(r"`([^`]+)`|([@A-Za-z_][\w@]*(?:\.[\w@]+)*)")
_TEXT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|' + r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_REGULAR: Final = re.compile(r"/((?:[^/\\]|\\.)+)/", re.DOTALL)
_NUMBER: Final = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PERIOD: Final = re.compile(r"(\d+)\s*([A-Za-z]+)")
_ESCAPED: Final = re.compile(r"\\([\"'\\])")
_NAMED: Final = re.compile(r"\(\?<(?=[A-Za-z_])")
_FLAGS: Final = re.compile(r"\(\?i\)")


class Reader:
    """A query and a place in it.

    Args:
        query: the text.
    """

    def __init__(self, query: str) -> None:
        self.query = query
        self.place = 0

    @property
    def rest(self) -> str:
        """What is still to be read, without blanks and comments before it."""
        found = _BLANK.match(self.query, self.place)
        self.place = found.end() if found else self.place
        return self.query[self.place :]

    def _match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        self.rest  # noqa: B018 - it goes on to what is there
        found = expression.match(self.query, self.place)
        if found:
            self.place = found.end()
        return found

    def take(self, *signs: str) -> str | None:
        """Read one of some signs; None when none stands here."""
        rest = self.rest
        sign = next((sign for sign in signs if rest.startswith(sign)), None)
        self.place += len(sign or "")
        return sign

    def word(self, *words: str) -> str | None:
        """Read one of some words, whatever its case; None when none stands here."""
        self.rest  # noqa: B018 - as above
        found = _WORD.match(self.query, self.place)
        if found is None or found[0].lower() not in words:
            return None
        self.place = found.end()
        return found[0].lower()

    def any_word(self) -> str | None:
        """Read a word."""
        found = self._match(_WORD)
        return found[0] if found else None

    def expect(self, sign: str) -> None:
        """Read a sign.

        Raises:
            QueryError: it does not stand here.
        """
        if not self.take(sign):
            raise self.error()

    def field(self) -> str | None:
        """Read the name of a field."""
        found = self._match(_FIELD)
        return (found[1] or found[2]) if found else None

    def text(self) -> str | None:
        """Read text in quotes."""
        found = self._match(_TEXT)
        return None if found is None else _ESCAPED.sub(r"\1", found[1] if found[1] is not None else found[2])

    def number(self) -> int | float | None:
        """Read a number."""
        found = self._match(_NUMBER)
        if found is None:
            return None
        return int(found[0]) if found[0].isdecimal() else float(found[0])

    def period(self) -> tuple[int, str] | None:
        """Read a period such as ``5m``."""
        found = self._match(_PERIOD)
        return (int(found[1]), found[2]) if found else None

    def regular(self) -> re.Pattern[str] | None:
        """Read a regular expression between slashes.

        Raises:
            QueryError: it is none.
        """
        found = self._match(_REGULAR)
        if found is None:
            return None
        source = _NAMED.sub("(?P<", found[1].replace("\\/", "/"))
        flags = re.IGNORECASE if _FLAGS.search(source) else re.NOFLAG
        try:
            return re.compile(_FLAGS.sub("", source), flags)
        except re.error:
            raise self.error() from None

    def error(self) -> QueryError:
        """What is wrong here, in AWS's words."""
        found = re.match(r"\w+|\S", self.rest)
        symbol = found[0] if found else "<EOF>"
        before = self.query[: self.place]
        line, position = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
        return QueryError(f"unexpected symbol found {symbol} at line {line} and position {position}", self.place)
