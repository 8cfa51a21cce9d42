"""What EventBridge hears of executions.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.conformance.test_state_machines import role

Json = dict[str, Any]
PATTERN = {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"]}


class Listener:
    """A queue that gets the events about executions."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws = aws
        self.states, self.sqs, self.rules = (aws.client(name) for name in ("stepfunctions", "sqs", "events"))
        self.name = f"executions-{uuid.uuid4()}"
        self.url = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]
        self.rules.put_rule(Name=self.name, EventPattern=json.dumps(PATTERN))
        arn = f"arn:aws:sqs:us-east-1:123456789012:{self.name}"
        self.rules.put_targets(Rule=self.name, Targets=[{"Id": "1", "Arn": arn}])
        self.heard: list[Json] = []

    def machine(self, states: Json, **more: Any) -> str:
        definition = json.dumps({"StartAt": next(iter(states)), "States": states, **more.pop("top", {})})
        rights = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": "*"}
        machine_role = role(self.aws)
        self.aws.client("iam").put_role_policy(
            RoleName=machine_role.rpartition("/")[2],
            PolicyName="children",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [rights]}),
        )
        made = self.states.create_state_machine(
            name=f"m-{uuid.uuid4()}", definition=definition, roleArn=machine_role, **more
        )
        return str(made["stateMachineArn"])

    def start(self, states: Json, payload: str = '{"a": "ü"}', **more: Any) -> str:
        arn = self.machine(states, **more)
        return str(self.states.start_execution(stateMachineArn=arn, input=payload)["executionArn"])

    def events(self, count: int) -> list[Json]:
        """The details of the first so many events that were heard."""
        deadline = time.monotonic() + 20
        while len(self.heard) < count:
            assert time.monotonic() < deadline, [event["detail"]["status"] for event in self.heard]
            got = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", [])
            self.heard += [json.loads(message["Body"]) for message in got]
        return self.heard

    def close(self) -> None:
        self.rules.remove_targets(Rule=self.name, Ids=["1"])
        self.rules.delete_rule(Name=self.name)


@pytest.fixture
def listener(aws: EmbeddedAws) -> Iterator[Listener]:
    made = Listener(aws)
    yield made
    made.close()


Start = Callable[..., str]


def test_start_and_success_are_told_with_input_and_output(listener: Listener) -> None:
    arn = listener.start({"A": {"Type": "Pass", "Result": {"b": [1, "ä"]}, "End": True}})
    running, succeeded = listener.events(2)
    assert [event["source"] for event in (running, succeeded)] == ["aws.states"] * 2
    assert running["detail-type"] == "Step Functions Execution Status Change"
    assert (running["resources"], succeeded["resources"]) == ([arn], [arn])
    assert (running["account"], running["region"]) == ("123456789012", "us-east-1")
    described = listener.states.describe_execution(executionArn=arn)
    detail = succeeded["detail"]
    assert detail["executionArn"] == arn
    assert detail["stateMachineArn"] == described["stateMachineArn"]
    assert detail["name"] == described["name"]
    assert (detail["input"], detail["output"]) == ('{"a": "ü"}', '{"b":[1,"ä"]}')
    assert (detail["inputDetails"], detail["outputDetails"]) == ({"included": True}, {"included": True})
    assert detail["startDate"] == round(described["startDate"].timestamp() * 1000)
    assert detail["stopDate"] == round(described["stopDate"].timestamp() * 1000)
    assert running["detail"]["startDate"] == detail["startDate"]
    assert {name: running["detail"][name] for name in ("status", "stopDate", "output", "outputDetails")} == {
        "status": "RUNNING",
        "stopDate": None,
        "output": None,
        "outputDetails": None,
    }


def test_version_and_alias_are_told(listener: Listener) -> None:
    machine = listener.machine({"A": {"Type": "Pass", "End": True}})
    version = listener.states.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"]
    alias = listener.states.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}]
    )["stateMachineAliasArn"]
    listener.states.start_execution(stateMachineArn=alias)
    for event in listener.events(2):
        names = ("stateMachineArn", "stateMachineVersionArn", "stateMachineAliasArn")
        assert [event["detail"][name] for name in names] == [machine, version, alias]


def test_a_failure_is_told_with_its_error_and_cause(listener: Listener) -> None:
    listener.start({"A": {"Type": "Fail", "Error": "Bad", "Cause": "It is."}})
    detail = listener.events(2)[1]["detail"]
    assert (detail["status"], detail["error"], detail["cause"], detail["output"]) == ("FAILED", "Bad", "It is.", None)


def test_the_end_of_the_time_is_told(listener: Listener) -> None:
    listener.start({"A": {"Type": "Wait", "Seconds": 60, "End": True}}, top={"TimeoutSeconds": 1})
    assert [event["detail"]["status"] for event in listener.events(2)] == ["RUNNING", "TIMED_OUT"]


def test_a_stop_is_told_with_its_reason(listener: Listener) -> None:
    arn = listener.start({"A": {"Type": "Wait", "Seconds": 60, "End": True}})
    listener.states.stop_execution(executionArn=arn, error="Enough", cause="of it")
    detail = listener.events(2)[1]["detail"]
    assert (detail["status"], detail["error"], detail["cause"]) == ("ABORTED", "Enough", "of it")


def test_express_executions_are_not_told_of(listener: Listener) -> None:
    done = {"A": {"Type": "Pass", "End": True}}
    express = listener.machine(done, type="EXPRESS")
    listener.states.start_execution(stateMachineArn=express)
    listener.start(done)
    assert all(event["detail"]["stateMachineArn"] != express for event in listener.events(2))


def test_standard_child_executions_are_executions(listener: Listener) -> None:
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "B",
        "States": {"B": {"Type": "Pass", "End": True}},
    }
    arn = listener.start({"A": {"Type": "Map", "Label": "L", "ItemProcessor": processor, "End": True}}, "[1, 2]")
    events = listener.events(6)
    children = [event["detail"] for event in events if event["detail"]["executionArn"] != arn]
    assert sorted((detail["status"], detail["input"]) for detail in children) == [
        ("RUNNING", "1"),
        ("RUNNING", "2"),
        ("SUCCEEDED", "1"),
        ("SUCCEEDED", "2"),
    ]
    assert all(detail["stateMachineArn"].endswith("/L") for detail in children)
