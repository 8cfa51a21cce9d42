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

Test = Callable[[str], bool]


@dataclass(frozen=True)
class _Field:
    name: str
    test: Test | None


class FieldsPattern:
    """A pattern of fields; a field in quotes or in brackets is one.

    Args:
        text: the pattern with its brackets.

    Raises:
        PatternError: it is none.
    """

    def __init__(self, text: str) -> None:
        self._before: list[_Field] = []
        self._behind: list[_Field] | None = None
        reader = Reader(text)
        reader.expect("[")
        while True:
            if reader.take(*_ELLIPSES):
                if self._behind is not None:
                    raise reader.error("expected one ellipsis at most")
                self._behind = []
            else:
                (self._before if self._behind is None else self._behind).append(_field(reader))
            if reader.expect(",", "]") == "]":
                break
        if reader.rest:
            raise reader.error("expected nothing more")

    def find(self, message: Message) -> Found | None:
        """The fields of a message that fits."""
        found = [quoted or bracketed or word for quoted, bracketed, word in _FIELD.findall(message.text)]
        behind = self._behind or []
        least = len(self._before) + len(behind)
        if len(found) < least or (self._behind is None and len(found) > least):
            return None
        between = [_Field("", None)] * (len(found) - least)
        fields = [*self._before, *between, *behind]
        if any(field.test and not field.test(text) for field, text in zip(fields, found, strict=True)):
            return None
        return _Fields(
            {f"${field.name or place}": text for place, (field, text) in enumerate(zip(fields, found, strict=True), 1)}
        )


@dataclass(frozen=True)
class _Fields:
    extracted: Mapping[str, str]

    def at(self, selector: str) -> Any:
        return self.extracted.get(selector, MISSING)


def _field(reader: Reader) -> _Field:
    names: list[str] = []

    def single(inside: Reader) -> Test:
        if name := inside.match(_NAME):
            names.append(name[0])
        sign = inside.take(*_SIGNS)
        if sign is None:
            return lambda _: True
        return condition("!=" if sign == "=!" else sign, inside.operand(_WORD))

    if reader.rest[:1] in (",", "]"):
        return _Field("", None)
    test: Test = either(reader, single)
    return _Field(names[0] if names else "", test)
