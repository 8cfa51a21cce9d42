"""Reads an expression into a tree."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from constructs_lib.local.metrics.expressions.values import ExpressionError

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[A-Za-z_]\w*)
    |(?P<text>'[^']*'|"(?:[^"\\]|\\.)*")|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/^<>()\[\],]))""",
    re.VERBOSE,
)
_LEVELS: Final = (
    {"OR", "||"},
    {"AND", "&&"},
    {"==", "!=", "<=", ">=", "<", ">"},
    {"+", "-"},
    {"*", "/"},
)
"""Operators, those that bind least first."""
_ONE_WORD: Final = {"&&": "AND", "||": "OR"}


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True)
class Name:
    """The id of a query, or a word that a function knows."""

    text: str


@dataclass(frozen=True)
class Quoted:
    """A word in quotes."""

    text: str


@dataclass(frozen=True)
class Items:
    """Several in brackets."""

    items: "tuple[Node, ...]"


@dataclass(frozen=True)
class Call:
    """A function and what it is given; an operator is one of two, or one."""

    function: str
    given: "tuple[Node, ...]"


Node = Number | Name | Quoted | Items | Call


@lru_cache(maxsize=512)
def tree(expression: str) -> Node:
    """Read an expression.

    Raises:
        ExpressionError: it is none.
    """
    parser = _Parser(_tokens(expression), expression)
    node = parser.level(0)
    if parser.next():
        raise parser.error()
    return node


def _tokens(expression: str) -> list[tuple[str, str]]:
    place, found = 0, list[tuple[str, str]]()
    end = len(expression.rstrip())
    while place < end:
        token = _TOKEN.match(expression, place)
        if token is None:
            raise ExpressionError(f"Error in expression: unexpected {expression[place:].strip()[:10]!r}")
        kind = str(token.lastgroup)
        found.append((kind, token[kind]))
        place = token.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], expression: str) -> None:
        self._tokens = tokens
        self._place = 0
        self._expression = expression

    def next(self) -> tuple[str, str] | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def error(self) -> ExpressionError:
        found = self.next()
        where = f"unexpected {found[1]!r}" if found else "it ends too early"
        return ExpressionError(f"Error in expression {self._expression!r}: {where}")

    def _take(self, *words: str) -> str | None:
        found = self.next()
        if found and found[0] in ("sign", "name") and found[1] in words:
            self._place += 1
            return found[1]
        return None

    def level(self, number: int) -> Node:
        if number == len(_LEVELS):
            return self._negated()
        left = self.level(number + 1)
        while word := self._take(*_LEVELS[number]):
            left = Call(_ONE_WORD.get(word, word), (left, self.level(number + 1)))
        return left

    def _negated(self) -> Node:
        if self._take("-"):
            return Call("NEGATED", (self._negated(),))
        self._take("+")
        return self._power()

    def _power(self) -> Node:
        base = self._single()
        return Call("^", (base, self._negated())) if self._take("^") else base

    def _single(self) -> Node:
        found = self.next()
        if found is None:
            raise self.error()
        kind, text = found
        if kind == "number":
            self._place += 1
            return Number(float(text))
        if kind == "text":
            self._place += 1
            return Quoted(text[1:-1].replace('\\"', '"'))
        if kind == "name":
            self._place += 1
            return Call(text, self._list(")")) if self._take("(") else Name(text)
        if self._take("["):
            return Items(self._list("]"))
        if self._take("("):
            inner = self.level(0)
            self._expect(")")
            return inner
        raise self.error()

    def _list(self, end: str) -> tuple[Node, ...]:
        items: list[Node] = []
        if self._take(end):
            return ()
        while True:
            items.append(self.level(0))
            if self._take(end):
                return tuple(items)
            self._expect(",")

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self.error()
