"""AWS::Batch::JobDefinition: a change is a new revision, and ``Ref`` is its ARN.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-batch-jobdefinition.html
"""

from typing import ClassVar

from constructs_lib.local.stacks.handlers.batch.resources import BatchResources
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made, Properties


class JobDefinitions(BatchResources):
    """Makes job definitions."""

    name_property: ClassVar = "JobDefinitionName"
    arn_attribute: ClassVar = "JobDefinitionArn"

    def make(self, desired: Desired, properties: Properties) -> str:
        """Register a revision."""
        # The CDK writes an empty strategy for none; the API alone would refuse it.
        if not properties.get("RetryStrategy", True):
            properties = {name: value for name, value in properties.items() if name != "RetryStrategy"}
        return str(self.call(desired, "RegisterJobDefinition", properties)["jobDefinitionArn"])

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Register another revision; the one before goes, unless it is to stay."""
        name = made.physical_id.rpartition("/")[2].partition(":")[0]
        arn = self.make(desired, {**desired.properties, self.name_property: name})
        policy = desired.properties.get("ResourceRetentionPolicy", {})
        if str(policy.get("SkipDeregisterOnUpdate", False)).lower() != "true":
            self.delete(made, before)
        return Made(arn, is_next_revision=True)

    def delete(self, made: Made, desired: Desired) -> None:
        """Deregister a revision."""
        if self.invoke(desired, "DescribeJobDefinitions", jobDefinitions=[made.physical_id])["jobDefinitions"]:
            self.invoke(desired, "DeregisterJobDefinition", jobDefinition=made.physical_id)
