"""The end of a stack: what it has made goes, last things first, but for what is to stay.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
"""

from collections.abc import Collection

from constructs_lib.local.stacks.engine.operation import Operation
from constructs_lib.local.stacks.engine.policies import RETAIN, deletion_policy
from constructs_lib.templates.references import order, references


def is_in_use(operation: Operation) -> bool:
    """Whether the stack cannot be deleted as others import what it exports; its events say so."""
    stack = operation.stack
    for name in [str(item.export_name) for item in stack.outputs.values() if item.export_name]:
        if importers := operation.world.exports.importers(name):
            message = f"Delete canceled. Cannot delete export {name} as it is in use by {' and '.join(importers)}."
            operation.say(stack.status, message)
            return True
    return False


def delete(operation: Operation, retained: Collection[str] = ()) -> None:
    """Delete a stack.

    Args:
        operation: on the stack.
        retained: logical ids of resources that stay, of a stack that could not be deleted before.
    """
    stack = operation.stack
    if failed := delete_all(operation, retained):
        operation.say("DELETE_FAILED", failed)
        return
    stack.deleted = operation.world.now()
    stack.outputs, stack.imports = {}, set()
    operation.say("DELETE_COMPLETE")


def delete_all(operation: Operation, retained: Collection[str] = (), *, is_creation: bool = False) -> str | None:
    """Delete the resources of a stack; why not all of them could be deleted, None if they could.

    Args:
        operation: on the stack.
        retained: logical ids of resources that stay whatever their policy is.
        is_creation: whether a creation is rolled back, in which nothing stays but by the policy ``Retain``.
    """
    stack = operation.stack
    template, source = stack.source.template, operation.evaluator(stack.source)
    entries = template["Resources"]
    kept: set[str] = set()
    failed = []
    known = [name for name in stack.resources if name in entries]
    left = [name for name in stack.resources if name not in entries]
    for logical_id in [*left, *reversed(order(template, known))]:
        resource = stack.resources[logical_id]
        entry = entries.get(logical_id, {})
        policy = RETAIN if logical_id in retained else deletion_policy(source, logical_id, is_creation=is_creation)
        if logical_id in kept:  # what failed still needs it
            kept |= references(entry)
            continue
        if operation.delete(resource, policy):
            del stack.resources[logical_id]
            continue
        failed.append(logical_id)
        kept |= references(entry)
    if not failed:
        return None
    return f"The following resource(s) failed to delete: [{', '.join(failed)}]."
