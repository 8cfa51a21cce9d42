"""Lives of what EventBridge has: buses, rules, destinations, schedules and pipes."""

import json
from typing import Any

import pytest

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

BUS = {"Type": "AWS::Events::EventBus", "Properties": {"Name": "weather"}}
OTHER_BUS = {"Type": "AWS::Events::EventBus", "Properties": {"Name": "other"}}
QUEUE = {"Type": "AWS::SQS::Queue"}
RULE = "AWS::Events::Rule"
ONE, TWO = ({"Id": name, "Arn": {"Fn::GetAtt": [name, "Arn"]}} for name in ("One", "Two"))
ROLE = "arn:aws:iam::111122223333:role/events"
KEY_OF_API = {"ApiKeyAuthParameters": {"ApiKeyName": "key", "ApiKeyValue": "not-a-secret"}}
CONNECTION = {
    "Type": "AWS::Events::Connection",
    "Properties": {"AuthorizationType": "API_KEY", "AuthParameters": KEY_OF_API},
}


def tags_of(services: Services, arn: str) -> dict[str, str]:
    tags = services.client("events").list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def rule(services: Services, physical_id: str, properties: Properties) -> dict[str, str]:
    events, (bus, _, name) = services.client("events"), physical_id.rpartition("|")
    which = {"EventBusName": bus or "default"}
    assert which["EventBusName"] == properties.get("EventBusName", "default").rpartition("/")[2]
    found = events.describe_rule(Name=name, **which)
    assert json.loads(found.get("EventPattern", "null")) == properties.get("EventPattern")
    assert found.get("ScheduleExpression") == properties.get("ScheduleExpression")
    assert found["State"] == properties.get("State", "ENABLED")
    assert found.get("Description") == properties.get("Description")
    targets = sorted(events.list_targets_by_rule(Rule=name, **which)["Targets"], key=lambda target: target["Id"])
    assert targets == properties.get("Targets", [])
    return tags_of(services, found["Arn"])


def bus(services: Services, name: str, properties: Properties) -> dict[str, str]:
    found = services.client("events").describe_event_bus(Name=name)
    assert found.get("Description") == properties.get("Description")
    policy = json.loads(found["Policy"])["Statement"] if "Policy" in found else []
    assert policy == properties.get("Policy", {}).get("Statement", [])
    return tags_of(services, found["Arn"])


def bus_policy(services: Services, physical_id: str, properties: Properties) -> None:
    del physical_id
    found = services.client("events").describe_event_bus(Name=properties["EventBusName"])
    if "Policy" not in found:
        raise LookupError(properties["StatementId"])
    [statement] = json.loads(found["Policy"])["Statement"]
    wanted = properties.get("Statement") or {"Action": properties.get("Action")}
    assert (statement["Sid"], statement["Action"]) == (properties["StatementId"], wanted["Action"])


def archive(services: Services, name: str, properties: Properties) -> None:
    found = services.client("events").describe_archive(ArchiveName=name)
    assert found["EventSourceArn"] == properties["SourceArn"]
    assert found["RetentionDays"] == properties.get("RetentionDays", 0)
    assert (found.get("Description") or "") == properties.get("Description", "")


def connection(services: Services, name: str, properties: Properties) -> None:
    found = services.client("events").describe_connection(Name=name)
    assert found["AuthorizationType"] == properties["AuthorizationType"]
    assert (found.get("Description") or "") == properties.get("Description", "")


def destination(services: Services, name: str, properties: Properties) -> None:
    found = services.client("events").describe_api_destination(Name=name)
    for member in ("ConnectionArn", "HttpMethod", "InvocationEndpoint"):
        assert found[member] == properties[member]
    assert found.get("InvocationRateLimitPerSecond", 300) == properties.get("InvocationRateLimitPerSecond", 300)


def schedule(services: Services, name: str, properties: Properties) -> None:
    group = properties.get("GroupName", "default")
    found = services.client("scheduler").get_schedule(Name=name, GroupName=group)
    assert found["ScheduleExpression"] == properties["ScheduleExpression"]
    assert found["State"] == properties.get("State", "ENABLED")
    assert found["Target"]["Arn"] == properties["Target"]["Arn"]


def schedule_group(services: Services, name: str, properties: Properties) -> dict[str, str]:
    del properties
    scheduler = services.client("scheduler")
    arn = scheduler.get_schedule_group(Name=name)["Arn"]
    return {tag["Key"]: tag["Value"] for tag in scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"]}


def pipe(services: Services, name: str, properties: Properties) -> dict[str, str]:
    found = services.client("pipes").describe_pipe(Name=name)
    assert (found["Source"], found["Target"]) == (properties["Source"], properties["Target"])
    assert found["DesiredState"] == properties.get("DesiredState", "RUNNING")
    assert (found.get("Description") or "") == properties.get("Description", "")
    tags: dict[str, str] = found.get("Tags", {})
    return tags


def allow(sid: str, action: str) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
        "Action": action,
        "Resource": "arn:aws:events:eu-west-1:111122223333:event-bus/weather",
    }


