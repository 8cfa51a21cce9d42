"""Statements of policies, each taken apart into one principal, one pattern of actions and one of resources.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from constructs_lib.review.rights.patterns import (
    EVERYTHING,
    Pattern,
    covers,
    covers_arn,
    meets,
    meets_arn,
    pattern,
)
from constructs_lib.templates.texts import is_scalar, text_of
from constructs_lib.templates.unknown import Unknown

EVERYBODY: Final = "*"
_NEGATED: Final = "Not"


@dataclass(frozen=True)
class Element:
    """Actions or resources of a statement.

    Args:
        patterns: what they are like.
        excluded: whether all others are meant.
        texts: the patterns as they are written.
    """

    patterns: tuple[Pattern, ...]
    excluded: bool = False
    texts: tuple[str, ...] = field(default=(), compare=False)

    def apart(self) -> Iterator["Element"]:
        """One for each pattern; all others are one."""
        if self.excluded:
            yield self
        else:
            yield from (Element((found,), texts=(text,)) for found, text in zip(self.patterns, self.texts, strict=True))

    def covers(self, other: "Element", *, arns: bool) -> bool:
        """Whether all that another one means is meant here; that is for sure, or not known."""
        like, met = (covers_arn, meets_arn) if arns else (covers, meets)
        if self.excluded and other.excluded:
            return all(any(like(theirs, own) for theirs in other.patterns) for own in self.patterns)
        if self.excluded:
            return not any(met(own, theirs) for own in self.patterns for theirs in other.patterns)
        wanted = (EVERYTHING,) if other.excluded else other.patterns
        return all(any(like(own, theirs) for own in self.patterns) for theirs in wanted)

    def meets(self, other: "Element", *, arns: bool) -> bool:
        """Whether something may be meant by both."""
        met, like = (meets_arn, covers_arn) if arns else (meets, covers)
        if self.excluded and other.excluded:
            return True
        if self.excluded or other.excluded:
            outside, inside = (self, other) if self.excluded else (other, self)
            return not all(any(like(out, found) for out in outside.patterns) for found in inside.patterns)
        return any(met(own, theirs) for own in self.patterns for theirs in other.patterns)


@dataclass(frozen=True)
class Condition:
    """A condition of a statement.

    Args:
        operator: such as ``ForAnyValue:StringLikeIfExists``.
        key: in small letters.
        values: as they are written.
        written: the key and the values as texts.
    """

    operator: str
    key: str
    values: frozenset[Pattern]
    written: tuple[str, ...] = field(default=(), compare=False)

    def follows_from(self, other: "Condition") -> bool:
        """Whether it holds wherever another one does."""
        if (self.operator, self.key) != (other.operator, other.key):
            return False
        if self.operator.rpartition(":")[2] == "Null":
            return self.values == other.values
        negated = _NEGATED in self.operator
        return self.values <= other.values if negated else self.values >= other.values


@dataclass(frozen=True)
class Statement:
    """What one statement allows or denies; apart, it has one pattern of each.

    Args:
        allows: or denies.
        actions: the patterns are in small letters.
        resources: ARNs.
        conditions: all of which have to hold.
        principal: kind and name, such as ``("Service", "batch.amazonaws.com")``; None if it is of an identity.
    """

    allows: bool
    actions: Element
    resources: Element
    conditions: frozenset[Condition]
    principal: tuple[str, str] | None = None

    def covers(self, other: "Statement") -> bool:
        """Whether it is about each request that another one is about."""
        return (
            _names(self.principal, other.principal)
            and self.actions.covers(other.actions, arns=False)
            and self.resources.covers(other.resources, arns=True)
            and all(any(own.follows_from(theirs) for theirs in other.conditions) for own in self.conditions)
        )

    def meets(self, other: "Statement") -> bool:
        """Whether both may be about the same request."""
        return self.actions.meets(other.actions, arns=False) and self.resources.meets(other.resources, arns=True)


def statements(document: Any) -> tuple[Statement, ...] | None:
    """The statements of a policy, taken apart; None if it cannot be read before it is deployed."""
    members = document.get("Statement") if isinstance(document, Mapping) else None
    listed = members if isinstance(members, list) else [members]
    found: list[Statement] = []
    for item in listed:
        if not isinstance(item, Mapping) or item.get("Effect") not in ("Allow", "Deny"):
            return None
        whole = _element(item, "Action", lower=True), _element(item, "Resource", lower=False), _conditions(item)
        if None in whole or not ("Action" in item or "NotAction" in item):
            return None
        actions, resources, conditions = whole
        assert actions  # noqa: S101 - for mypy
        assert resources  # noqa: S101 - as above
        found += [
            Statement(item["Effect"] == "Allow", action, resource, conditions or frozenset(), principal)
            for principal in _principals(item)
            for action in actions.apart()
            for resource in resources.apart()
        ]
    return tuple(found)


def _element(item: Mapping[str, Any], name: str, *, lower: bool) -> Element | None:
    excluded = f"Not{name}" in item
    values = _texts(item.get(f"Not{name}" if excluded else name, "*"))
    if values is None:
        return None
    patterns = tuple(pattern(value, lower=lower) for value in values)
    return Element(patterns, excluded, tuple(map(str, values)))


def _conditions(item: Mapping[str, Any]) -> frozenset[Condition] | None:
    block = item.get("Condition", {})
    if not isinstance(block, Mapping) or not all(isinstance(members, Mapping) for members in block.values()):
        return None
    found = []
    for operator, members in block.items():
        for key, values in members.items():
            texts = _texts(values)
            if texts is None:
                return None
            written = (str(key), *map(str, texts))
            found.append(Condition(operator, str(key).lower(), frozenset(map(pattern, texts)), written))
    return frozenset(found)


def _principals(item: Mapping[str, Any]) -> list[tuple[str, str] | None]:
    if "NotPrincipal" in item:
        return [("not", repr(item["NotPrincipal"]))]
    if "Principal" not in item:
        return [None]
    element = item["Principal"]
    members = {"AWS": EVERYBODY, "Service": EVERYBODY} if element == EVERYBODY else element
    if not isinstance(members, Mapping):
        return [("AWS", str(members))]
    return [
        (str(kind), str(name))
        for kind, names in members.items()
        for name in (names if isinstance(names, list) else [names])
    ]


def _names(own: tuple[str, str] | None, other: tuple[str, str] | None) -> bool:
    """Whether whom another statement names is named by one; of a session, a boundary has no say."""
    if own == other:
        return True
    if not own or not other or own[0] != other[0] or own[1] != EVERYBODY:
        return False
    return ":assumed-role/" not in other[1] and "${" not in other[1]


def _texts(values: Any) -> list[Any] | None:
    listed = values if isinstance(values, list) else [values]
    if not all(is_scalar(value) or isinstance(value, Unknown) for value in listed):
        return None
    return [value if isinstance(value, Unknown) else text_of(value) for value in listed]
