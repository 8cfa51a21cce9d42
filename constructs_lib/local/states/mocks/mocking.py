"""Giving the states of a name their answers, after a look at whether there are such states."""

import difflib
import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.states.mocks.answers import MOCKS, Answer, Mock, MockResult

_MOCKED = ("Task", "Map", "Parallel")


def mocking(state: str, answers: Sequence[Answer], state_machine: str | None = None) -> AbstractContextManager[Mock]:
    """Give the states of a name their answers while the context is open.

    Args:
        state: the name.
        answers: in turn; the last one stays.
        state_machine: the ARN or the name of the state machine. Default: any that has such a state.

    Raises:
        LookupError: no state machine has such a state.
        ValueError: such a state does nothing that could be answered for, or an answer is none for it.
    """
    machine = None if state_machine is None else state_machine.rpartition(":stateMachine:")[2].partition(":")[0]
    kinds = dict(_states(machine))
    if state not in kinds:
        raise LookupError(_missing(state, machine, list(kinds)))
    if kinds[state] not in _MOCKED:
        raise ValueError(f"state {state!r} is a {kinds[state]} state: only {', '.join(_MOCKED)} states can be mocked")
    if not answers:
        raise ValueError(f"state {state!r}: give it a result, an error, or several answers in turn")
    for answer in answers:
        _check(state, kinds[state], answer)
    return MOCKS.during(Mock(state, answers, machine))


def _check(state: str, kind: str, answer: Answer) -> None:
    if not isinstance(answer, MockResult) or callable(answer.value):
        return
    try:
        json.dumps(answer.value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"state {state!r}: its result is no JSON value: {error}") from None
    if kind == "Parallel" and not isinstance(answer.value, list):
        raise ValueError(f"state {state!r}: the result of a Parallel state is a list, got {answer.value!r}")


def _missing(state: str, machine: str | None, names: list[str]) -> str:
    where = "no state machine" if machine is None else f"no state machine {machine!r}"
    if not names:
        return f"{where} has a state {state!r}: none is deployed yet"
    near = difflib.get_close_matches(state, names, n=3) or sorted(names)
    return f"{where} has a state {state!r}: there are {', '.join(map(repr, near))}"


def _states(machine: str | None) -> Iterator[tuple[str, str]]:
    """Name and type of every state of the state machines that are there."""
    accounts = list(stepfunctions_parser_backends.values())
    backends = [backend for regions in accounts for backend in list(regions.values())]
    for found in [found for backend in backends for found in list(backend.state_machines)]:
        if machine is None or found.name == machine:
            yield from _states_in(json.loads(found.definition))


def _states_in(workflow: Any) -> Iterator[tuple[str, str]]:
    states = workflow.get("States") if isinstance(workflow, dict) else None
    for name, state in (states or {}).items():
        yield name, str(state.get("Type"))
        for inner in (state.get("ItemProcessor"), state.get("Iterator"), *(state.get("Branches") or ())):
            yield from _states_in(inner)
