"""AWS::CloudWatch: alarms, also composite ones, and dashboards.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_CloudWatch.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class _Alarm(OperationsHandler):
    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        return {"Arn": desired.services.arn("cloudwatch", f"alarm:{made.physical_id}")}[name]

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        del desired
        return {"AlarmNames": [made.physical_id]}


@dataclass(frozen=True, kw_only=True)
class _Dashboard(OperationsHandler):
    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        del desired
        return {"DashboardNames": [made.physical_id]}


HANDLERS: dict[str, Handler] = {
    "AWS::CloudWatch::Alarm": _Alarm(
        service="cloudwatch",
        makes="put_metric_alarm",
        changes="put_metric_alarm",
        removes="delete_alarms",
        key="AlarmName",
        name="AlarmName",
        tagging=Tagging(),
        tagged="Arn",
    ),
    "AWS::CloudWatch::CompositeAlarm": _Alarm(
        service="cloudwatch",
        makes="put_composite_alarm",
        changes="put_composite_alarm",
        removes="delete_alarms",
        key="AlarmName",
        name="AlarmName",
        tagging=Tagging(),
        tagged="Arn",
    ),
    "AWS::CloudWatch::Dashboard": _Dashboard(
        service="cloudwatch",
        makes="put_dashboard",
        changes="put_dashboard",
        removes="delete_dashboards",
        key="DashboardName",
        name="DashboardName",
    ),
}
