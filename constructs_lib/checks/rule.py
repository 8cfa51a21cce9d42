"""A rule: what it is about, how it looks for it, and what it found.

Each has three examples, which are its tests and its part of the docs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import Resource
from constructs_lib.templates.errors import pointer

PAGE: Final = "docs/checks.md"
"""From the top of the repository, and within the package where it is installed."""

Severity = Literal["error", "warning", "note"]
"""``error``: AWS refuses it, or nothing ever runs; ``warning``: it goes wrong one day; ``note``: it may be meant."""


@dataclass(frozen=True)
class Found:
    """What a rule found.

    Args:
        resource: the resource.
        path: the keys that lead to it among its properties.
        got: what is there, in words.
        allowed: what would be right, in words. Default: the title of the rule.
        fix: what to do, as a sentence. Default: that of the rule.
    """

    resource: Resource
    path: tuple[str | int, ...]
    got: str
    allowed: str = ""
    fix: str = ""


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule that templates follow.

    Args:
        id: such as ``CHECK101``; it keeps its meaning.
        title: what is required, as a clause.
        severity: how bad it is otherwise.
        otherwise: what happens on AWS if it does not hold, in sentences.
        fix: what to do, as a sentence.
        source: the page that says so.
        example: a template in which it does not hold, and two in which nothing is found.
        look: finds the places; each is the result of `found`.
    """

    id: str
    title: str
    severity: Severity
    otherwise: str
    fix: str
    source: str
    example: Example
    look: Callable[[Pipelines], Iterator[Found]]

    @property
    def address(self) -> str:
        """Where it is explained."""
        return f"{PAGE}#{self.id.lower()}"

    def findings(self, pipelines: Pipelines) -> "list[Finding]":
        """All places at which it does not hold, each once."""
        found = (
            Finding(self, each.resource, each.path, each.got, each.allowed or self.title, each.fix or self.fix)
            for each in self.look(pipelines)
        )
        return [*{finding.identity: finding for finding in found}.values()]


@dataclass(frozen=True)
class Finding:
    """A place in a template at which a rule does not hold.

    Args:
        rule: the rule.
        resource: the resource.
        path: the keys that lead to it among the properties of the resource.
        got: what is there, in words.
        allowed: what would be right, in words.
        fix: what to do, as a sentence.
    """

    rule: Rule
    resource: Resource
    path: tuple[str | int, ...]
    got: str
    allowed: str
    fix: str

    @property
    def template_path(self) -> tuple[str | int, ...]:
        """The keys that lead there from the top of the template."""
        return ("Resources", self.resource.logical_id, *(("Properties", *self.path) if self.path else ()))

    @property
    def pointer(self) -> str:
        """The same as a text: ``/Resources/Queue/Properties/State``."""
        return pointer(self.template_path)

    @property
    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"got {self.got}, {self.allowed}"

    @property
    def line(self) -> int:
        """The line of the template, from 1."""
        place = self.resource.stack.file.place(self.template_path)
        return place.line if place else 1

    @property
    def identity(self) -> tuple[object, ...]:
        """What is the same of two findings that are one."""
        return (self.rule.id, self.resource.key, self.path, self.got)
