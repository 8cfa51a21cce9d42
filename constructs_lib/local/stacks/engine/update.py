"""A change of a stack: what is new and what changes first, what is gone last; or back to what it was.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from constructs_lib.local.stacks.engine.operation import Operation, OperationError
from constructs_lib.local.stacks.engine.policies import DELETE, deletion_policy, replacement_policy
from constructs_lib.local.stacks.engine.replacement import is_replaced, refuse_same_name
from constructs_lib.local.stacks.engine.stack import Resource, Source
from constructs_lib.templates.references import order

CANCELLED = "User Initiated"
"""Why an update that is cancelled is rolled back."""


@dataclass(frozen=True, slots=True)
class _Before:
    """The stack as it was, for the way back."""

    source: Source
    resources: dict[str, Resource]


class Update:
    """One update of a stack.

    Args:
        operation: on the stack.
        source: what the stack is to be made of.
    """

    def __init__(self, operation: Operation, source: Source) -> None:
        self._operation = operation
        self._stack = operation.stack
        self._source = source
        self._before = _Before(
            self._stack.source, {name: replace(item) for name, item in self._stack.resources.items()}
        )
        self._outputs, self._imports = self._stack.outputs, set(self._stack.imports)
        self._replaced: list[Resource] = []
        """What another resource has taken the place of, in the order in which that happened."""
        self._taken_over: set[str] = set()
        """The logical ids of those that were made anew as their change asked for."""

    def run(self) -> None:
        """Change the stack."""
        operation, stack = self._operation, self._stack
        stack.is_cancelled = False
        stack.imports.clear()
        try:
            wanted = self._apply()
        except OperationError as error:
            self._fail(str(error))
            return
        gone = [name for name in self._order(self._before.source, stack.resources) if name not in wanted]
        stack.source, stack.updated = self._source, operation.world.now()
        operation.say("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up(gone)
        operation.say("UPDATE_COMPLETE")

    def _apply(self) -> list[str]:
        """Make and change what is wanted; its logical ids."""
        stack = self._stack
        wanted = self._operation.active(self._source)
        self._operation.bring_in(self._source, wanted)
        for logical_id in wanted:
            if stack.is_cancelled:
                raise OperationError(CANCELLED)
            resource = stack.resources.get(logical_id)
            if resource is None:
                self._create(logical_id)
            else:
                self._change(resource)
        self._operation.settle_outputs(self._source)
        return wanted

    def _create(self, logical_id: str) -> None:
        kind = self._source.template["Resources"][logical_id]["Type"]
        resource = Resource(logical_id, kind, "", self._operation.world.now())
        self._stack.resources[logical_id] = resource
        try:
            desired = self._operation.desired(logical_id, self._source)
        except OperationError as error:
            self._operation.say_of(resource, "CREATE_FAILED", str(error))
            raise
        self._operation.create(resource, desired)

    def _change(self, resource: Resource) -> None:
        before = resource.desired
        if before is None or resource.made is None:  # an update that could not be rolled back has left it
            self._create(resource.logical_id)
            return
        try:
            desired = self._operation.desired(resource.logical_id, self._source, before.name)
            if (desired.resource_type, desired.properties) == (before.resource_type, before.properties):
                return
            if not is_replaced(self._operation.world.handler(desired.resource_type), desired, before):
                old = replace(resource)
                self._operation.change(resource, desired)
                if _is_another(resource, old):
                    self._replaced.append(old)
                return
            refuse_same_name(desired, before)
        except OperationError as error:
            if resource.status != "UPDATE_FAILED":
                self._operation.say_of(resource, "UPDATE_FAILED", str(error))
            raise
        self._replace(resource)

    def _replace(self, resource: Resource) -> None:
        """Make another one in its place; the one before goes when the update has ended."""
        desired = self._operation.desired(resource.logical_id, self._source)
        message = "Requested update requires the creation of a new physical resource; hence creating one."
        self._operation.say_of(resource, "UPDATE_IN_PROGRESS", message)
        self._replaced.append(replace(resource))
        self._taken_over.add(resource.logical_id)
        made = Resource(resource.logical_id, desired.resource_type, "", self._operation.world.now())
        self._stack.resources[resource.logical_id] = made
        self._operation.create(made, desired)
        self._operation.say_of(made, "UPDATE_COMPLETE")

    def _clean_up(self, gone: Collection[str]) -> None:
        """Delete what was replaced and what is not wanted any more; what cannot be deleted is left to its user."""
        before = self._operation.evaluator(self._before.source)
        for old in reversed(self._replaced):
            self._operation.delete(old, replacement_policy(before, old.logical_id))
        for logical_id in reversed(list(gone)):
            self._operation.delete(self._stack.resources.pop(logical_id), deletion_policy(before, logical_id))

    def _fail(self, reason: str) -> None:
        stack, operation = self._stack, self._operation
        failed = [name for name, item in stack.resources.items() if item.status.endswith("_FAILED")]
        if failed:
            created = [name for name in failed if stack.resources[name].status == "CREATE_FAILED"]
            told = [("create", created), ("update", [name for name in failed if name not in created])]
            parts = [
                f"The following resource(s) failed to {verb}: [{', '.join(names)}]." for verb, names in told if names
            ]
            reason = " ".join(parts)
        if not stack.rolls_back:
            operation.say("UPDATE_FAILED", reason)
            stack.unfinished = self
            return
        operation.say("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        self.roll_back()

    def roll_back(self, skipped: Collection[str] = ()) -> None:
        """Bring the stack back to what it was before.

        Args:
            skipped: logical ids of resources that stay as they are.
        """
        stack, operation, before = self._stack, self._operation, self._before
        failed = []
        leftover: list[Resource] = []
        for logical_id in self._order(before.source, before.resources):
            now, then = stack.resources.get(logical_id), before.resources[logical_id]
            if now is None or logical_id in skipped:
                continue
            if logical_id in self._taken_over:
                leftover.append(now)
                stack.resources[logical_id] = replace(then)
                operation.say_of(stack.resources[logical_id], "UPDATE_COMPLETE")
            elif now.desired != then.desired and then.desired is not None:
                changed = replace(now)
                try:
                    operation.change(now, then.desired)
                except OperationError:
                    failed.append(logical_id)
                leftover += [item for item in (changed, then) if _is_another(now, item)]
        if failed:
            operation.say(
                "UPDATE_ROLLBACK_FAILED", f"The following resource(s) failed to update: [{', '.join(failed)}]."
            )
            stack.unfinished = self
            return
        stack.unfinished = None
        operation.say("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        new = [stack.resources.pop(name) for name in list(stack.resources) if name not in before.resources]
        for resource in [*reversed(new), *reversed(leftover)]:
            operation.delete(resource, DELETE)
        stack.outputs, stack.imports = self._outputs, self._imports
        operation.say("UPDATE_ROLLBACK_COMPLETE")

    def _order(self, source: Source, resources: Collection[str]) -> list[str]:
        return order(source.template, [name for name in source.template["Resources"] if name in resources])


def _is_another(resource: Resource, before: Resource) -> bool:
    """Whether a change has made another resource, besides the one before."""
    is_revision = resource.made is not None and resource.made.is_next_revision
    return resource.physical_id != before.physical_id and not is_revision
