"""Programs in JSONata: files beside the modules that use them, packed when they are loaded, bound to their inputs.

A program is valid JSONata by itself. Its first comment says what it answers and names its inputs, which are the
variables that nobody assigns::

    /* How many of the items are too long.

       Inputs:
         $items: the expression of the user's that gives the items.
         $room: how many characters an item may take.
    */
    (
        $all := $items;
        /* include cost.jsonata */
        $count($all[$cost($) > $room])
    )

A helper is a file of the same kind, a block of definitions in parentheses, which a program includes whole where the
comment stands. Its inputs are inputs of the program.
Why: docs/decisions/0021-programs-in-their-own-language.md
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from constructs_lib.workflows.states.expressions import inside
from constructs_lib.workflows.states.jsonata_tokens import Kind, NoTokenError, Token, packed, quoted, tokens
from constructs_lib.workflows.states.lean import assigned, lean

_INPUTS: Final = re.compile(r"^\s*(\$\w+):", re.MULTILINE)
_INCLUDE: Final = re.compile(r"/\*\s*include\s+(\S+)\s*\*/")

_CONTEXT: Final = frozenset(["$", "$$", "$states"])
# Of version 2.0.6, without $eval, which Step Functions does not have, and with those that it adds:
# https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
_FUNCTIONS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl
        decodeUrlComponent distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase
        formatInteger formatNumber fromMillis hash join keys length lookup lowercase map match max merge millis min not
        now number pad parse parseInteger parseNumber partition power random range reduce replace reverse round shuffle
        sift single sort split spread sqrt string substring substringAfter substringBefore sum toMillis trim type
        uppercase uuid zip
        """,
    )
)


class ProgramError(ValueError):
    """A program that is not what its first comment says, or that is bound to other inputs than it has."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of the user between ``{%`` and ``%}``, which is inserted unchanged, in parentheses.

    It must not see the variables of the program: it comes first in a program, before any assignment, and once.
    """

    text: str


Value = Expression | str | float | bool | Sequence[Any] | Mapping[str, Any] | None
"""The value of an input: an `Expression`, or any JSON value."""


