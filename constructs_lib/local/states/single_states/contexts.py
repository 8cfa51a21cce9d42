"""The context object that a tested state is given in place of that of an execution.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

import copy
import json
from typing import Any

from moto.stepfunctions.exceptions import ValidationException

_TEXT, _NUMBER, _ANY = "string", "integer", "any"
_MEMBERS: dict[str, dict[str, str]] = {
    "Execution": {
        "Id": _TEXT,
        "Input": _ANY,
        "Name": _TEXT,
        "RoleArn": _TEXT,
        "StartTime": _TEXT,
        "RedriveCount": _NUMBER,
        "RedriveTime": _TEXT,
    },
    "State": {"EnteredTime": _TEXT, "Name": _TEXT, "RetryCount": _NUMBER},
    "StateMachine": {"Id": _TEXT, "Name": _TEXT},
    "Task": {"Token": _TEXT},
}
WAITING = (".sync", ".waitForTaskToken")
"""What the resource of a Task has that waits for what it has started."""


def read(text: str, state: dict[str, Any]) -> dict[str, Any]:
    """Read a context object.

    Args:
        text: JSON.
        state: the definition of the state that gets it.

    Raises:
        ValidationException: it is none, or not one of this state.
    """
    try:
        context = json.loads(text)
    except ValueError:
        raise _invalid("it is not valid JSON") from None
    if not isinstance(context, dict):
        raise _invalid("it must be a object")
    for name, value in context.items():
        _check_member(name, value)
    is_waiting = state.get("Type") == "Task" and any(pattern in state.get("Resource", "") for pattern in WAITING)
    if "Task" in context and not is_waiting:
        raise _invalid(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' "
            "service integration pattern"
        )
    return context


def _check_member(name: str, value: Any) -> None:
    if name == "Map":
        raise _invalid("'Map' field is not supported when mocking a Context object")
    if name not in _MEMBERS:
        raise _invalid(f"Field '{name}' is not allowed")
    if not isinstance(value, dict):
        raise _invalid(f"{name} must be a object")
    for member, inner in value.items():
        kind = _MEMBERS[name].get(member)
        if kind is None:
            raise _invalid(f"Field '{member}' is not allowed")
        if kind == _TEXT and not isinstance(inner, str):
            raise _invalid(f"{name}.{member} must be a string")
        if kind == _NUMBER and (isinstance(inner, bool) or not isinstance(inner, int)):
            raise _invalid(f"{name}.{member} must be a integer")


def _invalid(reason: str) -> ValidationException:
    return ValidationException(f"Invalid Context object provided: {reason}")


class _Shown(dict[str, Any]):
    """Members that are shown, beside those that the interpreter has written for itself."""

    def __init__(self, given: dict[str, Any], written: dict[str, Any]) -> None:
        super().__init__(given)
        self._written = written

    def __getitem__(self, name: str) -> Any:
        """What was given; where nothing was, what the interpreter has written."""
        return super().__getitem__(name) if name in self else self._written[name]

    def __setitem__(self, name: str, value: Any) -> None:
        """Keep what the interpreter writes apart from what was given."""
        self._written[name] = value

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        """Give a copy of what was given: it is what an expression sees."""
        return copy.deepcopy(dict(self.items()), memo)


class GivenContext(_Shown):
    """A context object that shows what was given and nothing else, whatever the interpreter writes into it.

    Args:
        given: the context object.
    """

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(given, {"Execution": {"Input": None}, "StateMachine": {"Id": "", "Name": ""}, "State": {}})

    def __getitem__(self, name: str) -> Any:
        """One of its objects."""
        found = super().__getitem__(name)
        return _Shown(found, self._written.get(name, {})) if name in self else found

    def __setitem__(self, name: str, value: Any) -> None:
        """Keep what the interpreter writes, where it can go on writing; show the item of a Map, which nobody gives."""
        if name == "Map":
            dict.__setitem__(self, name, value)
        else:
            self._written[name] = dict(value)
