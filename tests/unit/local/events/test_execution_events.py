"""The event about the status of an execution, and what it leaves out when input and output are long."""

import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from constructs_lib.limits import STEP_FUNCTIONS_EVENT_PAYLOAD_BYTES
from constructs_lib.local.account import Location
from constructs_lib.local.events.default_bus import DefaultBus
from constructs_lib.local.events.execution_events import ExecutionChange, ExecutionEvents

ARN = "arn:aws:states:us-east-1:123456789012:{}"
STARTED, STOPPED = datetime(2026, 1, 31, 12, 0, 0, 250_000, UTC), datetime(2026, 1, 31, 12, 0, 1, tzinfo=UTC)


class Bus:
    """Keeps what it is sent."""

    def __init__(self, *, heard: bool = True) -> None:
        self.heard = heard
        self.sent: list[tuple[Any, ...]] = []

    def is_heard(self, **_: Any) -> bool:
        return self.heard

    def send(self, *event: Any) -> None:
        self.sent.append(event)


def change(status: str = "SUCCEEDED", **others: Any) -> ExecutionChange:
    given = {
        "arn": ARN.format("execution:machine:name"),
        "machine_arn": ARN.format("stateMachine:machine"),
        "name": "name",
        "started": STARTED,
        "stopped": None if status == "RUNNING" else STOPPED,
        "given": "{}",
        "output": "[1]" if status == "SUCCEEDED" else None,
        "error": None,
        "cause": None,
    }
    return ExecutionChange(status=status, **{**given, **others})


def detail(of: ExecutionChange) -> dict[str, Any]:
    bus = Bus()
    ExecutionEvents(cast("DefaultBus", bus)).changed(lambda: of)
    [(location, source, kind, resources, found)] = bus.sent
    assert location == Location("123456789012", "us-east-1")
    assert (source, kind, resources) == ("aws.states", "Step Functions Execution Status Change", [of.arn])
    return dict(found)


def test_the_event_has_the_members_that_aws_sends() -> None:
    assert detail(change()) == {
        "executionArn": "arn:aws:states:us-east-1:123456789012:execution:machine:name",
        "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:machine",
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "name": "name",
        "status": "SUCCEEDED",
        "startDate": 1769860800250,
        "stopDate": 1769860801000,
        "input": "{}",
        "output": "[1]",
        "inputDetails": {"included": True},
        "outputDetails": {"included": True},
        "error": None,
        "cause": None,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
    }


def test_an_execution_that_runs_has_neither_end_nor_output() -> None:
    found = detail(change("RUNNING"))
    assert [found[name] for name in ("stopDate", "output", "outputDetails")] == [None, None, None]
    assert found["redriveStatusReason"] == "Execution is RUNNING and cannot be redriven"


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_an_execution_that_did_not_succeed_can_be_redriven(status: str) -> None:
    found = detail(change(status, error="E", cause="C"))
    assert [found[name] for name in ("error", "cause", "redriveStatus", "redriveStatusReason")] == [
        "E",
        "C",
        "REDRIVABLE",
        None,
    ]


def text_of(escaped_bytes: int) -> str:
    """JSON text that takes so many bytes inside of other JSON: its own two quotes take four, and two are around it."""
    return json.dumps("x" * (escaped_bytes - 6))


MOST = STEP_FUNCTIONS_EVENT_PAYLOAD_BYTES


@pytest.mark.parametrize(
    ("given", "output", "included"),
    [
        (MOST // 2, MOST // 2, (True, True)),
        (MOST // 2, MOST // 2 + 1, (False, True)),
        (10, MOST, (False, True)),
        (10, MOST + 1, (False, False)),
    ],
)
def test_what_is_too_long_is_left_out_the_input_first(given: int, output: int, included: tuple[bool, bool]) -> None:
    found = detail(change(given=text_of(given), output=text_of(output)))
    assert (found["inputDetails"]["included"], found["outputDetails"]["included"]) == included
    assert (found["input"] is not None, found["output"] is not None) == included


def test_nobody_is_asked_to_describe_what_nobody_hears() -> None:
    bus = Bus(heard=False)

    def describe() -> ExecutionChange:
        raise AssertionError("asked")

    ExecutionEvents(cast("DefaultBus", bus)).changed(describe)
    assert bus.sent == []
