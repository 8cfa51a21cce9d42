"""What pipelines do otherwise: states, retries and tolerances, images, commands, sizes, and the order of queues.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html and
https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.graph.checks import DefinitionError, check
from constructs_lib.graph.definitions import readable_definition, text_of
from constructs_lib.graph.mermaid import Path
from constructs_lib.review.changes import Side, StackChange
from constructs_lib.review.findings import Finding, code, listed
from constructs_lib.review.machines import ADDED, CHANGED, REMOVED, States, states
from constructs_lib.templates.differences import ABSENT, PropertyChange
from constructs_lib.templates.plan import ResourceChange
from constructs_lib.templates.unknown import Unknown

_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_DEFINITION: Final = "AWS::Batch::JobDefinition"
_QUEUE: Final = "AWS::Batch::JobQueue"
_PLACE: Final = re.compile(r"\$\{(\w+)\}")
_LONGEST: Final = 60
_MOST: Final = 6
_FIELDS: Final = {
    "Image": "image",
    "Command": "command",
    "Privileged": "privileged",
    "User": "user",
    "ReadonlyRootFilesystem": "read-only file system",
    "RetryStrategy": "retries",
    "Timeout": "timeout",
    "RuntimePlatform": "platform",
    "AssignPublicIp": "public address",
}
"""The parts of a job definition that are told with their values."""


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
    return listed(f"{code(key)} {_from_to(before, after)}" for key, (before, after) in found.fields[path].items())


def _definition(stack: StackChange, change: ResourceChange) -> Iterator[str]:
    who = f"Jobs of {stack.shown(change.logical_id)}"
    old, new = _container(stack.old(change.logical_id)), _container(stack.new(change.logical_id))
    told = []
    for item in change.changes:
        name = next((name for name in reversed(item.path.split("/")) if name in _FIELDS), None)
        if name:
            told.append(f"{_FIELDS[name]}{_below(item, name)} {_of(item)}")
    sizes, were = _sizes(new), _sizes(old)
    told += [
        f"{name} {_from_to(were.get(name), sizes.get(name))}"
        for name in {**were, **sizes}
        if were.get(name) != sizes.get(name)
    ]
    names, had = _variables(new), _variables(old)
    told += [
        f"variable {code(name)} {_from_to(had.get(name), names.get(name))}"
        for name in {**had, **names}
        if had.get(name) != names.get(name)
    ]
    if told:
        yield f"{who} have another {listed(told)}."


def _below(item: PropertyChange, name: str) -> str:
    rest = item.path.rpartition(f"/{name}")[2].strip("/")
    return f" {code(rest)}" if rest else ""


def _of(item: PropertyChange) -> str:
    before, after = (None if value is ABSENT else value for value in (item.before, item.after))
    return _from_to(before, after)


def _queue(stack: StackChange, change: ResourceChange) -> Iterator[str]:
    old, new = stack.old(change.logical_id), stack.new(change.logical_id)
    who = f"The queue {stack.shown(change.logical_id)}"
    if old.get("Priority") != new.get("Priority"):
        priority = _from_to(old.get("Priority"), new.get("Priority"))
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


def _container(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    found = properties.get("ContainerProperties")
    return found if isinstance(found, Mapping) else {}


def _sizes(container: Mapping[str, Any]) -> dict[str, Any]:
    return _pairs(container.get("ResourceRequirements"), "Type")


def _variables(container: Mapping[str, Any]) -> dict[str, Any]:
    return _pairs(container.get("Environment"), "Name")


def _pairs(items: Any, name: str) -> dict[str, Any]:
    listed_items = items if isinstance(items, list) else []
    return {str(item.get(name)): item.get("Value") for item in listed_items if isinstance(item, Mapping)}


def _from_to(before: Any, after: Any) -> str:
    if before is None:
        return f"is new ({_short(after)})"
    if after is None:
        return f"goes (it was {_short(before)})"
    return f"from {_short(before)} to {_short(after)}"


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, str | Unknown) else json.dumps(value, default=str, sort_keys=True)
    return code(text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 :]}")


_TOLD: Final = {_MACHINE: _machine, _DEFINITION: _definition, _QUEUE: _queue}
