"""What pipelines do otherwise: states, retries and tolerances, images, commands, sizes, and the order of queues.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html and
https://docs.aws.amazon.com/batch/latest/userguide/job_scheduling.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from constructs_lib.graph.checks import DefinitionError, check
from constructs_lib.graph.definitions import readable_definition, text_of
from constructs_lib.review.changes import Side, StackChange
from constructs_lib.review.findings import Finding, code, listed
from constructs_lib.review.jobs import otherwise
from constructs_lib.review.machines import ADDED, CHANGED, REMOVED, states
from constructs_lib.review.values import from_to, parts, short
from constructs_lib.templates.differences import same
from constructs_lib.templates.plan import ResourceChange
from constructs_lib.testing.folding import folded_definition

_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_DEFINITION: Final = "AWS::Batch::JobDefinition"
_QUEUE: Final = "AWS::Batch::JobQueue"
_PLACE: Final = re.compile(r"\$\{(\w+)\}")
_CONSTRUCT, _OPTIONS, _FINGERPRINT, _COMMENT = "Construct", "Options.", "Fingerprint", "Comment"
"""What a folded state has: what made it, by which options, and what its states were."""
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
            before, after = (_definition_of(side, change.logical_id, readable_definition) for side in _sides(stack))
            if before and after and (found := states(before, after)).marks:
                yield f"{stack.name}: {stack.shown(change.logical_id).strip('`')}", found.picture


def _sides(stack: StackChange) -> tuple[Side, Side]:
    return stack.before, stack.after


def _definition_of(side: Side, logical_id: str, read: Callable[[Any], Any]) -> Mapping[str, Any] | None:
    """A definition with `${…}` for references; None if it is not in the template, or could not be drawn."""
    entry = side.stack.template["Resources"].get(logical_id) if side.stack else None
    properties = (entry or {}).get("Properties") or {}
    definition = properties.get("DefinitionString", properties.get("Definition"))
    readable = readable_definition(definition)
    if not isinstance(readable, dict):
        return None
    try:
        check(readable, logical_id)
    except DefinitionError:
        return None
    found: Mapping[str, Any] = read(definition)
    given = properties.get("DefinitionSubstitutions")
    if not isinstance(given, dict):
        return found
    texts = {name: str(text_of({"Fn::Join": ["", [value]]})) for name, value in given.items()}
    substituted: Mapping[str, Any] = _substituted(found, texts)
    return substituted


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
    """Its states; those that a construct of this library makes are one, with the options of the construct."""
    before, after = (_definition_of(side, change.logical_id, folded_definition) for side in _sides(stack))
    if not before or not after:
        return
    found = states(before, after)
    who = f"The state machine {stack.shown(change.logical_id)}"
    for mark, words in ((ADDED, "has new states"), (REMOVED, "no longer has the states")):
        names = [code("/".join(path)) for path, own in found.marks.items() if own == mark]
        if names:
            yield f"{who} {words}: {listed(names)}."
    told = {path: _fields(found.fields[path]) for path, mark in found.marks.items() if mark == CHANGED}
    for path, clauses in [*told.items()][:_MOST]:
        yield f"{who}, state {code('/'.join(path))}: {listed(clauses, _MOST)}."
    if len(told) > _MOST:
        yield f"{who} changes {len(told) - _MOST} more states; the picture has them."
    if others := [key for key in {**before, **after} if key != "States" and not same(before.get(key), after.get(key))]:
        clauses = _fields({key: (before.get(key), after.get(key)) for key in others})
        yield f"{who}: {listed(clauses, _MOST)}."


def _fields(fields: Mapping[str, tuple[Any, Any]]) -> list[str]:
    """What is otherwise in a state: comments only where nothing else is, and the library's own states as a whole."""
    made = [key for key in (_CONSTRUCT, _FINGERPRINT) if key in fields]
    written = [key for key in fields if key not in made and key != _COMMENT] or [
        key for key in fields if key == _COMMENT
    ]
    clauses = [
        f"{code(path.removeprefix(_OPTIONS))} {from_to(old, new)}"
        for key in written
        for path, old, new in parts(*fields[key], key)
    ]
    if _CONSTRUCT in fields:
        clauses.append(f"it is made by {' and no longer by '.join(code(one) for one in reversed(fields[_CONSTRUCT]))}")
    if _FINGERPRINT in fields and not clauses:
        clauses.append("the states that constructs-lib makes for it are otherwise, and its options are the same")
    return clauses


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
        text = f"The consumable resource {stack.shown(change.logical_id)} has {short(after)}, no longer {short(before)}"
        yield f"{text}: jobs take no more of it at the same time."


_TOLD: Final = {
    _MACHINE: _machine,
    _DEFINITION: _definition,
    _QUEUE: _queue,
    "AWS::Batch::SchedulingPolicy": _shares,
    "AWS::Batch::ConsumableResource": _consumable,
}
