"""What an update of a stack would do."""

from constructs_lib.local.stacks.engine.evaluating import evaluator
from constructs_lib.local.stacks.engine.stack import Source, Stack
from constructs_lib.local.stacks.engine.world import World
from constructs_lib.templates.plan import Plan, plan


def plan_of(stack: Stack, source: Source, world: World) -> Plan:
    """What would be made, changed and deleted, by which property."""
    before = evaluator(stack, stack.source, world) if stack.resources else None
    return plan(before, evaluator(stack, source, world))


def changes_nothing(stack: Stack, source: Source, found: Plan) -> bool:
    """Whether an update would leave everything as it is, also what no resource depends on: outputs and tags."""
    before = stack.source
    names = ("Outputs", "Description")
    same = all(source.template.get(name) == before.template.get(name) for name in names)
    return same and not found.changes and (source.tags, source.notifications) == (before.tags, before.notifications)
