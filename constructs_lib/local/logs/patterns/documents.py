"""Patterns of JSON: ``{ ($.detail.status = "FAILED") && ($.detail.arrayProperties.index NOT EXISTS) }``."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from constructs_lib.local.logs.patterns.conditions import either
from constructs_lib.local.logs.patterns.errors import PatternError
from constructs_lib.local.logs.patterns.operands import condition
from constructs_lib.local.logs.patterns.pattern import MISSING, Found, Message
from constructs_lib.local.logs.patterns.reader import Reader
from constructs_lib.local.logs.patterns.selectors import SELECTOR, steps, value, values

_SIGNS: Final = ("!=", "<=", ">=", "=", "<", ">")
_WORD: Final = re.compile(r"[^\s(){}\"&|]+")
_IS: Final = re.compile(r"IS\s+(NULL|TRUE|FALSE)\b", re.IGNORECASE)
_NOT_EXISTS: Final = re.compile(r"NOT\s+EXISTS\b", re.IGNORECASE)
_EXISTS: Final = re.compile(r"EXISTS\b", re.IGNORECASE)
_WORDS: Final = {"NULL": None, "TRUE": True, "FALSE": False}

Test = Callable[[Any], bool]


class DocumentPattern:
    """A pattern of JSON; messages that are no object do not fit.

    Args:
        text: the pattern with its braces.

    Raises:
        PatternError: it is none.
    """

    def __init__(self, text: str) -> None:
        reader = Reader(text)
        reader.expect("{")
        self._holds: Test = either(reader, _condition)
        reader.expect("}")
        if reader.rest:
            raise reader.error("expected nothing more")

    def find(self, message: Message) -> Found | None:
        """What is in the document of a message that fits."""
        document = message.document
        return _Document(document) if document is not MISSING and self._holds(document) else None


class _Document:
    extracted: Mapping[str, str] = {}

    def __init__(self, document: Any) -> None:
        self._document = document

    def at(self, selector: str) -> Any:
        try:
            return value(self._document, selector)
        except PatternError:
            return MISSING


def _condition(reader: Reader) -> Test:
    selector = reader.match(SELECTOR)
    if not selector:
        raise reader.error("expected a selector such as $.detail.status")
    path = steps(selector[0])
    if reader.match(_NOT_EXISTS):
        return lambda document: not any(True for _ in values(document, path))
    if reader.match(_EXISTS):
        return lambda document: any(True for _ in values(document, path))
    if word := reader.match(_IS):
        wanted = _WORDS[word[1].upper()]
        return lambda document: any(found is wanted for found in values(document, path))
    test = condition(reader.expect(*_SIGNS), reader.operand(_WORD))
    # A selector that leads to a list or an object compares with nothing, not even by !=.
    return lambda document: any(test(found) for found in values(document, path) if _is_value(found))


def _is_value(found: Any) -> bool:
    return isinstance(found, str | int | float)
