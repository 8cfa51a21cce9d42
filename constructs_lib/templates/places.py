"""Where in its text each part of a template stands, for messages."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

Path = tuple[str | int, ...]

_TOKEN: Final = re.compile(r'[{}\[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+', re.DOTALL)


class Place(NamedTuple):
    """A place in a text. Both count from 1."""

    line: int
    column: int


class Places:
    """The places of a text's keys and items, and the keys that are there twice."""

    def __init__(self) -> None:
        self._places: dict[Path, Place] = {}
        self.duplicates: list[Path] = []

    def add(self, path: Path, line: int, column: int, *, again: bool = False) -> None:
        """Note where a key or an item stands; both count from 0."""
        self._places[path] = Place(line + 1, column + 1)
        if again:
            self.duplicates.append(path)

    def of(self, path: Sequence[str | int]) -> Place | None:
        """The place of what stands at a path, or of the nearest that it is in."""
        for length in range(len(path), 0, -1):
            if place := self._places.get(tuple(path[:length])):
                return place
        return None


def note_json(text: str, places: Places) -> None:
    """Note the places of a text that is JSON."""
    walk = _Walk(places)
    line, line_start, counted = 0, 0, 0
    for token in _TOKEN.finditer(text):
        line_breaks = text.count("\n", counted, token.start())
        if line_breaks:
            line, line_start = line + line_breaks, text.rindex("\n", 0, token.start()) + 1
        counted = token.start()
        walk.take(token.group(), line, token.start() - line_start)


@dataclass(slots=True)
class _Container:
    path: Path
    is_object: bool
    index: int = 0
    key: str | None = None
    keys: set[str] = field(default_factory=set)


class _Walk:
    """A way through the tokens of a JSON text."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._open: list[_Container] = []

    def take(self, word: str, line: int, column: int) -> None:
        """Go on by one token."""
        inner = self._open[-1] if self._open else None
        if word in "}]":
            self._open.pop()
        elif word == ",":
            if inner:
                inner.index, inner.key = inner.index + 1, None
        elif inner and inner.is_object and inner.key is None:
            inner.key = str(json.loads(word, strict=False))
            self._places.add((*inner.path, inner.key), line, column, again=inner.key in inner.keys)
            inner.keys.add(inner.key)
        elif word != ":":
            self._begin(word, inner, line, column)

    def _begin(self, word: str, inner: _Container | None, line: int, column: int) -> None:
        path: Path = ()
        if inner:
            path = (*inner.path, inner.index if inner.key is None else inner.key)
            if not inner.is_object:
                self._places.add(path, line, column)
        if word in "{[":
            self._open.append(_Container(path, word == "{"))
