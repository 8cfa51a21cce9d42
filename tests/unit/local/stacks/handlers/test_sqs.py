"""Lives of queues and their policies."""

import json
from typing import Any

import pytest

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.stacks.accounts.regions import StacksOfAll
from constructs_lib.local.stacks.api.calls import CALLS
from constructs_lib.local.stacks.api.desk import Desk
from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.services import Services
from constructs_lib.local.unemulated.moto import Moto
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

QUEUE = {"Type": "AWS::SQS::Queue"}
REDRIVE = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}


def queue(services: Services, url: str, properties: Properties) -> dict[str, str]:
    sqs = services.client("sqs")
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert url.rpartition("/")[2] == told["QueueArn"].rpartition(":")[2]
    assert told["VisibilityTimeout"] == str(properties.get("VisibilityTimeout", 30))
    assert told["MessageRetentionPeriod"] == str(properties.get("MessageRetentionPeriod", 345_600))
    assert told["DelaySeconds"] == str(properties.get("DelaySeconds", 0))
    assert json.loads(told.get("RedrivePolicy", "{}")) == properties.get("RedrivePolicy", {})
    assert told.get("KmsMasterKeyId") == properties.get("KmsMasterKeyId")
    assert told.get("FifoQueue", "false") == str(properties.get("FifoQueue", False)).lower()
    assert told.get("ContentBasedDeduplication", "false") == properties.get("ContentBasedDeduplication", "false")
    tags: dict[str, str] = sqs.list_queue_tags(QueueUrl=url).get("Tags", {})
    return tags


def queue_policy(services: Services, physical_id: str, properties: Properties) -> None:
    del physical_id
    for url in properties.get("Queues") or [properties["Queue"]]:
        told = services.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert json.loads(told["Policy"]) == properties["PolicyDocument"]


def test_a_queue_is_where_its_services_are_asked() -> None:
    endpoint = "http://127.0.0.1:4566"
    stacks = StacksOfAll(Moto(), {}, RealClock(), endpoint).of(Location("999900001111", "eu-west-1"))
    template = {"Resources": {"Queue": QUEUE}, "Outputs": {"Url": {"Value": {"Fn::GetAtt": ["Queue", "QueueUrl"]}}}}
    desk = Desk(stacks, lambda _: lambda *_: None)
    CALLS["CreateStack"](desk, {"StackName": "mail", "TemplateBody": json.dumps(template)})
    stack = stacks.get("mail")
    assert stack.wait(20)
    url = stack.resources["Queue"].physical_id
    assert url.startswith(f"{endpoint}/999900001111/mail-Queue-")
    assert stack.outputs["Url"].value == url
    [listed] = stacks.world.services.client("sqs").list_queues()["QueueUrls"]
    assert listed.rpartition("/")[2] == url.rpartition("/")[2]


def allow(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sqs:SendMessage", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


SQS_LIVES = [
    Life(
        "AWS::SQS::Queue",
        {"VisibilityTimeout": 60},
        queue,
        needs={"Dead": QUEUE},
        names={"QueueName": "jobs"},
        changed=[
            {"VisibilityTimeout": 90, "DelaySeconds": "5"},
            {"VisibilityTimeout": None, "MessageRetentionPeriod": 3600},
            {"RedrivePolicy": REDRIVE},
            {"KmsMasterKeyId": "alias/aws/sqs"},
        ],
        replaced={"QueueName": "other"},
        attributes={
            "Arn": "arn:aws:sqs:eu-west-1:111122223333:lives-It-00000002",
            "QueueName": "lives-It-00000002",
            "QueueUrl": {"Ref": "It"},
        },
    ),
    Life(
        "AWS::SQS::Queue",
        {"FifoQueue": True},
        queue,
        names={"QueueName": "jobs.fifo"},
        changed={"ContentBasedDeduplication": "true"},
        replaced={"QueueName": "other.fifo"},
        attributes={"QueueName": "lives-It-00000001.fifo"},
    ),
    Life(
        "AWS::SQS::QueuePolicy",
        {"Queues": [{"Ref": "One"}, {"Ref": "Two"}], "PolicyDocument": allow("sns.amazonaws.com")},
        queue_policy,
        needs={"One": QUEUE, "Two": QUEUE},
        changed=[{"PolicyDocument": allow("events.amazonaws.com")}, {"Queues": [{"Ref": "Two"}]}],
        tags=False,
    ),
    Life(
        "AWS::SQS::QueueInlinePolicy",
        {"Queue": {"Ref": "One"}, "PolicyDocument": allow("sns.amazonaws.com")},
        queue_policy,
        needs={"One": QUEUE, "Two": QUEUE},
        changed={"PolicyDocument": allow("events.amazonaws.com")},
        replaced={"Queue": {"Ref": "Two"}},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", SQS_LIVES, ids=str)
def test_queues_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


def test_a_queue_keeps_its_policy_and_its_messages_when_it_changes(account: Account) -> None:
    policy = {"Queues": [{"Ref": "Queue"}], "PolicyDocument": allow("sns.amazonaws.com")}
    resources = {"Queue": QUEUE, "Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": policy}}
    account.deploy(resources)
    sqs, which = account.services.client("sqs"), {"QueueUrl": account.physical_id("Queue")}
    sqs.send_message(**which, MessageBody="kept")
    account.deploy({**resources, "Queue": {**QUEUE, "Properties": {"VisibilityTimeout": 5}}})
    told = sqs.get_queue_attributes(**which, AttributeNames=["All"])["Attributes"]
    assert (told["VisibilityTimeout"], json.loads(told["Policy"])) == ("5", policy["PolicyDocument"])
    assert [message["Body"] for message in sqs.receive_message(**which)["Messages"]] == ["kept"]


def test_a_queue_of_a_name_that_is_taken_is_refused(account: Account) -> None:
    named = {**QUEUE, "Properties": {"QueueName": "taken"}}
    with pytest.raises(HandlerError, match="already exists"):
        account.deploy({"One": named, "Two": named})
