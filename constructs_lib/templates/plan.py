"""Stub."""

from dataclasses import dataclass

from constructs_lib.templates.differences import PropertyChange, difference
from constructs_lib.templates.evaluation import Evaluator


@dataclass(frozen=True)
class ResourceChange:
    logical_id: str
    resource_type: str
    action: str
    replacement: str
    changes: tuple[PropertyChange, ...]
    causes: tuple[str, ...]
    policy: str


@dataclass(frozen=True)
class Plan:
    changes: tuple[ResourceChange, ...]


def plan(before: Evaluator | None, after: Evaluator) -> Plan:
    old = set(before.active()) if before else set()
    changes = []
    for name in after.active():
        kind = after.resource_type(name)
        if name not in old:
            changes.append(ResourceChange(name, kind, "Add", "False", (), (), "Delete"))
            continue
        found = difference(kind, before.properties(name), after.properties(name))
        if found:
            worst = max((c.requires for c in found), key=["Never", "Conditionally", "Always"].index)
            changes.append(
                ResourceChange(
                    name,
                    kind,
                    "Modify",
                    {"Never": "False", "Conditionally": "Conditional", "Always": "True"}[worst],
                    found,
                    (),
                    "Delete",
                )
            )
    for name in old - set(after.active()):
        changes.append(ResourceChange(name, before.resource_type(name), "Remove", "False", (), (), "Delete"))
    return Plan(tuple(changes))
