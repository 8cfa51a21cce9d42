"""Both sides of a review, stack by stack: what CloudFormation would plan, with the names that a reviewer knows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from constructs_lib.checks.model.files import TemplateFile
from constructs_lib.review.errors import ReviewError
from constructs_lib.review.findings import code
from constructs_lib.review.outcomes import settled
from constructs_lib.review.stacks import Stack
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.plan import Plan, ResourceChange, plan, removal_order

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Resource:
    """A resource on one side.

    Args:
        logical_id: its name in the template.
        type: such as ``AWS::S3::Bucket``.
        properties: evaluated; unknown where only the deployment knows.
    """

    logical_id: str
    type: str
    properties: Properties


class Side:
    """The resources of a stack on one side, evaluated once.

    Args:
        stack: the stack; None if it is not there.
    """

    def __init__(self, stack: Stack | None) -> None:
        self.stack = stack
        self.evaluator: Evaluator | None = stack.evaluator() if stack else None

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """All that are made, or may be, by logical id."""
        found = self.evaluator
        if not found:
            return {}
        return {name: Resource(name, found.resource_type(name), found.properties(name)) for name in found.active()}

    @cached_property
    def file(self) -> TemplateFile | None:
        """Its template as the checks read it; None if it is not there."""
        own = self.stack
        if not own or own.file:
            return own.file if own else None
        return TemplateFile(Path(own.name), {**own.template}, own.deployed_as, own.account, own.region, own.paths)

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these types, in the template's order."""
        return (resource for resource in self.resources.values() if resource.type in types)


@dataclass(frozen=True)
class StackChange:
    """A stack before and after.

    Args:
        name: of both.
        before: what is there.
        after: what is to be there.
        plan: what leads from one to the other; None if CloudFormation refuses it.
        refusal: why, in its words.
    """

    name: str
    before: Side
    after: Side
    plan: Plan | None
    refusal: str = ""

    @property
    def changes(self) -> tuple[ResourceChange, ...]:
        """What happens to resources."""
        return self.plan.changes if self.plan else ()

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to say of it."""
        return not (self.changes or self.refusal) and bool(self.after.stack)

    @property
    def region(self) -> str | None:
        """Where it is, if that is known."""
        sides = (side.stack.region for side in (self.after, self.before) if side.stack)
        return next((region for region in sides if region), None)

    def shown(self, logical_id: str) -> str:
        """How a reviewer knows a resource: its construct path, or its logical id, as code."""
        for side in (self.after, self.before):
            if side.stack and (path := side.stack.paths.get(logical_id)):
                return code(path.removesuffix("/Resource"))
        return code(logical_id)

    def old(self, logical_id: str) -> Properties:
        """The properties before; none where it was not there."""
        found = self.before.resources.get(logical_id)
        return found.properties if found else {}

    def new(self, logical_id: str) -> Properties:
        """The properties after; none where it will not be there."""
        found = self.after.resources.get(logical_id)
        return found.properties if found else {}


def changes_between(old: Mapping[str, Stack], new: Mapping[str, Stack]) -> list[StackChange]:
    """The stacks of both sides, in the order of the new one, then those that only the old one has.

    One stack each is the same stack, whatever the files are called, unless the two are deployed by other names.

    Raises:
        ReviewError: a template cannot be evaluated.
    """
    names = {stack.deployed_as for stack in (*old.values(), *new.values())} - {None}
    if len(old) == len(new) == 1 and len(names) <= 1:
        old = dict(zip(new, old.values(), strict=True))
    return [_change(name, old.get(name), new.get(name)) for name in (*new, *(name for name in old if name not in new))]


def _change(name: str, old: Stack | None, new: Stack | None) -> StackChange:
    before, after = Side(old), Side(new)
    if not new:  # a deployment does not look at it
        return StackChange(name, before, after, None)
    for side in (before, after):
        try:
            _evaluated(side)
        except TemplateError as error:
            raise ReviewError(f"{name}: {' '.join(error.message.split())}") from None
    if old and (old.template, old.account, old.region) == (new.template, new.account, new.region):
        return StackChange(name, before, after, Plan(()))
    try:
        made = plan(before.evaluator, after.evaluator)
    except TemplateError as error:
        return StackChange(name, before, after, None, " ".join(error.message.split()))
    return StackChange(
        name, before, after, settled(made, {key: one.properties for key, one in after.resources.items()})
    )


def _evaluated(side: Side) -> None:
    """Find what is wrong with a template by itself, circles included."""
    if side.evaluator:
        removal_order(side.evaluator)
        side.evaluator.outputs()
        len(side.resources)
