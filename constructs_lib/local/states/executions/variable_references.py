"""Which variables each state of a definition reads, as DescribeStateMachine tells.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.asl.static_analyser.variable_references_static_analyser import (
    VariableReferencesStaticAnalyser,
)

from constructs_lib.local.states.expressions.evaluation import parse

_EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)
_INNER = ("States", "Branches", "ItemProcessor", "Iterator")


def variable_references(definition: str) -> dict[str, list[str]]:
    """Return the names of variables by the names of the states that read them.

    Args:
        definition: which has been accepted.
    """
    found = {state: set(names) for state, names in _in_paths(definition).items()}
    described = json.loads(definition)
    assigned = {name.removesuffix(".$") for name in _assigned(described)}
    for state, expression in _expressions(described):
        names = parse(expression).reads.keys() & assigned
        if names:
            found.setdefault(state, set()).update(names)
    return {state: sorted(names) for state, names in found.items()}


def _in_paths(definition: str) -> dict[str, list[str]]:
    references: dict[str, list[str]] = VariableReferencesStaticAnalyser.process_and_get(definition=definition)
    return references


def _assigned(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.get("Assign", {}) if isinstance(value.get("Assign"), dict) else ()
    for inner in _members(value):
        yield from _assigned(inner)


def _expressions(workflow: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, state in workflow["States"].items():
        own = {key: value for key, value in state.items() if key not in _INNER}
        yield from ((name, expression) for expression in _texts(own))
        for inner in (*state.get("Branches", ()), *(state[key] for key in _INNER[2:] if key in state)):
            yield from _expressions(inner)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and (match := _EXPRESSION.fullmatch(value)):
        yield match[1]
    for inner in _members(value):
        yield from _texts(inner)


def _members(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield from value.values() if isinstance(value, dict) else value
