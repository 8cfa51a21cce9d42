"""The events of an Express execution are read from the log group of its state machine."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.histories.course import Course
from constructs_lib.ops.histories.histories import History, events
from tests.unit.ops.aws_of_tests import MadeUp, client_error

ARN = "arn:aws:states:eu-west-1:111122223333:express:Quick:monday:0fd1ec2c-8a8f-4a3b-b8ba-3b43dbd1ad11"
GROUP = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vendedlogs/states/Quick:*"
ALL = {"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": GROUP}}]}


def logged(number: int, kind: str, **details: Any) -> str:
    entry = {"id": str(number), "previous_event_id": str(number - 1), "type": kind, "execution_arn": ARN}
    return json.dumps({**entry, "event_timestamp": str(1_000 * number), "details": details})


MESSAGES = [
    logged(3, "PassStateExited", name="Only", output='{"day": 1}'),
    logged(1, "ExecutionStarted", input="{}"),
    "no JSON",
    logged(2, "PassStateEntered", name="Only", input="{}"),
    logged(9, "PassStateEntered", name="Other").replace("monday", "tuesday"),
    logged(4, "ExecutionSucceeded", output='{"day": 1}'),
]


def account_of(messages: list[str], configuration: dict[str, Any] = ALL) -> Any:
    return MadeUp(
        describe_state_machine=lambda **_: {"loggingConfiguration": configuration},
        filter_log_events=lambda **_: {"events": [{"message": message} for message in messages]},
    )


def test_events_are_as_a_history_has_them_in_their_order() -> None:
    account = account_of(MESSAGES)
    course = Course().take_all(events(account, ARN))
    assert (course.status, course.output, [visit.name for visit in course.visits]) == (
        "SUCCEEDED",
        '{"day": 1}',
        ["Only"],
    )
    machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:Quick"
    assert account.calls[0] == ("describe_state_machine", {"stateMachineArn": machine})
    assert account.calls[1][1]["logGroupName"] == "/aws/vendedlogs/states/Quick"


def test_a_history_that_is_read_again_has_what_is_new() -> None:
    messages = MESSAGES[:4]
    history = History(account_of(messages), ARN)
    assert [event["id"] for event in history.new()] == [1, 2, 3]
    messages += MESSAGES[4:]
    assert [event["id"] for event in history.new()] == [4]


def refuse(code: str) -> Callable[..., Any]:
    def call(**_: Any) -> None:
        raise client_error(code)

    return call


@pytest.mark.parametrize(
    ("account", "message"),
    [
        (account_of([], {"level": "OFF"}), "the state machine does not log"),
        (account_of([]), "has nothing of Quick:monday: events arrive some seconds late"),
        (MadeUp(describe_state_machine=refuse("StateMachineDoesNotExist")), "state machine does not exist any more"),
        (
            MadeUp(
                describe_state_machine=lambda **_: {"loggingConfiguration": ALL},
                filter_log_events=refuse("ResourceNotFoundException"),
            ),
            "the log group /aws/vendedlogs/states/Quick of Quick:monday does not exist any more",
        ),
    ],
)
def test_why_there_are_none_is_told(account: Any, message: str) -> None:
    with pytest.raises(OperationError, match=message):
        [*events(account, ARN)]