@dataclass(frozen=True)
class Program:
    """A packed program.

    Args:
        name: of its file.
        tokens: without comments, those of its helpers among them.
        inputs: the names, without ``$``.
    """

    name: str
    tokens: tuple[Token, ...]
    inputs: frozenset[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_texts", packed(list(self.tokens)))

    def bind(self, **values: Value) -> str:
        """The program as Step Functions evaluates it, ``{% … %}``.

        Args:
            values: of all inputs.

        Raises:
            ProgramError: an input without a value, a value without an input, or an `Expression` that would see
                variables of the program.
        """
        return f"{{% {self.fragment(**values)} %}}"

    def fragment(self, **values: Value) -> str:
        """The program without delimiters, as an operand of another expression."""
        if missing := self.inputs - set(values):
            raise ProgramError(f"{self.name} needs {_named(missing)}")
        if unknown := set(values) - self.inputs:
            raise ProgramError(f"{self.name} has no input {_named(unknown)}")
        for name, value in values.items():
            if isinstance(value, Expression):
                self._check_hygiene(f"${name}")
        texts: list[str] = vars(self)["_texts"]
        literals = {f"${name}": _literal(value) for name, value in values.items()}
        return "".join(
            text.replace(token.text, literals[token.text])
            if token.kind is Kind.VARIABLE and token.text in literals
            else text
            for token, text in zip(self.tokens, texts, strict=True)
        )

    def _check_hygiene(self, name: str) -> None:
        places = [place for place, token in enumerate(self.tokens) if token.text == name]
        before = [token.text for token in self.tokens[: places[0]] if token.kind is not Kind.VARIABLE]
        if len(places) > 1 or before not in ([], ["("], ["(", ":="]):
            raise ProgramError(f"{self.name}: {name} is an expression of others, which comes first, and once")


@cache
def program(module: str, name: str) -> Program:
    """Load a program.

    Args:
        module: the ``__file__`` of the module that uses it.
        name: of the file beside it, without its ending.

    Raises:
        ProgramError: it includes what is not there, or itself; it reads a variable that is neither an input nor
            assigned; it has an input that it does not use, or assigns to; or it assigns what a helper defines.
    """
    path = Path(module).resolve().with_name(f"{name}.jsonata")
    try:
        return _loaded(path)
    except (NoTokenError, OSError) as error:
        raise ProgramError(f"{path.name}: {error}") from error


def _loaded(path: Path) -> Program:
    reading = _Reading(set(), {})
    some = tuple(reading.tokens(path))
    inputs = reading.inputs
    own = {token.text for token in assigned(some)}
    read = {token.text for token in some if token.kind is Kind.VARIABLE}
    if overwritten := inputs & own:
        raise ProgramError(f"{path.name} assigns to its input {_named(overwritten)}")
    if unused := inputs - read:
        raise ProgramError(f"{path.name} does not use its input {_named(unused)}")
    known = {f"${name}" for name in _FUNCTIONS} | _CONTEXT
    if unknown := read - own - inputs - known:
        raise ProgramError(f"{path.name} reads {_named(unknown)}, which is no input, and is not assigned")
    helpers = frozenset[str]().union(*reading.defined.values())
    return Program(path.name, tuple(lean(some, helpers)), frozenset(name.removeprefix("$") for name in inputs))


@dataclass(frozen=True)
class _Reading:
    """The state of reading the files of a program."""

    inputs: set[str]
    defined: dict[Path, set[str]]
    """The names that each helper defines."""

    def tokens(self, path: Path, within: tuple[Path, ...] = ()) -> Iterator[Token]:
        """The tokens of a file, with those of its helpers in their places, each helper once."""
        if path in within:
            raise ProgramError(f"{path.name} includes itself")
        some = list(tokens(path.read_text(encoding="utf-8")))
        if not some or some[0].kind is not Kind.COMMENT:
            raise ProgramError(f"{path.name} does not say in a first comment what it answers")
        _, _, listed = some[0].text.partition("Inputs:")
        self.inputs.update(_INPUTS.findall(listed))
        for token in some:
            if token.kind is not Kind.COMMENT:
                yield token
            elif found := _INCLUDE.fullmatch(token.text):
                yield from self._helper((path.parent / found[1]).resolve(), (*within, path))
        self._check_apart(path, {token.text for token in assigned(some)})

    def _helper(self, path: Path, within: tuple[Path, ...]) -> Sequence[Token]:
        if path in self.defined:
            return ()
        block = list(self.tokens(path, within))
        if [token.text for token in (block[0], *block[-2:])] != ["(", ";", ")"]:
            raise ProgramError(f"{path.name} is no block of definitions, which {within[-1].name} could include")
        self.defined[path] = _top_level(block)
        return block[1:-1]

    def _check_apart(self, path: Path, names: set[str]) -> None:
        for helper, defined in self.defined.items():
            if again := names & defined:
                raise ProgramError(f"{path.name} assigns {_named(again)} as {helper.name} does")


def _top_level(block: Sequence[Token]) -> set[str]:
    """The names that a block of definitions defines."""
    depth, names = 0, set()
    for place, token in enumerate(block):
        if token.kind is Kind.OPERATOR and token.text in "([{":
            depth += 1
        elif token.kind is Kind.OPERATOR and token.text in ")]}":
            depth -= 1
        elif depth == 1 and token.kind is Kind.VARIABLE and block[place + 1].text == ":=":
            names.add(token.text)
    return names


def _literal(value: Value) -> str:
    if isinstance(value, Expression):
        return inside(value.text)
    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{quoted(name)}:{_literal(item)}" for name, item in value.items()) + "}"
    return "[" + ",".join(map(_literal, value)) + "]"


def _named(names: AbstractSet[str]) -> str:
    return ", ".join(sorted(f"${name.removeprefix('$')}" for name in names))
