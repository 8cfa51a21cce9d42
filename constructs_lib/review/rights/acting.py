"""What acts with another role than before: jobs, state machines, functions, schedules.

A role that is in the stack on both sides is compared with the one before; of any other nobody knows what it may do.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.review.changes import StackChange
from constructs_lib.review.findings import Finding, Kind, code, kinds
from constructs_lib.review.rights.comparison import lifted, wider
from constructs_lib.review.rights.holders import Holder, logical_id_of
from constructs_lib.templates.differences import same
from constructs_lib.templates.plan import ResourceChange

_ROLES: Final = frozenset({"ExecutionRoleArn", "JobRoleArn", "Role", "RoleArn", "TaskRoleArn"})
"""Properties that are the role with which a resource acts, wherever in it they are."""
_ACTING: Final = {
    "AWS::Batch::JobDefinition": "Jobs of",
    "AWS::ECS::TaskDefinition": "Tasks of",
    "AWS::Events::Rule": "The rule",
    "AWS::Lambda::Function": "The function",
    "AWS::Pipes::Pipe": "The pipe",
    "AWS::Scheduler::Schedule": "The schedule",
    "AWS::StepFunctions::StateMachine": "The state machine",
}
_Holders = Mapping[tuple[str, str], Holder]
_KIND: Final = "The role"


def in_words(stack: StackChange, before: _Holders, after: _Holders) -> Iterator[Finding]:
    """A sentence for each role that takes the place of another one.

    Args:
        stack: that they are in.
        before: who had which policies, by kind and name.
        after: who has which.
    """
    for change in stack.changes:
        if change.action != "Modify" or change.resource_type not in _ACTING:
            continue
        old, new = (dict(_roles(side(change.logical_id))) for side in (stack.old, stack.new))
        for place, role in new.items():
            if place in old and not same(old[place], role):
                one, other = _holder(old[place], before), _holder(role, after)
                proven = bool(one and other and _is_no_wider(one, other))
                who = f"{_ACTING[change.resource_type]} {stack.shown(change.logical_id)} {_verb(change)}"
                text = f"{who} with the role {_shown(stack, role)} now, no longer with {_shown(stack, old[place])}"
                end = ", which allowed no less" if proven else ": may be wider"
                warned = kinds(None if proven else Kind.WIDEN)
                yield Finding(f"{text}{end}.", stack.name, change.logical_id, warned)


def _verb(change: ResourceChange) -> str:
    return "act" if _ACTING[change.resource_type].endswith(" of") else "acts"


def _shown(stack: StackChange, role: Any) -> str:
    return stack.shown(name) if (name := logical_id_of(role)) else code(role)


def _roles(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            if key in _ROLES:
                yield (*path, key), member
            else:
                yield from _roles(member, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _roles(item, (*path, number))


def _holder(role: Any, held: _Holders) -> Holder | None:
    """Who a role is; None unless all that it may is in the stack."""
    found = held.get((_KIND, logical_id_of(role)))
    return found if found and not found.attached and not found.boundary else None


def _is_no_wider(old: Holder, new: Holder) -> bool:
    before, after = old.statements(), new.statements()
    return before is not None and after is not None and not wider(before, after) and not lifted(before, after)
