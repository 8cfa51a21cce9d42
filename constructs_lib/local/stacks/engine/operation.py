"""What every operation on a stack does with single resources."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from constructs_lib.local.apps.deployment import MADE_ON_DEMAND
from constructs_lib.local.imported.references import Entry
from constructs_lib.local.stacks.engine.evaluating import evaluator
from constructs_lib.local.stacks.engine.names import physical_name
from constructs_lib.local.stacks.engine.policies import RETAIN
from constructs_lib.local.stacks.engine.stack import MayMake, Resource, Source, Stack
from constructs_lib.local.stacks.engine.tags import with_tags
from constructs_lib.local.stacks.engine.world import World
from constructs_lib.local.stacks.handlers.contract.failures import NotUnderstoodError, failure
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made
from constructs_lib.templates import property_validation
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.references import order
from constructs_lib.templates.surroundings import NothingDeployed
from constructs_lib.templates.unknown import resources_in


class OperationError(Exception):
    """Why an operation cannot go on, as the stack's events tell it."""


class Operation:
    """Makes, changes and deletes the resources of a stack, and tells of each in the stack's events.

    Args:
        stack: the stack.
        world: where it is.
        may_make: asked before a resource is made.
    """

    def __init__(self, stack: Stack, world: World, may_make: MayMake) -> None:
        self.stack = stack
        self.world = world
        self._evaluators: dict[int, tuple[Source, Evaluator]] = {}
        self._may_make = stack.may_make = may_make

    def say(self, status: str, reason: str | None = None) -> None:
        """Give the stack a status."""
        self.stack.tell(status, self.world.now(), reason)

    def say_of(self, resource: Resource, status: str, reason: str | None = None) -> None:
        """Give a resource a status."""
        self.stack.tell_of(resource, status, self.world.now(), reason)

    def evaluator(self, source: Source) -> Evaluator:
        """What evaluates the template of a source, with the resources that the stack has when it is asked."""
        found = self._evaluators.get(id(source))
        if found is None:
            found = self._evaluators[id(source)] = source, evaluator(self.stack, source, self.world)
        return found[1]

    def active(self, source: Source) -> list[str]:
        """The logical ids of the resources that a source wants, dependencies first.

        Raises:
            OperationError: a condition cannot be told.
        """
        evaluating = self.evaluator(source)
        try:
            return order(source.template, evaluating.active(), evaluating.taken)
        except TemplateError as error:
            raise OperationError(error.message) from None

    def bring_in(self, source: Source, logical_ids: Iterable[str]) -> None:
        """Make what resources import and nothing here has, and tell of it.

        What comes from a resource of the stack is no import, though it may look like one: ``{Ref Topic}-alarm``.
        """
        evaluating, entries = self.evaluator(source).with_resources(NothingDeployed()), []
        for logical_id in logical_ids:
            resource = source.template["Resources"][logical_id]
            with suppress(TemplateError, HandlerError):  # what is wrong with it is told when it is made
                entries.append(Entry(resource["Type"], evaluating.value(resource.get("Properties") or {})))
        if made := self.world.imported.bring_in(entries):
            self.say(self.stack.status, f"{MADE_ON_DEMAND}: {', '.join(map(str, made))}")

    def desired(self, logical_id: str, source: Source, name: str | None = None) -> Desired:
        """A resource as a template wants it now.

        Raises:
            OperationError: a value of it cannot be told.
        """
        entry = source.template["Resources"][logical_id]
        kind = entry["Type"]
        try:
            properties = self.evaluator(source).properties(logical_id)
        except (TemplateError, HandlerError) as error:
            raise OperationError(error.message) from None
        if missing := resources_in(properties):
            raise OperationError(f"Unresolved resource dependencies [{', '.join(sorted(missing))}]")
        return Desired(
            logical_id=logical_id,
            resource_type=kind,
            properties=with_tags(kind, properties, source.tags),
            name=name or physical_name(kind, self.stack.name, logical_id),
            stack_id=self.stack.id,
            services=self.world.services,
        )

    def create(self, resource: Resource, desired: Desired) -> None:
        """Make a resource.

        Raises:
            OperationError: it cannot be made.
        """
        resource.desired = desired
        self.say_of(resource, "CREATE_IN_PROGRESS")

        def make() -> Made:
            self._may_make(desired.resource_type, desired.properties)
            self.world.imported.give_way(Entry(desired.resource_type, desired.properties))
            return self._handler(desired).create(desired)

        if self._is_known(desired):
            resource.made = self._done(resource, "CREATE_FAILED", make)
        else:
            resource.made = self._handler(desired).create(desired)
        self.say_of(resource, "CREATE_COMPLETE", resource.made.note or self.world.not_emulated(desired.resource_type))

    def change(self, resource: Resource, desired: Desired) -> None:
        """Change a resource in place; whatever happens, it is taken for changed, so that a rollback changes it back.

        Raises:
            OperationError: it cannot be changed.
        """
        made, before = _there(resource)
        resource.desired = desired
        self.say_of(resource, "UPDATE_IN_PROGRESS")

        def change() -> Made:
            return self._handler(desired).update(made, desired, before)

        resource.made = self._done(resource, "UPDATE_FAILED", change)
        self.say_of(resource, "UPDATE_COMPLETE", resource.made.note or self.world.not_emulated(desired.resource_type))

    def delete(self, resource: Resource, policy: str) -> bool:
        """Delete a resource, or leave it if its policy says so; whether it is not the stack's any more."""
        if resource.made is None or resource.desired is None:
            return True
        if policy == RETAIN:
            self.say_of(resource, "DELETE_SKIPPED")
            return True
        made, desired = resource.made, resource.desired
        self.say_of(resource, "DELETE_IN_PROGRESS")
        try:
            self._done(resource, "DELETE_FAILED", lambda: self._handler(desired).delete(made, desired))
        except OperationError:
            return False
        self.say_of(resource, "DELETE_COMPLETE")
        return True

    def settle_outputs(self, source: Source) -> None:
        """Work out the outputs of the stack; exports of others are not touched.

        Raises:
            OperationError: one cannot be told, another stack has an export of its name, or one is in use.
        """
        try:
            outputs = self.evaluator(source).outputs()
        except (TemplateError, HandlerError) as error:
            raise OperationError(error.message) from None
        before = {str(item.export_name): item.value for item in self.stack.outputs.values() if item.export_name}
        after = {str(item.export_name): item.value for item in outputs.values() if item.export_name}
        self._check_exports(before, after)
        self.stack.outputs = outputs

    def _check_exports(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        for name in after:
            exporter = self.world.exports.exporter(name)
            if exporter not in (None, self.stack):
                message = f"Export with name {name} is already exported by stack {exporter.name}."
                raise OperationError(f"{message} Rollback requested by user.")
        for name, value in before.items():
            if after.get(name) == value:
                continue
            if importers := self.world.exports.importers(name):
                verb = "updated" if name in after else "deleted"
                raise OperationError(f"Export {name} cannot be {verb} as it is in use by {' and '.join(importers)}")

    def _handler(self, desired: Desired) -> Handler:
        return self.world.handler(desired.resource_type)

    def _is_known(self, desired: Desired) -> bool:
        return self.world.not_emulated(desired.resource_type) is None

    def _done(self, resource: Resource, failed: str, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except Exception as error:  # noqa: BLE001 - whatever it is that fails, it is the reason
            reason = self._reason(resource, error)
        self.say_of(resource, failed, reason)
        raise OperationError(resource.logical_id)

    def _reason(self, resource: Resource, error: Exception) -> str:
        """Why something has failed.

        If no service says it: what is wrong with the properties, of which some were not known at the call.
        """
        told, wanted = failure(error), resource.desired
        if not isinstance(told, NotUnderstoodError) or wanted is None:
            return told.reason
        region = self.world.services.region
        return property_validation.failure(wanted.resource_type, wanted.properties, region) or told.reason


def _there(resource: Resource) -> tuple[Made, Desired]:
    if resource.made is None or resource.desired is None:
        raise OperationError(f"Resource {resource.logical_id} is not there")
    return resource.made, resource.desired
