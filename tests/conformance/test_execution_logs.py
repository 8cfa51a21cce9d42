"""What executions write into CloudWatch Logs.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html and
https://docs.aws.amazon.com/step-functions/latest/dg/cloudwatch-log-level.html
"""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.iam.machines import _LOG_ACTIONS
from tests.waiting import ended_execution

Json = dict[str, Any]
PASS = {"A": {"Type": "Pass", "Result": {"b": "ä"}, "End": True}}
FAIL = {"A": {"Type": "Fail", "Error": "Bad", "Cause": "It is."}}
Logged = Callable[..., list[Json]]


class Account:
    """State machines that log, and what they have logged."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws = aws
        self.states, self.logs, self.iam = (aws.client(name) for name in ("stepfunctions", "logs", "iam"))

    def role(self, actions: list[str]) -> str:
        name = f"role-{uuid.uuid4()}"
        principal = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(principal))
        rights = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        self.iam.put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=_policy(rights))
        return str(made["Role"]["Arn"])

    def group(self) -> str:
        name = f"/executions/{uuid.uuid4()}"
        self.logs.create_log_group(logGroupName=name)
        return name

    def machine(self, states: Json, group: str, *, role: str | None = None, **logging: Any) -> str:
        destination = {"logGroupArn": f"arn:aws:logs:us-east-1:123456789012:log-group:{group}:*"}
        made = self.states.create_state_machine(
            name=f"m-{uuid.uuid4()}",
            definition=json.dumps({"StartAt": next(iter(states)), "States": states}),
            roleArn=role or self.role([*_LOG_ACTIONS, "states:StartExecution"]),
            loggingConfiguration={"destinations": [{"cloudWatchLogsLogGroup": destination}], **logging},
        )
        return str(made["stateMachineArn"])

    def run(self, machine: str, payload: Any = None) -> str:
        arn = str(self.states.start_execution(stateMachineArn=machine, input=json.dumps(payload or {}))["executionArn"])
        ended_execution(self.states, arn)
        return arn

    def events(self, group: str) -> list[Json]:
        found = self.logs.filter_log_events(logGroupName=group)["events"]
        return [json.loads(event["message"]) for event in found]


def _policy(statement: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def logging(aws: EmbeddedAws) -> Account:
    return Account(aws)


@pytest.fixture
def logged(logging: Account) -> Logged:
    """Runs a state machine and gives what it has logged: a state machine that has failed is one, too."""

    def logged_(states: Json, **options: Any) -> list[Json]:
        group = logging.group()
        logging.run(logging.machine(states, group, **options))
        return logging.events(group)

    return logged_


def test_every_event_of_the_history_is_written_with_its_data(logging: Account) -> None:
    group = logging.group()
    machine = logging.machine(PASS, group, level="ALL", includeExecutionData=True)
    arn = logging.run(machine, {"a": "ü"})
    history = logging.states.get_execution_history(executionArn=arn)["events"]
    events = logging.events(group)
    assert [event["type"] for event in events] == [event["type"] for event in history]
    for logged, told in zip(events, history, strict=True):
        details = next((value for name, value in told.items() if name.endswith("EventDetails")), {})
        assert logged == {
            "id": str(told["id"]),
            "type": told["type"],
            "details": details,
            "previous_event_id": str(told["previousEventId"]),
            "event_timestamp": str(round(told["timestamp"].timestamp() * 1000)),
            "execution_arn": arn,
            "redrive_count": "0",
        }
    assert list(events[0]) == [
        "id",
        "type",
        "details",
        "previous_event_id",
        "event_timestamp",
        "execution_arn",
        "redrive_count",
    ]
    assert json.loads(events[0]["details"]["input"]) == {"a": "ü"}


def test_execution_data_stays_out_unless_it_is_asked_for(logged: Logged) -> None:
    events = logged(PASS, level="ALL", includeExecutionData=False)
    assert [sorted(event["details"]) for event in events] == [["roleArn"], ["name"], ["name"], []]


@pytest.mark.parametrize(
    ("states", "level", "expected"),
    [
        (PASS, "ALL", ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]),
        (PASS, "ERROR", []),
        (PASS, "FATAL", []),
        (FAIL, "ALL", ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]),
        (FAIL, "ERROR", ["FailStateEntered", "ExecutionFailed"]),
        (FAIL, "FATAL", ["ExecutionFailed"]),
        (FAIL, "OFF", []),
    ],
)
def test_a_level_takes_its_events(logged: Logged, states: Json, level: str, expected: list[str]) -> None:
    assert [event["type"] for event in logged(states, level=level)] == expected


def test_errors_and_causes_are_no_execution_data(logged: Logged) -> None:
    [failed] = logged(FAIL, level="FATAL", includeExecutionData=False)
    assert failed["details"] == {"error": "Bad", "cause": "It is."}


def test_executions_of_a_state_machine_write_into_streams_with_its_name(logging: Account) -> None:
    group = logging.group()
    machine = logging.machine(PASS, group, level="ALL")
    arns = {logging.run(machine) for _ in range(2)}
    assert {event["execution_arn"] for event in logging.events(group)} == arns
    name = machine.rpartition(":")[2]
    pattern = re.compile(rf"states/{name}/\d{{4}}-\d\d-\d\d-\d\d-\d\d/[0-9a-f]{{8}}")
    streams = logging.logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert all(pattern.fullmatch(stream["logStreamName"]) for stream in streams)


def test_a_changed_configuration_is_that_of_the_next_execution(logging: Account) -> None:
    group = logging.group()
    machine = logging.machine(PASS, group, level="ALL")
    described = logging.states.describe_state_machine(stateMachineArn=machine)["loggingConfiguration"]
    logging.states.update_state_machine(stateMachineArn=machine, loggingConfiguration={**described, "level": "FATAL"})
    logging.run(machine)
    assert logging.events(group) == []


def test_a_log_group_that_is_gone_fails_no_execution(logging: Account) -> None:
    group = logging.group()
    machine = logging.machine(PASS, group, level="ALL")
    logging.logs.delete_log_group(logGroupName=group)
    arn = logging.run(machine)
    assert logging.states.describe_execution(executionArn=arn)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("missing", _LOG_ACTIONS)
def test_a_role_that_may_not_log_makes_no_state_machine(logging: Account, missing: str) -> None:
    role = logging.role([action for action in _LOG_ACTIONS if action != missing])
    with pytest.raises(ClientError, match="not authorized to access the Log Destination"):
        logging.machine(PASS, logging.group(), role=role, level="ALL")


def test_child_executions_write_where_their_parent_does(logging: Account) -> None:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "B"}
    states = {
        "A": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {**processor, "States": {"B": {"Type": "Fail", "Error": "Bad"}}},
            "ToleratedFailurePercentage": 100,
            "End": True,
        }
    }
    group = logging.group()
    machine = logging.machine(states, group, level="FATAL")
    logging.run(machine, {"items": [1, 2]})
    events = logging.events(group)
    assert [event["type"] for event in events] == ["ExecutionFailed"] * 2
    assert len({event["execution_arn"] for event in events}) == 2
