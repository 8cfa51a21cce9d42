"""Patterns of fields between spaces: ``[ip, user, ..., status = 4* && status != 404, bytes > 1000]``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.local.logs.patterns.conditions import either
from constructs_lib.local.logs.patterns.operands import condition
from constructs_lib.local.logs.patterns.pattern import MISSING, Found, Message
from constructs_lib.local.logs.patterns.reader import Reader

_FIELD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)')
_NAME: Final = re.compile(r"[\w\-]+")
_WORD: Final = re.compile(r"[^,\[\]()&|\"\s]+")
_SIGNS: Final = ("!=", "=!", "<=", ">=", "=", "<", ">")
_ELLIPSES: Final = ("...", "…")

Values = Mapping[str, str]
Test = Callable[[Values], bool]


@dataclass(frozen=True)
class _Fields:
    """Fields that stand in a row, and what has to hold of them together."""

    names: tuple[str, ...]
    test: Test | None = None


class FieldsPattern:
    """A pattern of fields; a field in quotes or in brackets is one.

    Args:
        text: the pattern with its brackets.

    Raises:
        PatternError: it is none.
    """

    def __init__(self, text: str) -> None:
        before, behind = list[_Fields](), list[_Fields]()
        self._is_open = False
        reader = Reader(text)
        reader.expect("[")
        while True:
            if reader.take(*_ELLIPSES):
                if self._is_open:
                    raise reader.error("expected one ellipsis at most")
                self._is_open = True
            else:
                (behind if self._is_open else before).append(_fields(reader))
            if reader.expect(",", "]") == "]":
                break
        if reader.rest:
            raise reader.error("expected nothing more")
        self._before = [name for each in before for name in each.names]
        self._behind = [name for each in behind for name in each.names]
        self._tests = [each.test for each in (*before, *behind) if each.test]

    def find(self, message: Message) -> Found | None:
        """The fields of a message that fits."""
        found = [quoted or bracketed or word for quoted, bracketed, word in _FIELD.findall(message.text)]
        between = len(found) - len(self._before) - len(self._behind)
        if between < 0 or (between and not self._is_open):
            return None
        names = [*self._before, *[""] * between, *self._behind]
        values = {f"${name or place}": text for place, (name, text) in enumerate(zip(names, found, strict=True), 1)}
        return _Row(values) if all(test(values) for test in self._tests) else None


@dataclass(frozen=True)
class _Row:
    extracted: Mapping[str, str]

    def at(self, selector: str) -> Any:
        return self.extracted.get(selector, MISSING)


def _fields(reader: Reader) -> _Fields:
    """What stands between two commas: a name, or conditions on one field, or on several that follow each other."""
    names: list[str] = []

    def single(inside: Reader) -> Test:
        found = inside.match(_NAME)
        if found is None:
            raise inside.error("expected the name of a field")
        name = found[0]
        if name not in names:
            names.append(name)
        sign = inside.take(*_SIGNS)
        if sign is None:
            return lambda _: True
        test = condition("!=" if sign == "=!" else sign, inside.operand(_WORD))
        return lambda values: test(values[f"${name}"])

    if reader.rest[:1] in (",", "]"):
        return _Fields(("",))
    test: Test = either(reader, single)
    return _Fields(tuple(names), test)
