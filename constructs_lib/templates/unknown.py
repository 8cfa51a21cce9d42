"""A value that only the deployment knows, and what is known of it before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

_LONGEST_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class Source:
    """Where an unknown value comes from.

    Args:
        text: as ``Fn::Sub`` names it: ``Queue``, ``Queue.Arn``, ``AWS::StackId``; or a function over such.
        resources: the logical ids of the resources that the value depends on.
    """

    text: str
    resources: frozenset[str] = frozenset()

    @property
    def value(self) -> "Unknown":
        """The whole value that comes from here."""
        return Unknown((self,))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known yet; a text of which parts may be.

    Two are equal if they will be the same value, whatever the deployment makes of their sources.

    Args:
        parts: the text in pieces, known ones and sources of others. A single source may be any kind of value.
        first: the items that a list is known to begin with.
    """

    parts: tuple[str | Source, ...]
    first: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def resources(self) -> frozenset[str]:
        """The logical ids of the resources that the value depends on."""
        return frozenset().union(*(part.resources for part in self.parts if isinstance(part, Source)))

    @property
    def prefix(self) -> str:
        """What the text is known to begin with."""
        return self.parts[0] if isinstance(self.parts[0], str) else ""

    def __str__(self) -> str:
        """The text with ``${…}`` for what is not known."""
        return "".join(part if isinstance(part, str) else f"${{{part.text}}}" for part in self.parts)


def is_known(value: Any) -> bool:
    """Whether nothing in a value, its lists and its objects waits for the deployment."""
    if isinstance(value, dict):
        return all(map(is_known, value.values()))
    if isinstance(value, list):
        return all(map(is_known, value))
    return not isinstance(value, Unknown)


def resources_in(value: Any) -> frozenset[str]:
    """The logical ids of the resources that what is unknown in a value depends on."""
    if isinstance(value, dict):
        return frozenset().union(*map(resources_in, value.values()))
    if isinstance(value, list):
        return frozenset().union(*map(resources_in, value))
    return value.resources if isinstance(value, Unknown) else frozenset()


def joined(pieces: Iterable["str | Unknown"]) -> "str | Unknown":
    """Texts one after the other, as exact as they are."""
    parts: list[str | Source] = []
    for piece in pieces:
        for part in piece.parts if isinstance(piece, Unknown) else (piece,):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part:
                parts.append(part)
    if all(isinstance(part, str) for part in parts):
        return "".join(str(part) for part in parts)
    return Unknown(tuple(parts))


def derived(function: str, *values: Any) -> Unknown:
    """What a function makes of values that are not all known."""
    resources: frozenset[str] = frozenset().union(*map(resources_in, values))
    text = ", ".join(map(str, values))
    if len(text) > _LONGEST_TEXT:  # of functions in functions, each would tell all of those below
        text = f"{text[:_LONGEST_TEXT]}… {sha256(text.encode(errors='replace')).hexdigest()}"
    return Source(f"{function}({text})", resources).value
