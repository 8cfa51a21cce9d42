"""Change sets: what an update would do, shown before it is done.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constructs_lib.local.stacks.engine.stack import Source, Stack
from constructs_lib.templates.plan import Plan, ResourceChange

UNCHANGED = "The submitted information didn't contain changes. Submit different information to create a change set."

_POLICIES = {"Retain": "Retain", "RetainExceptOnCreate": "Retain", "Snapshot": "Snapshot"}
_WEIGHT = ("Never", "Conditionally", "Always")


@dataclass(slots=True)
class ChangeSet:
    """A change set.

    Args:
        id: its ARN.
        name: its name, unique in its stack.
        kind: ``CREATE`` or ``UPDATE``.
        stack_id: the ARN of its stack.
        stack_name: the name of its stack.
        source: what the stack would be made of.
        plan: what would be done.
        created: when it was made.
        rolls_back: whether a failure of its execution rolls the stack back.
        on_failure: what becomes of a new stack whose creation fails. Default: it is rolled back.
        description: of whoever made it. Default: none.
        status: ``CREATE_COMPLETE`` or ``FAILED``.
        reason: why it failed. Default: it did not.
    """

    id: str
    name: str
    kind: str
    stack_id: str
    stack_name: str
    source: Source
    plan: Plan
    created: datetime
    rolls_back: bool = True
    on_failure: str = "ROLLBACK"
    description: str | None = None
    status: str = "CREATE_COMPLETE"
    reason: str | None = None

    @property
    def execution_status(self) -> str:
        """Whether it can be executed."""
        return "AVAILABLE" if self.status == "CREATE_COMPLETE" else "UNAVAILABLE"


def change_answer(change: ResourceChange, stack: Stack) -> dict[str, Any]:
    """A change, as DescribeChangeSet answers it."""
    resource = stack.resources.get(change.logical_id)
    answer: dict[str, Any] = {
        "Action": change.action,
        "LogicalResourceId": change.logical_id,
        "PhysicalResourceId": resource.physical_id if resource else None,
        "ResourceType": change.resource_type,
        "Scope": [],
        "Details": [],
    }
    if change.action == "Remove":
        answer["PolicyAction"] = _POLICIES.get(change.policy, "Delete")
    if change.action == "Modify":
        answer["Replacement"] = change.replacement
        answer["Scope"] = list(change.scope)
        answer["Details"] = _details(change)
    return {"Type": "Resource", "ResourceChange": answer}


def _details(change: ResourceChange) -> list[dict[str, Any]]:
    """Why each property changes; what is below a property is told of the property."""
    changes = {item.path: item for item in change.changes}
    details: dict[tuple[str, ...], dict[str, Any]] = {}
    for cause in change.causes:
        changed = changes[cause.path]
        scope = cause.path.split("/")[1]
        name = changed.name if scope == "Properties" else ""
        target = {"Attribute": scope, "Name": name or None, "RequiresRecreation": changed.requires}
        found = details.setdefault(
            (scope, name, cause.reason, cause.source),
            {
                "Target": target,
                "Evaluation": cause.evaluation,
                "ChangeSource": cause.reason,
                "CausingEntity": cause.source or None,
            },
        )
        if _WEIGHT.index(changed.requires) > _WEIGHT.index(found["Target"]["RequiresRecreation"]):
            found["Target"] = target
    return list(details.values())
