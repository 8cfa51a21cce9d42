"""A program without what it does not need of its helpers: definitions cost characters in every template.

A function that nobody calls goes. One that is called once stands in the place of its call, with the arguments in the
places of its parameters, wherever that cannot change what the program answers; otherwise it stays a function.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Self

from constructs_lib.workflows.states.jsonata_tokens import Kind, Token, packed

Tokens = list[Token]

_OPEN: Final = Token(Kind.OPERATOR, "(")
_CLOSE: Final = Token(Kind.OPERATOR, ")")
_END: Final = Token(Kind.OPERATOR, ";")
_OPENING: Final = frozenset("([{")
_CLOSING: Final = frozenset(")]}")
_LITERALS: Final = frozenset(["true", "false", "null"])


def lean(program: Sequence[Token], helpers: AbstractSet[str]) -> Tokens:
    """The tokens of a program, a block with the definitions of its helpers in it, as far as it needs them.

    Args:
        program: its tokens, without comments.
        helpers: the names of the functions that may go.
    """
    statements = list(_split(program[1:-1], ";"))
    if not helpers or not statements[-1]:
        return list(program)
    while (shorter := _shorter(statements, helpers)) is not None:
        statements = shorter
    if len(statements) == 1 and _is_one(statements[0]):
        return statements[0]
    joined = [token for statement in statements for token in (*statement, _END)]
    return [_OPEN, *joined[:-1], _CLOSE]


def assigned(some: Sequence[Token]) -> Iterator[Token]:
    """The variables that are assigned, and the parameters of functions."""
    parameters = False
    for place, token in enumerate(some):
        before = some[place - 1].text if place else ""
        after = some[place + 1].text if place + 1 < len(some) else ""
        if token.text == "(" and before == "function":
            parameters = True
        elif token.text == ")":
            parameters = False
        elif token.kind is Kind.VARIABLE and (parameters or after == ":="):
            yield token


@dataclass(frozen=True)
class _Function:
    name: str
    parameters: list[str]
    body: Tokens

    @classmethod
    def read(cls, statement: Tokens) -> Self | None:
        """The function that a statement defines; None if it does something else."""
        if [token.text for token in statement[1:4]] != [":=", "function", "("]:
            return None
        end = _end_of(statement, 3)
        parameters = [token.text for token in statement[4:end] if token.kind is Kind.VARIABLE]
        return cls(statement[0].text, parameters, statement[end + 2 : -1])

    def called(self, arguments: list[Tokens]) -> Tokens | None:
        """What stands for a call; None if it may not."""
        own = {token.text for token in assigned(self.body)}
        if len(arguments) != len(self.parameters) or _is_relative(self.body) or own & set(self.parameters):
            return None
        given = dict(zip(self.parameters, arguments, strict=True))
        for parameter, argument in given.items():
            names = {token.text for token in argument if token.kind is Kind.VARIABLE}
            places = [place for place, token in enumerate(self.body) if token.text == parameter]
            often = len(places) > 1 or any(_is_repeated(self.body, place) for place in places)
            if names & own or _is_relative(argument) or (often and not _is_plain(argument)):
                return None
        return _grouped([new for token in self.body for new in _grouped(given.get(token.text, [token]))])


def _shorter(statements: list[Tokens], helpers: AbstractSet[str]) -> list[Tokens] | None:
    """The statements with one function less; None if all that are left are needed."""
    for place, statement in enumerate(statements):
        if not statement or statement[0].text not in helpers or not (function := _Function.read(statement)):
            continue
        others = [*statements[:place], *statements[place + 1 :]]
        uses = sum(token.text == function.name for other in others for token in other)
        if uses == 0:
            return others
        inlined = [_inlined(other, function) for other in others]
        made = [other for other in inlined if other is not None]
        if len(made) == len(others) and _length(made) <= _length(statements):
            return made
    return None


def _inlined(statement: Tokens, function: _Function) -> Tokens | None:
    """A statement without calls of a function; None if it has one that has to stay."""
    made = statement
    while function.name in [token.text for token in made]:
        begin = [token.text for token in made].index(function.name)
        if begin + 1 == len(made) or made[begin + 1] != _OPEN:
            return None
        end = _end_of(made, begin + 1)
        body = function.called([argument for argument in _split(made[begin + 2 : end], ",") if argument])
        if body is None:
            return None
        made = [*made[:begin], *body, *made[end + 1 :]]
    return made


def _grouped(some: Tokens) -> Tokens:
    """An expression that may stand anywhere; a list in brackets would be merged into another one with them alone."""
    return some if _is_plain(some) or _is_one(some) else [_OPEN, *some, _CLOSE]


def _is_one(some: Tokens) -> bool:
    """Whether it is one block, object or call."""
    opening = 1 if some[0].kind is Kind.VARIABLE and len(some) > 1 else 0
    return some[opening].text in {"(", "{"} and _end_of(some, opening) == len(some) - 1


def _is_plain(some: Tokens) -> bool:
    """Whether it is a literal, or a variable with names behind it."""
    return len(some) == 1 or (
        some[0].kind is Kind.VARIABLE
        and all(token.text == "." for token in some[1::2])
        and all(token.kind is Kind.NAME for token in some[2::2])
    )


def _is_relative(some: Tokens) -> bool:
    """Whether it depends on where it stands: it has the context, or a name that nothing is before."""
    befores = ["", *(token.text for token in some)]
    return any(
        token.text in {"$", "$$"}
        or (token.kind is Kind.NAME and before != "." and token.text not in {*_LITERALS, "function"})
        for before, token in zip(befores, some, strict=False)
    )


def _is_repeated(body: Tokens, place: int) -> bool:
    """Whether a place is within a function, a step of a path, or a filter, and so evaluated many times."""
    enclosing: list[int] = []
    for position, token in enumerate(body[:place]):
        if token.kind is Kind.OPERATOR and token.text in _OPENING:
            enclosing.append(position)
        elif token.kind is Kind.OPERATOR and token.text in _CLOSING:
            enclosing.pop()
    return any(_repeats(body, opening) for opening in enclosing)


def _repeats(body: Tokens, opening: int) -> bool:
    if not opening:
        return False
    before, bracket = body[opening - 1], body[opening].text
    is_body = bracket == "{" and before == _CLOSE
    is_filter = bracket == "[" and (before.kind is not Kind.OPERATOR or before.text in _CLOSING)
    return before.text == "." or is_body or is_filter


def _split(some: Sequence[Token], separator: str) -> Iterator[Tokens]:
    """The parts between separators that stand in no brackets."""
    depth, part = 0, list[Token]()
    for token in some:
        if token.kind is Kind.OPERATOR and token.text == separator and depth == 0:
            yield part
            part = []
            continue
        if token.kind is Kind.OPERATOR:
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        part.append(token)
    yield part


def _end_of(some: Sequence[Token], opening: int) -> int:
    """The place of the bracket that closes one."""
    depth = 0
    for place in range(opening, len(some)):
        if some[place].kind is Kind.OPERATOR:
            depth += (some[place].text in _OPENING) - (some[place].text in _CLOSING)
        if depth == 0:
            return place
    return len(some)


def _length(statements: list[Tokens]) -> int:
    return sum(len("".join(packed(statement))) + 2 for statement in statements)
