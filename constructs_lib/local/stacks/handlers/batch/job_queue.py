"""AWS::Batch::JobQueue."""

from typing import ClassVar

from constructs_lib.local.batch.engine.deletion import drain
from constructs_lib.local.stacks.handlers.batch.resources import BatchResources
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made, Properties


class JobQueues(BatchResources):
    """Makes job queues."""

    name_property: ClassVar = "JobQueueName"
    arn_attribute: ClassVar = "JobQueueArn"

    def make(self, desired: Desired, properties: Properties) -> str:
        """Make one."""
        return str(self.call(desired, "CreateJobQueue", properties)["jobQueueArn"])

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change one."""
        self.call(desired, "UpdateJobQueue", {"State": "ENABLED", **desired.properties, "JobQueue": made.physical_id})
        self.update_tags(made, desired, before)
        return made

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete one, with its jobs."""
        if not self.invoke(desired, "DescribeJobQueues", jobQueues=[made.physical_id])["jobQueues"]:
            return
        self.invoke(desired, "UpdateJobQueue", jobQueue=made.physical_id, state="DISABLED")
        self.invoke(desired, "DeleteJobQueue", jobQueue=made.physical_id)
        drain(self.api(desired).engine, made.physical_id)
