"""Payloads and histories that are too long."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib import limits
from constructs_lib.local.states.executions import quotas

Start = Callable[..., Any]


def test_payload_of_exactly_the_quota(start: Start) -> None:
    largest = limits.STEP_FUNCTIONS_PAYLOAD_BYTES - len('"ü"'.encode())
    states = {"P": {"Type": "Pass", "Output": "{% $pad('ü', $states.input, 'x') %}", "End": True}}
    assert len(start(states, largest + 1).output()) == largest + 1
    error, cause = start(states, largest + 2).failure()
    assert error == "States.DataLimitExceeded"
    assert (
        cause == "The state/task 'P' returned a result with a size exceeding the maximum number of bytes service limit."
    )


def test_results_of_a_map_that_are_too_long_together(start: Start) -> None:
    body = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Output": "{% $pad('', 1000) %}", "End": True}}}
    states = {"M": {"Type": "Map", "ItemProcessor": body, "Items": "{% [1..300] %}", "Output": "small", "End": True}}
    assert start(states).failure()[0] == "States.DataLimitExceeded"


def test_input_that_is_too_long_is_refused(start: Start) -> None:
    with pytest.raises(ClientError, match="less than or equal to 262144"):
        start({"S": {"Type": "Succeed"}}, "x" * limits.STEP_FUNCTIONS_PAYLOAD_BYTES)


def test_history_that_is_full_fails_the_execution(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "STEP_FUNCTIONS_HISTORY_EVENTS", 60)
    states = {
        "A": {"Type": "Pass", "Assign": {"n": 1}, "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Condition": "{% $n > 0 %}", "Next": "A"}], "Default": "C"},
        "C": {"Type": "Succeed"},
    }
    execution = start(states)
    assert execution.failure() == (
        "States.Runtime",
        "The execution reached the maximum number of history events (60).",
    )
    events = execution.events()
    assert len(events) == 60
    assert events[-1]["type"] == "ExecutionFailed"


def test_history_that_is_full_ends_a_map(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "STEP_FUNCTIONS_HISTORY_EVENTS", 60)
    body = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    states = {
        "M": {
            "Type": "Map",
            "ItemProcessor": body,
            "Items": "{% [1..50] %}",
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}],
            "End": True,
        },
        "S": {"Type": "Succeed"},
    }
    execution = start(states)
    assert execution.failure()[0] == "States.Runtime"
    assert len(execution.events()) == 60
