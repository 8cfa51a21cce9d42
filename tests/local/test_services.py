"""Service integrations of state machines: each really runs, and each is denied without its right."""

import json
from typing import Any

import pytest

from constructs_lib.testing.local_aws import LocalAws
from tests.local.machines import Ended, Machines

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def machines(local_aws: LocalAws) -> Machines:
    return Machines(local_aws)


@pytest.fixture(scope="module")
def nobody(machines: Machines) -> str:
    """A role that may do nothing."""
    return machines.role("states")


@pytest.fixture(scope="module")
def queue(local_aws: LocalAws) -> str:
    return str(local_aws.client("sqs").create_queue(QueueName="Inbox")["QueueUrl"])


@pytest.fixture(scope="module")
def topic(local_aws: LocalAws, queue: str) -> str:
    sns = local_aws.client("sns")
    arn = str(sns.create_topic(Name="News")["TopicArn"])
    sns.subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:us-east-1:123456789012:{queue.rpartition('/')[2]}",
        Attributes={"RawMessageDelivery": "true"},
    )
    return arn


class Inbox:
    """What arrives in the queue; read once."""

    def __init__(self, local_aws: LocalAws, url: str) -> None:
        self._sqs, self._url = local_aws.client("sqs"), url

    def read(self) -> list[Any]:
        messages = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]


@pytest.fixture
def inbox(local_aws: LocalAws, queue: str) -> Inbox:
    found = Inbox(local_aws, queue)
    found.read()
    return found


def denied(ended: Ended, error: str, action: str) -> None:
    assert (ended.status, ended.error) == ("FAILED", error), ended
    assert f" is not authorized to perform: {action} on resource: " in str(ended.cause)
    assert "because no identity-based policy allows the" in str(ended.cause)


def test_sqs(machines: Machines, queue: str, inbox: Inbox, nobody: str) -> None:
    role = machines.role("states", "sqs:SendMessage")
    message = {"QueueUrl": queue, "MessageBody": {"n": "{% $states.input.n %}"}}
    ended = machines.call("sqs:sendMessage", message, {"n": 1}, role=role)
    assert ended.status == "SUCCEEDED", ended
    assert {"MessageId", "MD5OfMessageBody"} <= ended.output.keys()
    assert inbox.read() == [{"n": 1}]
    denied(
        machines.call("sqs:sendMessage", message, {"n": 1}, role=nobody), "SQS.AmazonSQSException", "sqs:SendMessage"
    )
    gone = machines.call("sqs:sendMessage", {**message, "QueueUrl": f"{queue}-gone"}, {"n": 1}, role=role)
    assert gone.error == "SQS.QueueDoesNotExistException"


def test_sns(machines: Machines, topic: str, inbox: Inbox, nobody: str) -> None:
    role = machines.role("states", "sns:Publish")
    message = {"TopicArn": topic, "Message": {"n": 2}}
    ended = machines.call("sns:publish", message, role=role)
    assert ended.status == "SUCCEEDED", ended
    assert ended.output["MessageId"]
    assert inbox.read() == [{"n": 2}]
    denied(machines.call("sns:publish", message, role=nobody), "SNS.AuthorizationErrorException", "sns:Publish")
    gone = machines.call("sns:publish", {**message, "TopicArn": f"{topic}-gone"}, role=role)
    assert gone.error == "SNS.NotFoundException"


def test_events(machines: Machines, local_aws: LocalAws, inbox: Inbox, nobody: str) -> None:
    events = local_aws.client("events")
    events.put_rule(Name="orders", EventPattern=json.dumps({"source": ["shop"]}))
    events.put_targets(Rule="orders", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:123456789012:Inbox"}])
    entry = {"Source": "shop", "DetailType": "order", "Detail": {"n": 3}}
    role = machines.role("states", "events:PutEvents")
    ended = machines.call("events:putEvents", {"Entries": [entry]}, role=role)
    assert ended.status == "SUCCEEDED", ended
    assert ended.output["FailedEntryCount"] == 0
    [event] = inbox.read()
    assert (event["detail"], event["detail-type"]) == ({"n": 3}, "order")
    assert [arn.split(":")[5] for arn in event["resources"]] == ["stateMachine", "execution"]
    failed = machines.call("events:putEvents", {"Entries": [entry, {"Source": "shop", "Detail": {}}]}, role=role)
    assert failed.error == "EventBridge.FailedEntry"
    assert failed.told["FailedEntryCount"] == 1
    denied(
        machines.call("events:putEvents", {"Entries": [entry]}, role=nobody),
        "EventBridge.AccessDeniedException",
        "events:PutEvents",
    )
