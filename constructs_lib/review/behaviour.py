"""What pipelines do otherwise: states, retries and tolerances, images, commands, sizes, and the order of queues.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html and
https://docs.aws.amazon.com/batch/latest/userguide/job_scheduling.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.graph.checks import DefinitionError, check
from constructs_lib.graph.definitions import readable_definition, text_of
from constructs_lib.graph.mermaid import Path
from constructs_lib.review.changes import Side, StackChange
from constructs_lib.review.findings import Finding, code, listed
from constructs_lib.review.jobs import otherwise
from constructs_lib.review.machines import ADDED, CHANGED, REMOVED, States, states
from constructs_lib.review.values import from_to, short
from constructs_lib.templates.differences import same
from constructs_lib.templates.plan import ResourceChange

_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_DEFINITION: Final = "AWS::Batch::JobDefinition"
_QUEUE: Final = "AWS::Batch::JobQueue"
_PLACE: Final = re.compile(r"\$\{(\w+)\}")
_MOST: Final = 6
_MOST_OF_A_JOB: Final = 12


def in_words(stack: StackChange) -> Iterator[Finding]:
    """A sentence for each that behaves otherwise."""
    for change in stack.changes:
        if change.action == "Modify" and change.resource_type in _TOLD:
            for text in _TOLD[change.resource_type](stack, change):
                yield Finding(text, stack.name, change.logical_id)


def pictures(stack: StackChange) -> Iterator[tuple[str, str]]:
    """Each state machine whose states are not the same, as a flowchart."""
    for change in stack.changes:
        if change.action == "Modify" and change.resource_type == _MACHINE:
            found = _states(stack, change.logical_id)
            if found and found.marks:
                yield f"{stack.name}: {stack.shown(change.logical_id).strip('`')}", found.picture


def _states(stack: StackChange, logical_id: str) -> States | None:
    before, after = _definition_of(stack.before, logical_id), _definition_of(stack.after, logical_id)
    return states(before, after) if before and after else None


def _definition_of(side: Side, logical_id: str) -> Mapping[str, Any] | None:
    """A definition with `${…}` for references; None if it is not in the template, or could not be drawn."""
    entry = side.stack.template["Resources"].get(logical_id) if side.stack else None
    properties = (entry or {}).get("Properties") or {}
    found = readable_definition(properties.get("DefinitionString", properties.get("Definition")))
    given = properties.get("DefinitionSubstitutions")
    if isinstance(given, dict):
        found = _substituted(found, {name: str(text_of({"Fn::Join": ["", [value]]})) for name, value in given.items()})
    if not isinstance(found, dict):
        return None
    try:
        check(found, logical_id)
    except DefinitionError:
        return None
    return found


def _substituted(value: Any, given: Mapping[str, str]) -> Any:
    """Values of a definition with its substitutions made, of which references are written as ``${…}``."""
    match value:
        case str():
            return _PLACE.sub(lambda found: given.get(found[1], found[0]), value)
        case dict():
            return {key: _substituted(member, given) for key, member in value.items()}
        case list():
            return [_substituted(item, given) for item in value]
        case _:
            return value


def _machine(stack: StackChange, change: ResourceChange) -> Iterator[str]:
    found = _states(stack, change.logical_id)
    if not found:
        return
    who = f"The state machine {stack.shown(change.logical_id)}"
    for mark, words in ((ADDED, "has new states"), (REMOVED, "no longer has the states")):
        names = [code("/".join(path)) for path, own in found.marks.items() if own == mark]
        if names:
            yield f"{who} {words}: {listed(names)}."
    changed = [path for path, mark in found.marks.items() if mark == CHANGED]
    for path in changed[:_MOST]:
        yield f"{who}, state {code('/'.join(path))}: {_fields(found, path)}."
    if len(changed) > _MOST:
        yield f"{who} changes {len(changed) - _MOST} more states; the picture has them."


def _fields(found: States, path: Path) -> str:
    return listed(f"{code(key)} {from_to(before, after)}" for key, (before, after) in found.fields[path].items())


def _definition(stack: StackChange, change: ResourceChange) -> Iterator[str]:
    told = otherwise(stack.old(change.logical_id), stack.new(change.logical_id))
    if told:
        yield f"Jobs of {stack.shown(change.logical_id)} change: {listed(told, _MOST_OF_A_JOB)}."


def _queue(stack: StackChange, change: ResourceChange) -> Iterator[str]:
    old, new = stack.old(change.logical_id), stack.new(change.logical_id)
    who = f"The queue {stack.shown(change.logical_id)}"
    if old.get("Priority") != new.get("Priority"):
        priority = from_to(old.get("Priority"), new.get("Priority"))
        yield f"{who} has another priority {priority}; of queues that share capacity, the higher one is served first."
    before, after = _order(old), _order(new)
    if before != after:
        yield f"{who} takes capacity in another order: {listed(after) or 'none'}; it was {listed(before) or 'none'}."


def _order(properties: Mapping[str, Any]) -> list[str]:
    listed_order = properties.get("ComputeEnvironmentOrder")
    entries = [item for item in listed_order if isinstance(item, Mapping)] if isinstance(listed_order, list) else []
    ordered = sorted(entries, key=lambda item: str(item.get("Order", "")).zfill(9))
    return [
        code(str(item.get("ComputeEnvironment")).removesuffix(".ComputeEnvironmentArn}").removeprefix("${"))
        for item in ordered
    ]


def _shares(stack: StackChange, change: ResourceChange) -> Iterator[str]:
    old, new = (_policy(side(change.logical_id).get("FairsharePolicy")) for side in (stack.old, stack.new))
    told = [
        f"{name} {from_to(old.get(name), new.get(name))}" for name in {**old, **new} if old.get(name) != new.get(name)
    ]
    if told:
        yield f"The scheduling policy {stack.shown(change.logical_id)} shares otherwise: {listed(told)}."


def _policy(fair: Any) -> dict[str, Any]:
    """What a policy says of shares, and of all."""
    members = fair if isinstance(fair, Mapping) else {}
    shares = members.get("ShareDistribution")
    weights = {
        f"the weight factor of {code(item.get('ShareIdentifier'))}": item.get("WeightFactor", 1)
        for item in (shares if isinstance(shares, list) else ())
        if isinstance(item, Mapping)
    }
    return {**weights, **{code(name): value for name, value in members.items() if name != "ShareDistribution"}}


def _consumable(stack: StackChange, change: ResourceChange) -> Iterator[str]:
    before, after = (side(change.logical_id).get("TotalQuantity") for side in (stack.old, stack.new))
    if not same(before, after):
        text = f"Of {stack.shown(change.logical_id)} there are {short(after)}, no longer {short(before)}"
        yield f"{text}: as many can jobs take at the same time that consume it."


_TOLD: Final = {
    _MACHINE: _machine,
    _DEFINITION: _definition,
    _QUEUE: _queue,
    "AWS::Batch::SchedulingPolicy": _shares,
    "AWS::Batch::ConsumableResource": _consumable,
}
