"""State machines of an account: those that people run, before those that work for others."""

import json
from datetime import timedelta
from typing import Any

import pytest

from constructs_lib.marks import Mark
from constructs_lib.ops.executions.machines import look_at_machines
from tests.unit.ops.accounts import NOW, Stubbed

_MESSENGER = {"Comment": Mark("Notifications", "1.0.0", "01234567", {}).comment("Writes messages."), "States": {}}
_MACHINES: dict[str, tuple[str, dict[str, Any], int | None]] = {
    # Its type, its definition, and how many minutes ago it ran.
    "Messenger": ("STANDARD", _MESSENGER, 1),
    "Starter": ("EXPRESS", {"States": {}}, None),
    "Tiles": ("STANDARD", {"Comment": "Of ours.", "States": {}}, 60),
    "Nightly": ("STANDARD", {"States": {}}, 600),
    "New": ("STANDARD", {"States": {}}, None),
}


def listed() -> dict[str, Any]:
    def executions(stateMachineArn: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - as boto3 is called
        minutes = _MACHINES[stateMachineArn.rpartition(":")[2]][2]
        if minutes is None:
            return {"executions": []}
        started = NOW - timedelta(minutes=minutes)
        return {"executions": [{"executionArn": "a", "name": "x", "status": "RUNNING", "startDate": started}]}

    machines = [
        {"stateMachineArn": f"arn:{name}", "name": name, "type": kind} for name, (kind, *_) in _MACHINES.items()
    ]
    return {
        "stepfunctions.list_state_machines": lambda **_: {"stateMachines": machines},
        "stepfunctions.list_executions": executions,
    }


def described(stateMachineArn: str) -> dict[str, Any]:  # noqa: N803 - as boto3 is called
    return {"definition": json.dumps(_MACHINES[stateMachineArn.rpartition(":")[2]][1])}


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({"stepfunctions.describe_state_machine": described}, ["Tiles", "Nightly", "New", "Messenger", "Starter"]),
        ({}, ["Messenger", "Tiles", "Nightly", "New", "Starter"]),
    ],
    ids=["definitions may be read", "they may not"],
)
def test_machines_that_work_for_others_come_last_as_far_as_that_is_known(
    more: dict[str, Any], names: list[str]
) -> None:
    found = look_at_machines(Stubbed({**listed(), **more}))
    assert [item.name for item in found] == names
    assert {item.name for item in found if item.helps} == ({"Messenger", "Starter"} if more else {"Starter"})
