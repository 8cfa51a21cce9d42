"""Gap: when moto fails to make, change or delete a stack, the call fails and the stack stays as it is, half-done.

CloudFormation answers the call at once, rolls back, and tells the reason in the stack's events.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

from collections.abc import Callable
from typing import Any

from moto.cloudformation import models, parsing

from constructs_lib.local.stacks import events


def install() -> None:
    """Let stacks that cannot be deleted stay."""
    models.CloudFormationBackend.delete_stack = _delete


def create(backend: Any, stack: Any, change_set: Any) -> None:
    """Make the resources of a stack that has only been reviewed; all or none."""

    def make() -> None:
        stack.template, stack.parameters = change_set.template, change_set.parameters
        stack.tags = change_set.tags or {}
        stack._parse_template()  # noqa: SLF001 - moto has no other way
        stack.cross_stack_resources = backend.exports
        stack.resource_map = stack._create_resource_map()  # noqa: SLF001 - as above
        stack.output_map = stack._create_output_map()  # noqa: SLF001 - as above
        stack.create_resources()
        _export(backend, stack)

    event(stack, "CREATE_IN_PROGRESS", "User Initiated")
    if reason := _failure(make):
        event(stack, "ROLLBACK_IN_PROGRESS", reason)
        failed = _failure(stack.resource_map.delete)
        # Whoever asked for its outputs would make the resources that they name again.
        stack.output_map = parsing.OutputMap(stack.resource_map, {}, stack.stack_id)
        event(stack, *(("ROLLBACK_FAILED", failed) if failed else ("ROLLBACK_COMPLETE", None)))


def update(backend: Any, stack: Any, change_set: Any) -> None:
    """Change the resources of a stack; when that fails, back to what they were."""
    before = stack.template, stack.role_arn, dict(stack.parameters)

    def change() -> None:
        stack.update(change_set.template, change_set.role_arn, parameters=change_set.parameters, tags=change_set.tags)
        _export(backend, stack)

    if reason := _failure(change):
        event(stack, "UPDATE_ROLLBACK_IN_PROGRESS", reason)
        failed = _failure(lambda: stack.update(before[0], before[1], parameters=before[2]))
        event(stack, *(("UPDATE_ROLLBACK_FAILED", failed) if failed else ("UPDATE_ROLLBACK_COMPLETE", None)))
        return
    last = stack.events.pop()  # the end of the update, which comes after those of its resources
    for changed in change_set.changes:
        verb = {"Add": "CREATE", "Modify": "UPDATE", "Remove": "DELETE"}[changed.action]
        events.add(stack, changed.logical_resource_id, changed.resource_type, f"{verb}_COMPLETE")
    stack.events.append(last)


def event(stack: Any, status: str, reason: str | None) -> None:
    """Give a stack a status, and tell of it."""
    stack.status = status
    stack._add_stack_event(status, resource_status_reason=reason)  # noqa: SLF001 - moto has no other way


def forget_change_sets(backend: Any, stack: Any) -> None:
    """Delete the change sets of a stack."""
    for key in [key for key, item in backend.change_sets.items() if item.stack_id == stack.stack_id]:
        del backend.change_sets[key]


def _delete(self: Any, name_or_stack_id: str) -> None:
    found = [stack for stack in self.stacks.values() if name_or_stack_id in (stack.name, stack.stack_id)]
    for stack in found:
        if reason := _failure(stack.delete):
            event(stack, "DELETE_FAILED", reason)
            continue
        _forget_exports(self, stack)
        forget_change_sets(self, stack)
        self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)


def _export(backend: Any, stack: Any) -> None:
    _forget_exports(backend, stack)
    backend._validate_export_uniqueness(stack)  # noqa: SLF001 - moto has no other way
    backend.exports.update({export.name: export for export in stack.exports})


def _forget_exports(backend: Any, stack: Any) -> None:
    for name in [name for name, export in backend.exports.items() if export.exporting_stack_id == stack.stack_id]:
        del backend.exports[name]


def _failure(action: Callable[[], None]) -> str | None:
    """Why an action failed; None when it did not."""
    try:
        action()
    except Exception as error:  # noqa: BLE001 - whatever it is that moto cannot do, it is the reason
        message = getattr(error, "message", None)
        return str(message) if message else f"{type(error).__name__}: {error}"
    return None
