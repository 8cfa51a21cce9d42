"""Lives of alarms and dashboards."""

import json

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

ALARM = {
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 1,
    "MetricName": "Errors",
    "Namespace": "Weather",
    "Period": "60",
    "Statistic": "Sum",
    "Threshold": 1,
    "Dimensions": [{"Name": "job", "Value": "forecast"}],
}
TOPIC = {"Type": "AWS::SNS::Topic"}


def tags_of(services: Services, arn: str) -> dict[str, str]:
    tags = services.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def alarm(services: Services, name: str, properties: Properties) -> dict[str, str]:
    found = services.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    if not found:
        raise LookupError(name)
    assert found[0]["Threshold"] == float(properties["Threshold"])
    assert found[0]["Dimensions"] == properties["Dimensions"]
    assert found[0].get("AlarmActions", []) == properties.get("AlarmActions", [])
    assert (found[0].get("AlarmDescription") or "") == properties.get("AlarmDescription", "")
    assert found[0].get("TreatMissingData") == properties.get("TreatMissingData")
    return tags_of(services, found[0]["AlarmArn"])


def composite(services: Services, name: str, properties: Properties) -> dict[str, str]:
    found = services.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=["CompositeAlarm"])
    if not found["CompositeAlarms"]:
        raise LookupError(name)
    [alarm] = found["CompositeAlarms"]
    assert alarm["AlarmRule"] == properties["AlarmRule"]
    assert (alarm.get("AlarmDescription") or "") == properties.get("AlarmDescription", "")
    return tags_of(services, alarm["AlarmArn"])


def dashboard(services: Services, name: str, properties: Properties) -> None:
    body = services.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"]
    assert json.loads(body) == json.loads(properties["DashboardBody"])


CLOUDWATCH_LIVES = [
    Life(
        "AWS::CloudWatch::Alarm",
        ALARM,
        alarm,
        needs={"Topic": TOPIC},
        names={"AlarmName": "errors", "AlarmDescription": "Of errors."},
        changed=[{"Threshold": "3"}, {"AlarmActions": [{"Ref": "Topic"}]}, {"AlarmDescription": None}],
        replaced={"AlarmName": "other"},
        attributes={"Arn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:lives-It-00000002"},
    ),
    Life(
        "AWS::CloudWatch::CompositeAlarm",
        {"AlarmRule": "ALARM(one)"},
        composite,
        needs={"One": {"Type": "AWS::CloudWatch::Alarm", "Properties": {**ALARM, "AlarmName": "one"}}},
        names={"AlarmName": "all", "AlarmDescription": "Of all."},
        changed=[{"AlarmRule": "NOT OK(one)"}, {"AlarmDescription": None}],
        replaced={"AlarmName": "other"},
        attributes={"Arn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:lives-It-00000002"},
    ),
    Life(
        "AWS::CloudWatch::Dashboard",
        {"DashboardBody": '{"widgets": []}'},
        dashboard,
        names={"DashboardName": "weather"},
        changed={"DashboardBody": '{"widgets": [], "periodOverride": "auto"}'},
        replaced={"DashboardName": "other"},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", CLOUDWATCH_LIVES, ids=str)
def test_alarms_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)
