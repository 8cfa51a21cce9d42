"""Subscriptions of templates: what is published arrives, filtered, until they are changed or deleted."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


def template(**properties: Any) -> str:
    subscription = {"TopicArn": {"Ref": "Topic"}, "Protocol": "sqs", **properties}
    subscription.setdefault("Endpoint", {"Fn::GetAtt": ["Queue", "Arn"]})
    resources = {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "readers"}},
        "Subscription": {"Type": "AWS::SNS::Subscription", "Properties": subscription},
    }
    return json.dumps({"Resources": resources, "Outputs": {"Subscription": {"Value": {"Ref": "Subscription"}}}})


def arrived(aws: EmbeddedAws, *messages: str) -> list[str]:
    """What is in the queue, after messages of these kinds have been published."""
    topic, queue = "arn:aws:sns:us-east-1:123456789012:news", "readers"
    for message in messages:
        kind = {"kind": {"DataType": "String", "StringValue": message}}
        aws.client("sns").publish(TopicArn=topic, Message=message, MessageAttributes=kind)
    answer = aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_a_template_subscribes_changes_and_unsubscribes(aws: EmbeddedAws) -> None:
    cloudformation = aws.client("cloudformation")
    policy = {"kind": ["urgent"]}
    given = {"FilterPolicy": policy, "FilterPolicyScope": "MessageAttributes", "RawMessageDelivery": True}
    cloudformation.create_stack(StackName="News", TemplateBody=template(**given))
    [subscription] = aws.client("sns").list_subscriptions()["Subscriptions"]
    [output] = cloudformation.describe_stacks(StackName="News")["Stacks"][0]["Outputs"]
    assert output["OutputValue"] == subscription["SubscriptionArn"]
    assert arrived(aws, "urgent", "idle") == ["urgent"]

    cloudformation.update_stack(StackName="News", TemplateBody=template(RawMessageDelivery="false"))
    assert [json.loads(body)["Message"] for body in arrived(aws, "idle")] == ["idle"]

    cloudformation.delete_stack(StackName="News")
    assert aws.client("sns").list_subscriptions()["Subscriptions"] == []
