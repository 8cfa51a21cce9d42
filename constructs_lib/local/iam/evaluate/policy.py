"""Policy documents and their statements.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from constructs_lib.local.iam.evaluate import conditions, principals
from constructs_lib.local.iam.evaluate.conditions import Condition
from constructs_lib.local.iam.evaluate.patterns import arn_matches, matches
from constructs_lib.local.iam.evaluate.principals import Match
from constructs_lib.local.iam.evaluate.request import Request
from constructs_lib.local.iam.evaluate.variables import substituted


class PolicyError(ValueError):
    """A document that is no policy."""


@dataclass(frozen=True)
class Element:
    """``Action`` or ``NotAction``, ``Resource`` or ``NotResource``: patterns, and whether they are excluded."""

    patterns: tuple[str, ...]
    excluded: bool = False

    def covers(self, like: Callable[[str], bool]) -> bool:
        """Whether one of the patterns is like what is asked for; none of them, when they are excluded."""
        return any(map(like, self.patterns)) != self.excluded


@dataclass(frozen=True)
class Statement:
    """One statement; without resources it is about the resource that it belongs to."""

    allows: bool
    actions: Element
    resources: Element
    conditions: tuple[Condition, ...]
    principal: Any = None
    excluded_principal: Any = None

    def applies(self, request: Request) -> bool:
        """Whether it is about this action on this resource in these circumstances, whoever asks."""
        return (
            self.actions.covers(lambda pattern: matches(pattern, request.action, ignore_case=True))
            and self._is_about_resource(request)
            and all(condition.holds(request) for condition in self.conditions)
        )

    def _is_about_resource(self, request: Request) -> bool:
        if request.resource is None:
            return self.allows or (self.resources.patterns == ("*",) and not self.resources.excluded)
        return self.resources.covers(lambda pattern: _covers_resource(pattern, request))

    def names(self, request: Request) -> Match:
        """How it names who asks; policies of identities name nobody, they are their owner's."""
        if self.excluded_principal is not None:
            excluded = principals.match(self.excluded_principal, request.principal)
            return Match.NONE if excluded else Match.NAMED
        return Match.NAMED if self.principal is None else principals.match(self.principal, request.principal)


@dataclass(frozen=True)
class Policy:
    """A policy document, read."""

    statements: tuple[Statement, ...]

    @cached_property
    def asks_for_circumstances(self) -> bool:
        """Whether anything but who asks, the action and the resource matters: it has conditions or variables."""
        return any(
            item.conditions or any("${" in pattern for pattern in item.resources.patterns) for item in self.statements
        )

    @classmethod
    def parse(cls, document: str | dict[str, Any]) -> "Policy":
        """Read a document.

        Raises:
            PolicyError: it is not one.
        """
        try:
            members = json.loads(document) if isinstance(document, str) else document
            return cls(tuple(_statement(item) for item in _listed(members["Statement"])))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise PolicyError(f"no policy document: {error}") from error

    def denies(self, request: Request) -> bool:
        """Whether a statement forbids it."""
        return any(
            not item.allows and item.names(request) is not Match.NONE and item.applies(request)
            for item in self.statements
        )

    def allows(self, request: Request) -> Match:
        """How the best statement that allows it names who asks; ``NONE`` when there is none."""
        found = (item.names(request) for item in self.statements if item.allows and item.applies(request))
        return max(found, default=Match.NONE)


def _covers_resource(pattern: str, request: Request) -> bool:
    text = substituted(pattern, request)
    return text is not None and arn_matches(text, request.resource or "*")


def _statement(item: dict[str, Any]) -> Statement:
    if item["Effect"] not in ("Allow", "Deny"):
        raise ValueError(f"got Effect {item['Effect']!r}, expected Allow or Deny")
    if "Action" not in item and "NotAction" not in item:
        raise ValueError("a statement needs Action or NotAction")
    return Statement(
        allows=item["Effect"] == "Allow",
        actions=_element(item, "Action"),
        resources=_element(item, "Resource"),
        conditions=conditions.parse(item.get("Condition", {})),
        principal=item.get("Principal"),
        excluded_principal=item.get("NotPrincipal"),
    )


def _element(item: dict[str, Any], name: str) -> Element:
    excluded = f"Not{name}" in item
    return Element(tuple(_listed(item.get(f"Not{name}" if excluded else name, "*"))), excluded)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
