"""Patterns of terms: ``ERROR "exit code" -test``, ``?ERROR ?WARN``, ``%[45][0-9]%``."""

import re
from collections.abc import Callable
from typing import Final

from constructs_lib.local.logs.patterns.operands import regular
from constructs_lib.local.logs.patterns.pattern import FITS, Found, Message
from constructs_lib.local.logs.patterns.reader import Reader

_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BETWEEN_PERCENT: Final = re.compile(r"%((?:[^%\\]|\\.)+)%")
_WORD: Final = re.compile(r"[^\s\"]+")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)

Test = Callable[[str], bool]


class TermsPattern:
    """Terms that a message has to have, wherever; no terms fit each message.

    Args:
        text: the pattern.

    Raises:
        PatternError: it is none.
    """

    def __init__(self, text: str) -> None:
        self._all: list[Test] = []
        self._none: list[Test] = []
        self._any: list[Test] = []
        reader = Reader(text)
        while reader.rest:
            kinds = {"-": self._none, "?": self._any}
            kinds.get(reader.take("-", "?") or "", self._all).append(_term(reader))

    def find(self, message: Message) -> Found | None:
        """Whether a message fits; of terms there is nothing to say."""
        text = message.text
        fits = all(test(text) for test in self._all) and not any(test(text) for test in self._none)
        # Beside terms that have to be there, or must not, those with a question mark do not count.
        if fits and self._any and not self._all and not self._none:
            fits = any(test(text) for test in self._any)
        return FITS if fits else None


def _term(reader: Reader) -> Test:
    if quoted := reader.match(_QUOTED):
        text = _ESCAPED.sub(r"\1", quoted[1])
        return lambda message: text in message
    if between := reader.match(_BETWEEN_PERCENT):
        like = regular(between[1])
        return lambda message: like.search(message) is not None
    if word := reader.match(_WORD):
        return lambda message: word[0] in message
    raise reader.error("expected a term")
