"""What an alarm tells: the message to a topic, and the event.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

import json
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from constructs_lib.local.account import Location
from constructs_lib.local.metrics.alarms.alarm import State
from constructs_lib.local.metrics.alarms.book import Transition
from constructs_lib.local.metrics.alarms.evaluation import timestamp

_LONGEST_SUBJECT = 100
_STATISTICS = {
    "Average": "AVERAGE",
    "Maximum": "MAXIMUM",
    "Minimum": "MINIMUM",
    "SampleCount": "SAMPLE_COUNT",
    "Sum": "SUM",
}


def subject(transition: Transition) -> str:
    """The subject of the mail."""
    alarm = transition.alarm
    region = region_name(Location.of(alarm.alarm_arn).region)
    return f'{transition.after.value}: "{alarm.name}" in {region}'[:_LONGEST_SUBJECT]


def message(transition: Transition) -> str:
    """The message to a topic: JSON text."""
    alarm, location = transition.alarm, Location.of(transition.alarm.alarm_arn)
    put = alarm.put
    told: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmDescription": put.get("AlarmDescription"),
        "AWSAccountId": location.account,
        "AlarmConfigurationUpdatedTimestamp": timestamp(alarm.configured),
        "NewStateValue": transition.after.value,
        "NewStateReason": transition.after.reason,
        "StateChangeTime": timestamp(transition.now),
        "Region": region_name(location.region),
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": transition.before.value,
        "OKActions": alarm.actions("OK"),
        "AlarmActions": alarm.actions("ALARM"),
        "InsufficientDataActions": alarm.actions("INSUFFICIENT_DATA"),
    }
    told |= {"AlarmRule": alarm.rule} if alarm.rule is not None else {"Trigger": _trigger(transition)}
    return json.dumps(told)


def _trigger(transition: Transition) -> dict[str, Any]:
    alarm, put = transition.alarm, transition.alarm.put
    common = {
        "Period": alarm.period,
        "EvaluationPeriods": alarm.periods,
        "DatapointsToAlarm": alarm.to_alarm,
        "ComparisonOperator": put.get("ComparisonOperator"),
        "Threshold": float(put.get("Threshold") or 0.0),
        "TreatMissingData": alarm.missing,
        "EvaluateLowSampleCountPercentile": put.get("EvaluateLowSampleCountPercentile") or "",
    }
    if put.get("Metrics"):
        return {**common, "Metrics": put["Metrics"]}
    extended = "ExtendedStatistic" in put and put["ExtendedStatistic"]
    statistic = (
        {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": put["ExtendedStatistic"]}
        if extended
        else {"StatisticType": "Statistic", "Statistic": _STATISTICS.get(alarm.statistic, alarm.statistic)}
    )
    dimensions = [{"value": each["Value"], "name": each["Name"]} for each in put.get("Dimensions") or ()]
    named = {"MetricName": put.get("MetricName"), "Namespace": put.get("Namespace")}
    return {**named, **statistic, "Unit": put.get("Unit"), "Dimensions": dimensions, **common}


def detail(transition: Transition) -> dict[str, Any]:
    """The detail of the event."""
    alarm = transition.alarm
    put = alarm.put
    described = {"description": put["AlarmDescription"]} if put.get("AlarmDescription") else {}
    watched = {"alarmRule": alarm.rule} if alarm.rule is not None else {"metrics": _metrics(transition)}
    return {
        "alarmName": alarm.name,
        "state": _state(transition.after),
        "previousState": _state(transition.before),
        "configuration": {**described, **watched},
    }


def _state(state: State) -> dict[str, Any]:
    data = {"reasonData": state.data} if state.data else {}
    return {"value": state.value, "reason": state.reason, **data, "timestamp": timestamp(state.updated)}


def _metrics(transition: Transition) -> list[dict[str, Any]]:
    alarm, put = transition.alarm, transition.alarm.put
    if not put.get("Metrics"):
        own = {
            "Namespace": put.get("Namespace"),
            "MetricName": put.get("MetricName"),
            "Dimensions": put.get("Dimensions"),
        }
        asked = {"Metric": own, "Period": alarm.period, "Stat": alarm.statistic, "Unit": put.get("Unit")}
        return [{"id": str(uuid5(NAMESPACE_URL, alarm.alarm_arn)), "metricStat": _asked(asked), "returnData": True}]
    return [
        {
            "id": query["Id"],
            **({"metricStat": _asked(query["MetricStat"])} if "MetricStat" in query else {}),
            **({"expression": query["Expression"]} if query.get("Expression") else {}),
            **({"label": query["Label"]} if query.get("Label") else {}),
            "returnData": query.get("ReturnData", True),
        }
        for query in put["Metrics"]
    ]


def _asked(asked: dict[str, Any]) -> dict[str, Any]:
    metric = asked["Metric"]
    return {
        "metric": {
            "namespace": metric["Namespace"],
            "name": metric["MetricName"],
            "dimensions": {each["Name"]: each["Value"] for each in metric.get("Dimensions") or ()},
        },
        "period": int(asked["Period"]),
        "stat": asked["Stat"],
        **({"unit": asked["Unit"]} if asked.get("Unit") else {}),
    }


@cache
def region_name(region: str) -> str:
    """The name of a region, such as ``US East (N. Virginia)``."""
    from botocore.session import get_session  # noqa: PLC0415 it takes a while, and only alarms that act need it

    partitions = get_session().get_data("endpoints")["partitions"]
    names = (each["regions"][region]["description"] for each in partitions if region in each["regions"])
    return str(next(names, region))
