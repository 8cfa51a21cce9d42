"""The state that is tested, alone or by its name in a definition, and a workflow in which nothing else happens."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.exceptions import ValidationException
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from constructs_lib.local.states.definitions.acceptance import InvalidDefinitionError

Json = dict[str, Any]

NAME = "StateName"
"""What a state is called while it is tested, whatever its name is in its workflow."""

_TYPES = ("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map")
_ENDS = ("Succeed", "Fail")
_STUB = {"Type": "Succeed"}


@dataclass(frozen=True)
class TestedState:
    """A state.

    Args:
        state: its definition.
        workflow: the definition of a workflow that starts with it, as `NAME`, where everything that it leads to is a
            Succeed.
        is_in_map: whether it is one that each iteration of a Map runs.
    """

    __test__ = False

    state: Json
    workflow: str
    is_in_map: bool

    @property
    def kind(self) -> str:
        """Its type, such as ``Task``."""
        return str(self.state["Type"])


def find(definition: str, name: str | None) -> TestedState:
    """Find a state, and check it.

    Args:
        definition: of the state, or of the state machine that it is in.
        name: of the state in a state machine. Default: the definition is that of the state.

    Raises:
        InvalidDefinitionError: Step Functions would refuse it.
        ValidationException: the state machine has no such state.
    """
    try:
        parsed = json.loads(definition)
    except ValueError as error:
        raise _invalid(f"INVALID_JSON_DESCRIPTION: {error}") from None
    if not isinstance(parsed, dict):
        raise _invalid("INVALID_JSON_DESCRIPTION: The definition is no JSON object")
    whole = name is not None
    state, is_in_map = (parsed, False) if name is None else _in_workflow(parsed, name)
    name = NAME if name is None else name
    if not isinstance(state, dict) or state.get("Type") not in _TYPES:
        allowed = ", ".join(_TYPES)
        message = f"The field 'Type' should have one of these values: [{allowed}] at /States/{name}/Type"
        raise _invalid(f"SCHEMA_VALIDATION_FAILED: {message}")
    if state["Type"] == "Parallel" and not state.get("Branches"):
        raise _invalid(f"SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/{name}/Branches")
    language = {"QueryLanguage": parsed["QueryLanguage"]} if whole and "QueryLanguage" in parsed else {}
    targets = dict.fromkeys(_targets(state), _STUB)
    if not (targets or state.get("End") or state["Type"] in _ENDS):
        raise _invalid("MISSING_END_STATE: Workflow has no terminal state at null")
    # Refused by the name that its user gave it, and run by the one that AWS does.
    for called in (name, NAME):
        workflow = json.dumps({**language, "StartAt": called, "States": {**targets, called: state}})
        if called == name:
            StepFunctionsParserBackend._validate_definition(workflow)  # noqa: SLF001 the check of CreateStateMachine
    return TestedState(state, workflow, is_in_map)


def _in_workflow(workflow: Json, name: str) -> tuple[Any, bool]:
    found = next(((state, is_in_map) for found, state, is_in_map in _states(workflow) if found == name), None)
    if found is None:
        raise ValidationException("State not found in definition")
    return found


def _states(workflow: Json, *, is_in_map: bool = False) -> Iterator[tuple[str, Any, bool]]:
    """Every state, also those inside of Map and Parallel states, and whether there is a Map around it."""
    states = workflow.get("States")
    for name, state in (states if isinstance(states, dict) else {}).items():
        yield name, state, is_in_map
        if not isinstance(state, dict):
            continue
        for workflow_inside in (state.get("ItemProcessor"), state.get("Iterator")):
            if isinstance(workflow_inside, dict):
                yield from _states(workflow_inside, is_in_map=True)
        for workflow_inside in _list(state.get("Branches")):
            if isinstance(workflow_inside, dict):
                yield from _states(workflow_inside, is_in_map=is_in_map)


def _targets(state: Json) -> Iterator[str]:
    rules = [*_list(state.get("Choices")), *_list(state.get("Catch"))]
    for owner in (state, *rules):
        for key in ("Next", "Default"):
            if isinstance(owner, dict) and isinstance(owner.get(key), str):
                yield owner[key]


def _list(value: Any) -> list[Any]:
    """A list; of anything else, which the check refuses, nothing."""
    return value if isinstance(value, list) else []


def _invalid(problem: str) -> InvalidDefinitionError:
    return InvalidDefinitionError(f"Invalid State Machine Definition: '{problem}'")
