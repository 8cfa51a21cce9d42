"""Lives of topics, their policies and subscriptions."""

import json
from typing import Any

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

TOPIC, QUEUE = {"Type": "AWS::SNS::Topic"}, {"Type": "AWS::SQS::Queue"}
SUBSCRIPTION = {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]}}


def topic(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    sns = services.client("sns")
    told = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert told["DisplayName"] == properties.get("DisplayName", "")
    assert told.get("KmsMasterKeyId") == properties.get("KmsMasterKeyId")
    assert told.get("FifoTopic", "false") == str(properties.get("FifoTopic", False)).lower()
    assert told.get("ContentBasedDeduplication", "false") == properties.get("ContentBasedDeduplication", "false")
    found = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert [{"Protocol": item["Protocol"], "Endpoint": item["Endpoint"]} for item in found] == properties.get(
        "Subscription", []
    )
    return {tag["Key"]: tag["Value"] for tag in sns.list_tags_for_resource(ResourceArn=arn)["Tags"]}


def topic_policy(services: Services, physical_id: str, properties: Properties) -> None:
    del physical_id
    for arn in properties.get("Topics") or [properties["TopicArn"]]:
        told = services.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
        if json.loads(told["Policy"])["Id"] == "__default_policy_ID":
            raise LookupError(arn)
        assert json.loads(told["Policy"]) == properties["PolicyDocument"]


def subscription(services: Services, arn: str, properties: Properties) -> None:
    told = services.client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert [told[name] for name in ("Endpoint", "Protocol", "TopicArn")] == [
        properties[name] for name in ("Endpoint", "Protocol", "TopicArn")
    ]
    assert told["RawMessageDelivery"] == properties.get("RawMessageDelivery", "false")
    assert json.loads(told.get("FilterPolicy") or "null") == properties.get("FilterPolicy")
    assert json.loads(told.get("RedrivePolicy") or "null") == properties.get("RedrivePolicy")


def allow(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sns:Publish", "Resource": "*"}
    return {"Version": "2012-10-17", "Id": "publishers", "Statement": [statement]}


SNS_LIVES = [
    Life(
        "AWS::SNS::Topic",
        {},
        topic,
        needs={"Queue": QUEUE},
        names={"TopicName": "news", "DisplayName": "News"},
        changed=[
            {"DisplayName": "Other news"},
            {"DisplayName": None},
            {"KmsMasterKeyId": "alias/aws/sns"},
            {"Subscription": [SUBSCRIPTION]},
        ],
        replaced={"TopicName": "other"},
        attributes={
            "TopicArn": "arn:aws:sns:eu-west-1:111122223333:lives-It-00000002",
            "TopicName": "lives-It-00000002",
        },
    ),
    Life(
        "AWS::SNS::Topic",
        {"FifoTopic": True},
        topic,
        names={"TopicName": "news.fifo"},
        changed={"ContentBasedDeduplication": "true"},
        attributes={"TopicName": "lives-It-00000001.fifo"},
    ),
    Life(
        "AWS::SNS::TopicPolicy",
        {"Topics": [{"Ref": "One"}, {"Ref": "Two"}], "PolicyDocument": allow("s3.amazonaws.com")},
        topic_policy,
        needs={"One": TOPIC, "Two": TOPIC},
        changed=[{"PolicyDocument": allow("events.amazonaws.com")}, {"Topics": [{"Ref": "Two"}]}],
        tags=False,
    ),
    Life(
        "AWS::SNS::TopicInlinePolicy",
        {"TopicArn": {"Ref": "One"}, "PolicyDocument": allow("s3.amazonaws.com")},
        topic_policy,
        needs={"One": TOPIC, "Two": TOPIC},
        changed={"PolicyDocument": allow("events.amazonaws.com")},
        replaced={"TopicArn": {"Ref": "Two"}},
        tags=False,
    ),
    Life(
        "AWS::SNS::Subscription",
        {"TopicArn": {"Ref": "One"}, **SUBSCRIPTION},
        subscription,
        needs={"One": TOPIC, "Two": TOPIC, "Queue": QUEUE},
        changed=[
            {"RawMessageDelivery": "true"},
            {"FilterPolicy": {"kind": ["rain"]}},
            {"FilterPolicy": {"kind": ["rain"]}, "FilterPolicyScope": "MessageBody"},
            {"RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Queue", "Arn"]}}},
        ],
        replaced={"TopicArn": {"Ref": "Two"}},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", SNS_LIVES, ids=str)
def test_topics_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)
