"""The check that a definition can be drawn: it has a start, states of known types, and targets that exist."""

from collections.abc import Iterator, Mapping
from typing import Any

_TYPES = ("Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait")


class DefinitionError(Exception):
    """A definition that Step Functions would reject; the message is one line with the reason."""


def check(definition: Mapping[str, Any], where: str) -> None:
    """Check a definition in the Amazon States Language.

    Args:
        definition: parsed.
        where: its name in errors.

    Raises:
        DefinitionError: a part is missing or invalid.
    """
    states = _object(definition.get("States"), f"{where}: States")
    for name, state in states.items():
        _check_state(_object(state, f"{where}: {name}"), states, f"{where}: {name}")
    _check_target(definition.get("StartAt"), states, f"{where}: StartAt")


def _check_state(state: Mapping[str, Any], states: Mapping[str, Any], where: str) -> None:
    if state.get("Type") not in _TYPES:
        raise DefinitionError(f"{where}: Type: expected one of {', '.join(_TYPES)}, got {state.get('Type')!r}")
    for member in ("Next", "Default"):
        if member in state:
            _check_target(state[member], states, f"{where}: {member}")
    for member in ("Choices", "Catch"):
        for number, rule in enumerate(_list(state.get(member, []), f"{where}: {member}")):
            place = f"{where}: {member}[{number}]"
            _check_target(_object(rule, place).get("Next"), states, f"{place}: Next")
            if member == "Catch":
                _check_names(rule.get("ErrorEquals"), f"{place}: ErrorEquals")
    for inner, place in _inside(state, where):
        check(_object(inner, place), place)


def _inside(state: Mapping[str, Any], where: str) -> Iterator[tuple[Any, str]]:
    if state["Type"] == "Map":
        member = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
        yield state.get(member), f"{where}: {member}"
        _object(state.get("ItemProcessor", {}).get("ProcessorConfig", {}), f"{where}: {member}: ProcessorConfig")
    elif state["Type"] == "Parallel":
        for number, branch in enumerate(_list(state.get("Branches"), f"{where}: Branches")):
            yield branch, f"{where}: Branches[{number}]"


def _check_target(name: Any, states: Mapping[str, Any], where: str) -> None:
    if not isinstance(name, str) or name not in states:
        raise DefinitionError(f"{where}: expected the name of a state beside it, got {name!r}")


def _check_names(names: Any, where: str) -> None:
    if not all(isinstance(name, str) for name in _list(names, where)):
        raise DefinitionError(f"{where}: expected names of errors, got {names!r}")


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise DefinitionError(f"{where}: expected an object, got {value!r}")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise DefinitionError(f"{where}: expected an array, got {value!r}")
    return value
