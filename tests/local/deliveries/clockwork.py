"""An account in virtual time for tests of what happens by the clock: roles, machines, queues, in few words."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from tests.waiting import until

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ARN = "arn:aws:{}:us-east-1:123456789012:{}"


class Account:
    """What a test finds and makes."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws = aws
        self._numbers = count(1)

    def __getattr__(self, service: str) -> Any:
        """A client, such as ``sqs``."""
        made = self.aws.client({"sfn": "stepfunctions"}.get(service, service))
        setattr(self, service, made)
        return made

    @property
    def now(self) -> datetime:
        """The time."""
        return datetime.fromtimestamp(self.aws.clock.now(), tz=UTC)

    def name(self, what: str) -> str:
        """A new name."""
        return f"{what}-{next(self._numbers)}"

    def role(self, service: str, *actions: str, condition: dict[str, Any] | None = None) -> str:
        """A role that a service may take on, for some actions on everything."""
        trust: dict[str, Any] = {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        if condition:
            trust["Condition"] = condition
        name = self.name("role")
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
        self.allow(name, *actions)
        return str(made["Role"]["Arn"])

    def allow(self, role: str, *actions: str) -> None:
        """Let a role do this, and nothing else."""
        document = policy({"Effect": "Allow", "Action": list(actions) or ["none:None"], "Resource": "*"})
        self.iam.put_role_policy(RoleName=role.rpartition("/")[2], PolicyName="rights", PolicyDocument=document)

    def machine(self, seconds: int = 0, *, kind: str = "STANDARD", fails: bool = False) -> str:
        """A state machine that waits, and gives back what it was given."""
        done = {"Type": "Fail", "Error": "Told"} if fails else {"Type": "Succeed"}
        states = {"Wait": {"Type": "Wait", "Seconds": seconds, "Next": "Done"}, "Done": done}
        made = self.sfn.create_state_machine(
            name=self.name("machine"),
            definition=json.dumps({"StartAt": "Wait", "States": states}),
            roleArn=self.role("states"),
            type=kind,
        )
        return str(made["stateMachineArn"])

    def inputs(self, machine: str) -> list[Any]:
        """What the executions of a machine were given, the first one first."""
        pages = self.sfn.get_paginator("list_executions").paginate(stateMachineArn=machine)
        found = [item for page in pages for item in page["executions"]]
        described = (self.sfn.describe_execution(executionArn=item["executionArn"]) for item in reversed(found))
        return [json.loads(item["input"]) for item in described]

    def starts(self, machine: str) -> list[str]:
        """When its executions began, the first one first."""
        pages = self.sfn.get_paginator("list_executions").paginate(stateMachineArn=machine)
        found = [item["startDate"].astimezone(UTC) for page in pages for item in page["executions"]]
        return [f"{moment:%m-%d %H:%M}" for moment in sorted(found)]

    def queue(self, **attributes: str) -> str:
        """The ARN of a new queue."""
        suffix = ".fifo" if "FifoQueue" in attributes else ""
        name = f"{self.name('queue')}{suffix}"
        self.sqs.create_queue(QueueName=name, Attributes=attributes)
        return ARN.format("sqs", name)

    def url(self, queue: str) -> str:
        """The URL of a queue."""
        return str(self.sqs.get_queue_url(QueueName=queue.rpartition(":")[2])["QueueUrl"])

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """What is in a queue, and then no longer."""
        url, found = self.url(queue), []
        while received := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in received:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found += received
        return found

    def bodies(self, queue: str) -> list[Any]:
        """The bodies of what is in a queue, of JSON."""
        return [json.loads(message["Body"]) for message in self.messages(queue)]

    def attributes(self, queue: str) -> dict[str, str]:
        """The message attributes of the only message in a queue."""
        [message] = self.messages(queue)
        return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


class Stack:
    """A stack that is made, changed and deleted by its templates."""

    def __init__(self, account: Account, name: str) -> None:
        self._cloudformation = account.cloudformation
        self._name = name
        self._is_there = False

    def deploy(self, resources: dict[str, Any]) -> str:
        """Its status once its resources are these, or were to be."""
        call = self._cloudformation.update_stack if self._is_there else self._cloudformation.create_stack
        call(
            StackName=self._name,
            TemplateBody=json.dumps({"Resources": resources}),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        self._is_there = True
        until(lambda: not self._status().endswith("_IN_PROGRESS"))
        return self._status()

    def _status(self) -> str:
        return str(self._cloudformation.describe_stacks(StackName=self._name)["Stacks"][0]["StackStatus"])

    def reasons(self) -> list[str]:
        """Why something failed, the last one first."""
        events = self._cloudformation.describe_stack_events(StackName=self._name)["StackEvents"]
        return [event["ResourceStatusReason"] for event in events if "ResourceStatusReason" in event]

    def delete(self) -> None:
        """Delete it."""
        self._cloudformation.delete_stack(StackName=self._name)
        waiter = self._cloudformation.get_waiter("stack_delete_complete")
        waiter.wait(StackName=self._name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})


def policy(*statements: dict[str, Any]) -> str:
    """A document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def code_and_message(error: ClientError) -> tuple[str, str]:
    """What an error says."""
    return error.response["Error"]["Code"], error.response["Error"]["Message"]
