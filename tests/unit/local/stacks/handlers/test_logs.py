"""Lives of what CloudWatch Logs has."""

import json
from typing import Any

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

GROUP = {"Type": "AWS::Logs::LogGroup"}
STREAM = {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def log_group(services: Services, name: str, properties: Properties) -> dict[str, str]:
    logs = services.client("logs")
    [found] = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"] or [None]
    if found is None:
        raise LookupError(name)
    assert found.get("retentionInDays") == properties.get("RetentionInDays")
    assert found.get("kmsKeyId") == properties.get("KmsKeyId")
    tags: dict[str, str] = logs.list_tags_for_resource(resourceArn=found["arn"].removesuffix(":*"))["tags"]
    return tags


def log_stream(services: Services, name: str, properties: Properties) -> None:
    found = services.client("logs").describe_log_streams(logGroupName=properties["LogGroupName"])["logStreams"]
    if name not in [stream["logStreamName"] for stream in found]:
        raise LookupError(name)


def metric_filter(services: Services, name: str, properties: Properties) -> None:
    found = services.client("logs").describe_metric_filters(
        logGroupName=properties["LogGroupName"], filterNamePrefix=name
    )["metricFilters"]
    if not found:
        raise LookupError(name)
    assert found[0]["filterPattern"] == properties["FilterPattern"]
    [transformation], [wanted] = found[0]["metricTransformations"], properties["MetricTransformations"]
    assert transformation["metricValue"] == wanted["MetricValue"]
    assert transformation.get("dimensions", {}) == {item["Key"]: item["Value"] for item in wanted.get("Dimensions", [])}


def subscription_filter(services: Services, name: str, properties: Properties) -> None:
    logs, group = services.client("logs"), properties["LogGroupName"]
    filters = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    found = {item["filterName"]: (item["filterPattern"], item["destinationArn"]) for item in filters}
    assert found[name] == (properties["FilterPattern"], properties["DestinationArn"])


def resource_policy(services: Services, name: str, properties: Properties) -> None:
    policies = services.client("logs").describe_resource_policies()["resourcePolicies"]
    documents = {policy["policyName"]: policy["policyDocument"] for policy in policies}
    assert json.loads(documents[name]) == properties["PolicyDocument"]


def query_definition(services: Services, name: str, properties: Properties) -> None:
    definitions = services.client("logs").describe_query_definitions()["queryDefinitions"]
    found = {each["queryDefinitionId"]: each for each in definitions}
    if name not in found:
        raise LookupError(name)
    kept = found[name]
    assert (kept["name"], kept["queryString"]) == (properties["Name"], properties["QueryString"])
    assert kept["logGroupNames"] == properties.get("LogGroupNames", [])


def destination(services: Services, name: str, properties: Properties) -> dict[str, str]:
    logs = services.client("logs")
    found = logs.describe_destinations(DestinationNamePrefix=name)["destinations"]
    if not found:
        raise LookupError(name)
    assert (found[0]["targetArn"], found[0]["roleArn"]) == (properties["TargetArn"], properties["RoleArn"])
    assert found[0].get("accessPolicy") == properties.get("DestinationPolicy")
    tags: dict[str, str] = logs.list_tags_for_resource(resourceArn=found[0]["arn"])["tags"]
    return tags


def allow(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "logs:PutLogEvents", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def transformation(**more: Any) -> list[dict[str, Any]]:
    return [{"MetricNamespace": "Weather", "MetricName": "Errors", "MetricValue": "1", **more}]


LOGS_LIVES = [
    Life(
        "AWS::Logs::LogGroup",
        {"RetentionInDays": 7},
        log_group,
        names={"LogGroupName": "/aws/batch/weather"},
        changed=[{"RetentionInDays": 30}, {"RetentionInDays": None}, {"KmsKeyId": KEY}],
        replaced={"LogGroupName": "other"},
        attributes={"Arn": "arn:aws:logs:eu-west-1:111122223333:log-group:lives-It-00000001:*"},
    ),
    Life(
        "AWS::Logs::LogStream",
        {"LogGroupName": {"Ref": "Group"}},
        log_stream,
        needs={"Group": GROUP},
        names={"LogStreamName": "stream"},
        replaced={"LogStreamName": "other"},
        tags=False,
    ),
    Life(
        "AWS::Logs::MetricFilter",
        {"LogGroupName": {"Ref": "Group"}, "FilterPattern": "ERROR", "MetricTransformations": transformation()},
        metric_filter,
        needs={"Group": GROUP},
        names={"FilterName": "errors"},
        changed=[
            {"FilterPattern": "FATAL"},
            {"MetricTransformations": transformation(Dimensions=[{"Key": "job", "Value": "$.job"}])},
        ],
        replaced={"FilterName": "others"},
        tags=False,
    ),
    Life(
        "AWS::Logs::SubscriptionFilter",
        {
            "LogGroupName": {"Ref": "Group"},
            "FilterPattern": "ERROR",
            "DestinationArn": {"Fn::GetAtt": ["One", "Arn"]},
            "RoleArn": "arn:aws:iam::111122223333:role/logs",
        },
        subscription_filter,
        needs={"Group": GROUP, "One": STREAM, "Two": STREAM},
        names={"FilterName": "errors"},
        changed=[{"FilterPattern": ""}, {"DestinationArn": {"Fn::GetAtt": ["Two", "Arn"]}}],
        replaced={"FilterName": "others"},
        tags=False,
    ),
    Life(
        "AWS::Logs::QueryDefinition",
        {"Name": "failed", "QueryString": "fields @message | filter status = 'FAILED'"},
        query_definition,
        needs={"Group": GROUP},
        changed=[{"QueryString": "stats count(*)"}, {"Name": "others"}, {"LogGroupNames": [{"Ref": "Group"}]}],
        tags=False,
    ),
    Life(
        "AWS::Logs::ResourcePolicy",
        {"PolicyName": "events", "PolicyDocument": allow("events.amazonaws.com")},
        resource_policy,
        changed={"PolicyDocument": allow("es.amazonaws.com")},
        replaced={"PolicyName": "others"},
        tags=False,
    ),
    Life(
        "AWS::Logs::Destination",
        {
            "DestinationName": "central",
            "RoleArn": "arn:aws:iam::111122223333:role/logs",
            "TargetArn": {"Fn::GetAtt": ["One", "Arn"]},
        },
        destination,
        needs={"One": STREAM, "Two": STREAM},
        changed=[{"TargetArn": {"Fn::GetAtt": ["Two", "Arn"]}}],
        replaced={"DestinationName": "other"},
        attributes={"Arn": "arn:aws:logs:eu-west-1:111122223333:destination:central"},
    ),
]


@pytest.mark.parametrize("life", LOGS_LIVES, ids=str)
def test_what_logs_has_lives_in_stacks(life: Life, account: Account) -> None:
    play(life, account)
