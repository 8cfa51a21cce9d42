"""What AWS refuses in a definition that is well-formed: transitions, names and ends that make no workflow.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from collections.abc import Iterator
from typing import Any

from constructs_lib.limits import STEP_FUNCTIONS_STATE_NAME_CHARACTERS
from constructs_lib.local.states.definitions.fields import machine_problems
from constructs_lib.local.states.definitions.problems import INVALID, Problem

Json = dict[str, Any]


def problems(definition: Json) -> list[Problem]:
    """Find everything that AWS would refuse; empty when it accepts the definition."""
    if found := list(machine_problems(definition)):
        return found
    workflows = list(_workflows(definition, ""))
    return [*(problem for item in workflows for problem in _in_workflow(*item)), *_repeated_names(workflows)]


def _workflows(workflow: Json, at: str) -> Iterator[tuple[Json, str]]:
    """The state machine itself, and the ones inside of its Map and Parallel states."""
    yield workflow, at
    for name, state in _states(workflow).items():
        inside = f"{at}/States/{name}"
        for key in ("ItemProcessor", "Iterator"):
            if isinstance(state.get(key), dict):
                yield from _workflows(state[key], f"{inside}/{key}")
        for number, branch in enumerate(state.get("Branches") or ()):
            yield from _workflows(branch, f"{inside}/Branches[{number}]")


def _states(workflow: Json) -> dict[str, Json]:
    states: dict[str, Json] = workflow.get("States") or {}
    return states


def _in_workflow(workflow: Json, at: str) -> Iterator[Problem]:
    states = _states(workflow)
    for name in states:
        if len(name) > STEP_FUNCTIONS_STATE_NAME_CHARACTERS:
            message = f"State name is longer than {STEP_FUNCTIONS_STATE_NAME_CHARACTERS} characters"
            yield Problem(INVALID, message, f"{at}/States/{name}")
    targets = list(_targets(workflow, at))
    for target, location in targets:
        if target not in states:
            yield Problem("MISSING_TRANSITION_TARGET", f"Missing 'Next' target: {target}", location)
    if not any(state.get("End") is True or state.get("Type") in ("Succeed", "Fail") for state in states.values()):
        yield Problem("MISSING_END_STATE", "Workflow has no terminal state")
        return
    reached = {target for target, _ in targets}
    for name in states.keys() - reached:
        yield Problem("MISSING_TRANSITION_TARGET", f'State "{name}" is not reachable.', f"{at}/States/{name}")


def _targets(workflow: Json, at: str) -> Iterator[tuple[str, str]]:
    """Every name that a transition leads to, and where it stands."""
    yield workflow.get("StartAt", ""), f"{at}/StartAt"
    for name, state in _states(workflow).items():
        inside = f"{at}/States/{name}"
        for key in ("Next", "Default"):
            if key in state:
                yield state[key], f"{inside}/{key}"
        for key in ("Choices", "Catch"):
            for number, rule in enumerate(state.get(key) or ()):
                if "Next" in rule:
                    yield rule["Next"], f"{inside}/{key}[{number}]/Next"


def _repeated_names(workflows: list[tuple[Json, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for workflow, at in workflows:
        for name in _states(workflow):
            if name in seen:
                yield Problem("DUPLICATE_STATE_NAME", f"Duplicate State name: {name}", f"{at}/States/{name}")
            seen.add(name)
