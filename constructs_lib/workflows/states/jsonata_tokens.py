"""The tokens of JSONata, and a program packed: the same tokens, without comments, and with few spaces.

A space stays where two tokens would be another one without it, and after commas and semicolons, where people break the
lines of a definition.

A slash begins a regular expression where a value is expected, and divides after one; so the tokens are read from left
to right, with a note of what is expected next.
Source: https://docs.jsonata.org/overview.html, and for the version that Step Functions evaluates
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Final, NamedTuple

_SPACE: Final = re.compile(r"[ \t\n\r\v]+")
_COMMENT: Final = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_STRING: Final = re.compile(r"""("|')(?:\\.|(?!\1)[^\\])*\1""", re.DOTALL)
_QUOTED_NAME: Final = re.compile(r"`[^`]*`", re.DOTALL)
_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?")
_DOUBLE_SYMBOL: Final = re.compile(r"\.\.|:=|!=|>=|<=|\*\*|~>|\?\?|\?:")
_SYMBOLS: Final = ".[]{}(),@#;:?+-*/%|=<>^&!~"
_WORD: Final = re.compile(rf"[^ \t\n\r\v{re.escape(_SYMBOLS)}]+")
_FLAGS: Final = re.compile(r"[im]*")

# These close a value or are one; after every other symbol another value follows.
_CLOSING: Final = frozenset(")]}")
_VALUES_OR_OPERATORS: Final = frozenset(["*", "**", "%", "?"])
"""Where a value is expected, these are wildcards, the parent, and an argument that is left open."""
_WORD_OPERATORS: Final = frozenset(["and", "or", "in"])
_BREAKS: Final = frozenset([",", ";"])
_MERGING: Final = frozenset(["..", ":=", "!=", ">=", "<=", "**", "~>", "??", "?:", "/*", "*/", "//"])

_ESCAPED: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_TO_ESCAPE: Final = re.compile(r'[\\"\x00-\x1f]')
_NAMED_ESCAPES: Final = {character: f"\\{letter}" for letter, character in _ESCAPES.items()} | {
    "\\": "\\\\",
    '"': '\\"',
}


class Kind(Enum):
    """What a token is."""

    COMMENT = auto()
    STRING = auto()
    NUMBER = auto()
    REGEX = auto()
    VARIABLE = auto()
    NAME = auto()
    OPERATOR = auto()
    """A word, or one or two symbols."""

    __hash__ = object.__hash__  # Enum's own is written in Python, and pairs of tokens are looked up very often


class Token(NamedTuple):
    """A token, as it is written."""

    kind: Kind
    text: str


_DELIMITED: Final = (
    ("/*", Kind.COMMENT, _COMMENT, "a comment without an end"),
    ('"', Kind.STRING, _STRING, "a text without an end"),
    ("'", Kind.STRING, _STRING, "a text without an end"),
    ("`", Kind.NAME, _QUOTED_NAME, "a name without an end"),
)


class NoTokenError(ValueError):
    """A text that ends within a token, or a character that begins none."""

    def __init__(self, text: str, position: int, what: str) -> None:
        super().__init__(f"line {text.count(chr(10), 0, position) + 1}: {what}")


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a program, comments among them.

    Raises:
        NoTokenError: it is no JSONata.
    """
    position, value_expected = 0, True
    while position < len(text):
        if space := _SPACE.match(text, position):
            position = space.end()
            continue
        token = _token(text, position, value_expected=value_expected)
        position += len(token.text)
        if token.kind is not Kind.COMMENT:
            value_expected = _expects_value(token, value_expected=value_expected)
        yield token


def packed(some: list[Token]) -> list[str]:
    """The texts of tokens, each with the space before it that it needs; texts in the quotes that JSON leaves alone."""
    texts: list[str] = []
    before: Token | None = None
    for token in some:
        if token.kind is Kind.COMMENT:
            continue
        text = quoted(unquoted(token.text)) if token.kind is Kind.STRING else token.text
        texts.append(f" {text}" if before and _apart(before, token) else text)
        before = token
    return texts


@lru_cache(maxsize=1024)
def pack(text: str) -> str:
    """A program with the same tokens in as few characters as they need.

    Raises:
        NoTokenError: it is no JSONata.
    """
    return "".join(packed(list(tokens(text))))


def quoted(text: str) -> str:
    r"""A text as JSONata writes it, in single quotes if it can: a definition is JSON, which escapes the others.

    Not escaped to ASCII: JSONata's reference implementation takes pairs of ``\u`` for one character, others do not.
    """
    quote = '"' if "'" in text else "'"
    escaped = _TO_ESCAPE.sub(lambda found: _escape(found[0], quote), text)
    return f"{quote}{escaped}{quote}"


def unquoted(literal: str) -> str:
    """The text that a literal means."""
    if "\\" not in literal:
        return literal[1:-1]
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else _ESCAPES.get(found[2], found[2]), literal)
    return text[1:-1].encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _token(text: str, position: int, *, value_expected: bool) -> Token:
    for beginning, kind, pattern, otherwise in _DELIMITED:
        if text.startswith(beginning, position):
            return Token(kind, _matched(pattern, text, position, otherwise))
    character = text[position]
    if character == "/" and value_expected:
        return Token(Kind.REGEX, _regex(text, position))
    if character in _SYMBOLS:
        double = _DOUBLE_SYMBOL.match(text, position)
        return Token(Kind.OPERATOR, double[0] if double else character)
    number = _NUMBER.match(text, position)
    return Token(Kind.NUMBER, number[0]) if number else _word(text, position, value_expected=value_expected)


def _word(text: str, position: int, *, value_expected: bool) -> Token:
    word = _matched(_WORD, text, position, f"no token begins with {text[position]!r}")
    if word.startswith("$"):
        return Token(Kind.VARIABLE, word)
    is_operator = word in _WORD_OPERATORS and not value_expected
    return Token(Kind.OPERATOR if is_operator else Kind.NAME, word)


def _matched(pattern: re.Pattern[str], text: str, position: int, otherwise: str) -> str:
    found = pattern.match(text, position)
    if found is None:
        raise NoTokenError(text, position, otherwise)
    return found[0]


def _regex(text: str, start: int) -> str:
    """A regular expression with its flags: it ends at the first slash that is neither escaped nor in brackets."""
    depth, position = 0, start + 1
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "/" and depth == 0:
            end = _FLAGS.match(text, position + 1)
            return text[start : end.end() if end else position + 1]
        position += 1
    raise NoTokenError(text, start, "a regular expression without an end")


def _expects_value(token: Token, *, value_expected: bool) -> bool:
    """Whether a value follows a token."""
    if token.kind is not Kind.OPERATOR or token.text in _CLOSING:
        return False
    return not (value_expected and token.text in _VALUES_OR_OPERATORS)


@cache  # programs consist of few different pairs, which are asked for again whenever one gets shorter
def _apart(before: Token, after: Token) -> bool:
    """Whether two tokens would be others without a space between them."""
    words = [token.kind is not Kind.OPERATOR or token.text in _WORD_OPERATORS for token in (before, after)]
    if all(words) or before.text in _BREAKS or before.text in _WORD_OPERATORS or after.text in _WORD_OPERATORS:
        return True
    return not any(words) and before.text[-1] + after.text[0] in _MERGING


def _escape(character: str, quote: str) -> str:
    if character == '"' and quote == "'":
        return character
    return _NAMED_ESCAPES.get(character) or f"\\u{ord(character):04x}"
