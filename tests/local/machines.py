"""State machines of one state for the tests of service integrations: made by boto3, with a role of their own."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from constructs_lib.testing.local_aws import LocalAws
from tests.waiting import until

_ENDED = {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}


@dataclass(frozen=True)
class Ended:
    """An execution that has ended."""

    status: str
    output: Any
    error: str | None
    cause: str | None

    @property
    def told(self) -> Any:
        """The cause as JSON."""
        return json.loads(self.cause or "null")


class Machines:
    """Makes roles and runs states by them.

    Args:
        local_aws: where.
    """

    def __init__(self, local_aws: LocalAws) -> None:
        self.local_aws = local_aws
        self.states = local_aws.client("stepfunctions")

    def role(self, service: str, *actions: str, resource: str | list[str] = "*") -> str:
        """Make a role that a service takes on, and that may do some actions."""
        iam, name = self.local_aws.client("iam"), f"r{uuid.uuid4().hex}"
        trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        if actions:
            allowed = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
        return arn

    def start(self, states: dict[str, Any], given: Any = None, *, role: str) -> str:
        """Start states, JSONata by default; the ARN of the execution."""
        definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
        machine = self.states.create_state_machine(
            name=f"m{uuid.uuid4().hex}", definition=json.dumps(definition), roleArn=role
        )["stateMachineArn"]
        started = self.states.start_execution(stateMachineArn=machine, input=json.dumps({} if given is None else given))
        return str(started["executionArn"])

    def wait(self, execution: str) -> Ended:
        """Wait for the end of an execution."""
        described: list[dict[str, Any]] = [{}]

        def has_ended() -> bool:
            described[0] = self.states.describe_execution(executionArn=execution)
            return described[0]["status"] in _ENDED

        until(has_ended)
        [found] = described
        output = json.loads(found["output"]) if "output" in found else None
        return Ended(found["status"], output, found.get("error"), found.get("cause"))

    def run(self, states: dict[str, Any], given: Any = None, *, role: str) -> Ended:
        """Run states to their end."""
        return self.wait(self.start(states, given, role=role))

    def call(self, resource: str, arguments: Any, given: Any = None, *, role: str, **fields: Any) -> Ended:
        """Run one task."""
        return self.run(task(resource, arguments, **fields), given, role=role)

    def logs(self, group: str) -> Iterator[str]:
        """All lines of a log group."""
        logs = self.local_aws.client("logs")
        for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]:
            events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
            yield from (event["message"] for event in events)


class Inbox:
    """What arrives in a queue; read once."""

    def __init__(self, local_aws: LocalAws, url: str) -> None:
        self._sqs, self._url = local_aws.client("sqs"), url

    def read(self) -> list[Any]:
        messages = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]


def task(resource: str, arguments: Any, **fields: Any) -> dict[str, Any]:
    """One task that ends the machine; resources of integrations without their prefix."""
    arn = resource if resource.startswith("arn:") else f"arn:aws:states:::{resource}"
    return {"Task": {"Type": "Task", "Resource": arn, "Arguments": arguments, "End": True, **fields}}


def denied(ended: Ended, error: str, action: str) -> None:
    """See that a state failed since its role lacks a right."""
    assert (ended.status, ended.error) == ("FAILED", error), ended
    assert f" is not authorized to perform: {action} on resource: " in str(ended.cause)
    assert "because no identity-based policy allows the" in str(ended.cause)
