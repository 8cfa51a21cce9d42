"""What an update of a stack would do."""

from dataclasses import replace

from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.engine.evaluating import evaluator
from constructs_lib.local.stacks.engine.stack import Source, Stack
from constructs_lib.local.stacks.engine.world import World
from constructs_lib.local.stacks.handlers.contract.handler import Desired, HandlerError
from constructs_lib.templates.differences import Recreation
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.plan import Plan, ResourceChange, plan


def plan_of(stack: Stack, source: Source, world: World) -> Plan:
    """What would be made, changed and deleted, by which property.

    Raises:
        CallError: the change cannot be.
    """
    before = evaluator(stack, stack.source, world) if stack.resources else None
    after = evaluator(stack, source, world)
    try:
        found = plan(before, after)
    except (TemplateError, HandlerError) as error:
        raise CallError(error.message) from None
    if before is None:
        return found
    return replace(found, changes=tuple(_settled(change, stack, after, world) for change in found.changes))


def changes_nothing(stack: Stack, source: Source, found: Plan) -> bool:
    """Whether an update would leave everything as it is, also what a stack says of itself."""
    before = stack.source
    same = source.template.get("Description") == before.template.get("Description")
    return same and found.is_empty and (source.tags, source.notifications) == (before.tags, before.notifications)


def _settled(change: ResourceChange, stack: Stack, after: Evaluator, world: World) -> ResourceChange:
    """A change of which the handler of its type may know more than the schema: whether it replaces the resource."""
    resource = stack.resources.get(change.logical_id)
    if change.replacement != "Conditional" or resource is None or resource.desired is None:
        return change
    desired: Desired = replace(resource.desired, properties=after.properties(change.logical_id))
    replaces = world.handler(change.resource_type).replaces(desired, resource.desired)
    if replaces is None:
        return change
    requires: Recreation = "Always" if replaces else "Never"
    changes = tuple(
        replace(item, requires=requires) if item.requires == "Conditionally" else item for item in change.changes
    )
    return replace(change, changes=changes, replacement="True" if replaces else "False")
