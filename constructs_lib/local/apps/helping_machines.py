"""State machines that work for others: those of triggers, notifications, watches and measurements.

Nobody means one of them by the name of a stack. Express ones start or measure something. Of the standard ones, those
that this library makes as a whole say so by the mark in the comment of their definition.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.marks import Mark

STATE_MACHINE = "AWS::StepFunctions::StateMachine"


def helpers_in(template: Any) -> Iterator[str]:
    """Logical ids of the state machines of a template that work for others."""
    resources = template.get("Resources", {}) if isinstance(template, Mapping) else {}
    for name, resource in resources.items():
        if resource["Type"] == STATE_MACHINE:
            properties = resource.get("Properties", {})
            definition = properties.get("DefinitionString") or properties.get("Definition")
            if is_helper(properties.get("StateMachineType"), _read(definition)):
                yield name


def is_helper(kind: object, definition: Any) -> bool:
    """Whether a state machine works for others.

    Args:
        kind: ``EXPRESS`` or ``STANDARD``.
        definition: as JSON values.
    """
    return kind == "EXPRESS" or (isinstance(definition, Mapping) and Mark.read(definition.get("Comment")) is not None)


def _read(definition: Any) -> Any:
    """A definition of a template as JSON values, without its references, which are within texts; None if it is none."""
    match definition:
        case {"Fn::Join": ["", [*parts]]}:
            text = "".join(part for part in parts if isinstance(part, str))
        case str(text) | {"Fn::Sub": str(text)}:
            pass
        case _:
            return definition
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