EVENTS_LIVES = [
    Life(
        RULE,
        {"EventPattern": {"source": ["aws.batch"]}, "Targets": [ONE]},
        rule,
        needs={"One": QUEUE, "Two": QUEUE},
        names={"Name": "jobs", "Description": "Of jobs."},
        changed=[
            {"EventPattern": {"source": ["aws.s3"]}},
            {"Targets": [TWO]},
            {"Targets": [ONE, {**TWO, "InputPath": "$.detail"}], "State": "DISABLED"},
            {"EventPattern": None, "ScheduleExpression": "rate(1 hour)", "Targets": None},
        ],
        replaced={"Name": "others"},
        attributes={"Arn": "arn:aws:events:eu-west-1:111122223333:rule/lives-It-00000003"},
    ),
    Life(
        RULE,
        {"EventPattern": {"source": ["weather"]}, "EventBusName": {"Ref": "Bus"}},
        rule,
        needs={"Bus": BUS, "One": QUEUE},
        names={"Name": "forecasts"},
        changed={"Targets": [ONE]},
        replaced={"Name": "other"},
        attributes={"Arn": "arn:aws:events:eu-west-1:111122223333:rule/weather/lives-It-00000003"},
    ),
    Life(
        "AWS::Events::EventBus",
        {"Name": "weather"},
        bus,
        names={"Description": "Of the weather."},
        changed=[
            {"Description": "Of other weather."},
            {"Policy": {"Version": "2012-10-17", "Statement": [allow("put", "events:PutEvents")]}},
        ],
        replaced={"Name": "other"},
    ),
    Life(
        "AWS::Events::EventBusPolicy",
        {"EventBusName": "weather", "StatementId": "put", "Statement": allow("put", "events:PutEvents")},
        bus_policy,
        needs={"Bus": BUS},
        changed=[
            {"Statement": allow("put", "events:PutRule")},
            {"Statement": None, "Action": "events:PutEvents", "Principal": "444455556666"},
        ],
        tags=False,
    ),
    Life(
        "AWS::Events::Archive",
        {"SourceArn": {"Fn::GetAtt": ["Bus", "Arn"]}, "RetentionDays": 3},
        archive,
        needs={"Bus": BUS, "Other": OTHER_BUS},
        names={"ArchiveName": "forecasts", "Description": "Of forecasts."},
        changed=[{"RetentionDays": 5}, {"Description": None}],
        replaced={"ArchiveName": "other"},
        tags=False,
    ),
    Life(
        "AWS::Events::Connection",
        CONNECTION["Properties"],
        connection,
        names={"Name": "service"},
        changed=[{"Description": "Of a service."}],
        replaced={"Name": "other"},
        tags=False,
        untold=["ArnForPolicy"],
    ),
    Life(
        "AWS::Events::ApiDestination",
        {
            "ConnectionArn": {"Fn::GetAtt": ["Connection", "Arn"]},
            "HttpMethod": "POST",
            "InvocationEndpoint": "https://example.com/one",
        },
        destination,
        needs={"Connection": CONNECTION},
        names={"Name": "service"},
        changed=[{"InvocationEndpoint": "https://example.com/two"}, {"InvocationRateLimitPerSecond": 10}],
        replaced={"Name": "other"},
        tags=False,
    ),
    Life(
        "AWS::Scheduler::Schedule",
        {
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ScheduleExpression": "rate(5 minutes)",
            "Target": {"Arn": {"Fn::GetAtt": ["One", "Arn"]}, "RoleArn": ROLE},
        },
        schedule,
        again=False,
        needs={"One": QUEUE, "Group": {"Type": "AWS::Scheduler::ScheduleGroup"}},
        names={"Name": "often"},
        changed=[
            {"ScheduleExpression": "rate(1 hour)"},
            {"State": "DISABLED"},
            {"GroupName": {"Ref": "Group"}},
        ],
        replaced={"Name": "other"},
        tags=False,
    ),
    Life(
        "AWS::Scheduler::ScheduleGroup",
        {},
        schedule_group,
        names={"Name": "forecasts"},
        replaced={"Name": "other"},
    ),
    Life(
        "AWS::Pipes::Pipe",
        {
            "RoleArn": ROLE,
            "Source": {"Fn::GetAtt": ["One", "Arn"]},
            "Target": {"Fn::GetAtt": ["Two", "Arn"]},
            "SourceParameters": {"SqsQueueParameters": {"BatchSize": 1}},
        },
        pipe,
        needs={"One": QUEUE, "Two": QUEUE, "Three": QUEUE},
        names={"Name": "forecasts"},
        changed=[
            {"Description": "Of forecasts."},
            {"Target": {"Fn::GetAtt": ["Three", "Arn"]}},
            {"DesiredState": "STOPPED"},
        ],
        replaced={"Name": "other"},
    ),
]


@pytest.mark.parametrize("life", EVENTS_LIVES, ids=str)
def test_what_eventbridge_has_lives_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


def test_parameters_of_targets_are_as_the_api_has_them(account: Account) -> None:
    network = {"AwsVpcConfiguration": {"Subnets": ["subnet-1"], "AssignPublicIp": "DISABLED"}}
    task = "arn:aws:ecs:eu-west-1:111122223333:task-definition/forecast"
    parameters = {"TaskDefinitionArn": task, "TaskCount": "1", "NetworkConfiguration": network}
    target = {"Id": "task", "Arn": "arn:aws:ecs:eu-west-1:111122223333:cluster/one", "EcsParameters": parameters}
    properties = {"ScheduleExpression": "rate(1 hour)", "Targets": [target]}
    account.deploy({"Rule": {"Type": RULE, "Properties": properties}})
    events = account.services.client("events")
    [told] = events.list_targets_by_rule(Rule=account.physical_id("Rule"))["Targets"]
    assert told["EcsParameters"]["TaskCount"] == 1
    assert told["EcsParameters"]["NetworkConfiguration"]["awsvpcConfiguration"]["Subnets"] == ["subnet-1"]


def test_a_rule_of_a_name_that_is_taken_is_refused(account: Account) -> None:
    named = {"Type": RULE, "Properties": {"Name": "taken", "ScheduleExpression": "rate(1 hour)"}}
    with pytest.raises(HandlerError, match="already exists"):
        account.deploy({"One": named, "Two": named})
