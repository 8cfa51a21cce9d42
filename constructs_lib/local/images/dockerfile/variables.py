"""Words of a Dockerfile: variables filled in, quotes taken away.

Source: https://docs.docker.com/reference/dockerfile/#environment-replacement
"""

import re
from collections.abc import Iterator, Mapping

from dockerfile_parse.util import WordSplitter

from constructs_lib.local.images.dockerfile.instructions import Instruction

_VARIABLE = r"""
    \$(?P<name>\w+)
    | \$\{(?P<braced>\w+)(?: :(?P<operator>[-+?])(?P<word>[^}]*))?\}    # ${A}, ${A:-default}, ${A:+instead}
"""
_QUOTED = re.compile(rf"""\\(?P<escaped>["$\\]) | {_VARIABLE}""", re.VERBOSE)
_PLAIN = re.compile(
    rf"""\\(?P<escaped>.) | '(?P<literal>[^']*)' | "(?P<quoted>(?:\\.|[^"\\])*)" | {_VARIABLE}""", re.VERBOSE
)

Values = Mapping[str, str]


def expanded(text: str, values: Values) -> str:
    """Fill in the variables of a text, and take its quotes away; a variable without a value is empty."""
    return _PLAIN.sub(lambda match: _part(match, values), text)


def _part(match: re.Match[str], values: Values) -> str:
    parts = match.groupdict()
    for kind in ("escaped", "literal"):
        if parts.get(kind) is not None:
            return str(parts[kind])
    if parts.get("quoted") is not None:
        return _QUOTED.sub(lambda inner: _part(inner, values), parts["quoted"])
    value = values.get(parts["name"] or parts["braced"], "")
    if parts["operator"] == "-":
        return value or expanded(parts["word"], values)
    if parts["operator"] == "+":
        return expanded(parts["word"], values) if value else ""
    return value


def words(text: str, values: Values) -> list[str]:
    """Split a text into words, and expand each; quotes keep a word together."""
    return [expanded(word, values) for word in WordSplitter(text).split(dequote=False)]


def pairs(instruction: Instruction, values: Values) -> Iterator[tuple[str, str]]:
    """The variables that an ENV sets: ``A=1 B=2``, or the older ``A 1``.

    Raises:
        DockerfileError: a word is neither.
    """
    split = list(WordSplitter(instruction.value).split(dequote=False))
    if "=" not in split[0]:
        name, _, value = instruction.value.partition(" ")
        if not value:
            raise instruction.error("ENV needs a value", f"Write {instruction.name} {name}=value.")
        yield name, expanded(value.strip(), values)
        return
    for word in split:
        name, equals, value = word.partition("=")
        if not equals:
            raise instruction.error(
                f"each word has to be NAME=value, and {word} is not", "Put values with spaces in double quotes."
            )
        yield expanded(name, values), expanded(value, values)
