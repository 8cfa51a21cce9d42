"""AWS::Batch::SchedulingPolicy."""

from typing import ClassVar

from constructs_lib.local.stacks.handlers.batch.resources import BatchResources
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made, Properties


class SchedulingPolicies(BatchResources):
    """Makes fair-share policies."""

    name_property: ClassVar = "Name"
    arn_attribute: ClassVar = "Arn"

    def make(self, desired: Desired, properties: Properties) -> str:
        """Make one."""
        return str(self.call(desired, "CreateSchedulingPolicy", properties)["arn"])

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change one."""
        self.call(desired, "UpdateSchedulingPolicy", {**desired.properties, "Arn": made.physical_id})
        self.update_tags(made, desired, before)
        return made

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete one."""
        if self.invoke(desired, "DescribeSchedulingPolicies", arns=[made.physical_id])["schedulingPolicies"]:
            self.invoke(desired, "DeleteSchedulingPolicy", arn=made.physical_id)
