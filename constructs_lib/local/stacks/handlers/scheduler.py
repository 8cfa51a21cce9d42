"""AWS::Scheduler: schedules and their groups.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Scheduler.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class _Schedule(OperationsHandler):
    """A schedule; one that is changed to another group is made anew there."""

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        return {"Name": made.physical_id, "GroupName": desired.properties.get("GroupName", "default")}

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        groups = {item.properties.get("GroupName", "default") for item in (desired, before)}
        if len(groups) == 1:
            return super().update(made, desired, before)
        moved = self.create(desired)
        self.delete(made, before)
        return moved


@dataclass(frozen=True, kw_only=True)
class _ScheduleGroup(OperationsHandler):
    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it if it is there, of which moto does not tell."""
        self.read(made, desired)
        super().remove(made, desired)

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        told = super().attribute(made, desired, name)
        return f"{told:%Y-%m-%dT%H:%M:%SZ}" if name.endswith("Date") else told


HANDLERS: dict[str, Handler] = {
    "AWS::Scheduler::Schedule": _Schedule(
        service="scheduler",
        makes="create_schedule",
        changes="update_schedule",
        removes="delete_schedule",
        reads="get_schedule",
        key="Name",
        name="Name",
        paths={"Arn": "Arn"},
        defaults={"Description": "", "ScheduleExpressionTimezone": "UTC", "State": "ENABLED"},
    ),
    "AWS::Scheduler::ScheduleGroup": _ScheduleGroup(
        service="scheduler",
        makes="create_schedule_group",
        removes="delete_schedule_group",
        reads="get_schedule_group",
        key="Name",
        name="Name",
        paths={
            "Arn": "Arn",
            "CreationDate": "CreationDate",
            "LastModificationDate": "LastModificationDate",
            "State": "State",
        },
        tagging=Tagging(),
        tagged="Arn",
    ),
}
