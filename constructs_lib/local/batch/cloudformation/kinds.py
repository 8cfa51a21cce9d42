"""The AWS::Batch resource types.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Batch.html
"""

from typing import ClassVar

from moto.core.common_models import CloudFormationModel

from constructs_lib.local.batch.cloudformation.resource import BatchResource, Properties, call, installed, invoke
from constructs_lib.local.batch.deletion import drain

_SCALING = {"MinvCpus", "MaxvCpus", "DesiredvCpus", "SecurityGroupIds", "Subnets"}
"""Compute resources that can always be updated in place."""


class _ComputeEnvironment(BatchResource, CloudFormationModel):
    kind = "ComputeEnvironment"
    name_property = "ComputeEnvironmentName"
    replaced_by = ("Type", "EksConfiguration", "Tags")

    @classmethod
    def create(cls, properties: Properties) -> str:
        return str(call("CreateComputeEnvironment", properties)["computeEnvironmentArn"])

    def must_be_replaced(self, properties: Properties) -> bool:
        if super().must_be_replaced(properties):
            return True
        old, new = self.properties.get("ComputeResources", {}), properties.get("ComputeResources", {})
        changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        # ReplaceComputeEnvironment is true unless the template says otherwise.
        return bool(changed - _SCALING) and str(properties.get("ReplaceComputeEnvironment", True)).lower() == "true"

    def update(self, properties: Properties) -> None:
        old, new = self.properties.get("ComputeResources", {}), properties.get("ComputeResources", {})
        changed = {name: value for name, value in new.items() if old.get(name) != value}
        changes = {name: value for name, value in properties.items() if name != "ComputeResources"}
        if changed:
            changes["ComputeResources"] = changed
        call("UpdateComputeEnvironment", {**changes, "ComputeEnvironment": self.physical_resource_id})

    def remove(self) -> None:
        invoke("UpdateComputeEnvironment", computeEnvironment=self.physical_resource_id, state="DISABLED")
        invoke("DeleteComputeEnvironment", computeEnvironment=self.physical_resource_id)

    def retire(self) -> None:
        # Queues refer to it until they are updated, too.
        invoke("UpdateComputeEnvironment", computeEnvironment=self.physical_resource_id, state="DISABLED")
        environment = installed().engine.registry.environment(self.physical_resource_id)
        environment.description["status"] = "DELETING"

    def describe(self) -> Properties:
        answer = invoke("DescribeComputeEnvironments", computeEnvironments=[self.physical_resource_id])
        return dict(answer["computeEnvironments"][0])


class _JobQueue(BatchResource, CloudFormationModel):
    kind = "JobQueue"
    name_property = "JobQueueName"
    replaced_by = ("JobQueueType",)

    @classmethod
    def create(cls, properties: Properties) -> str:
        return str(call("CreateJobQueue", properties)["jobQueueArn"])

    def update(self, properties: Properties) -> None:
        call("UpdateJobQueue", {"State": "ENABLED", **properties, "JobQueue": self.physical_resource_id})
        self.update_tags(properties)

    def remove(self) -> None:
        invoke("UpdateJobQueue", jobQueue=self.physical_resource_id, state="DISABLED")
        invoke("DeleteJobQueue", jobQueue=self.physical_resource_id)
        drain(installed().engine, self.physical_resource_id)

    def describe(self) -> Properties:
        [found] = invoke("DescribeJobQueues", jobQueues=[self.physical_resource_id])["jobQueues"]
        return dict(found)


class _JobDefinition(BatchResource, CloudFormationModel):
    kind = "JobDefinition"
    name_property = "JobDefinitionName"

    @classmethod
    def create(cls, properties: Properties) -> str:
        # The CDK writes an empty strategy for none; the API alone would refuse it.
        if not properties.get("RetryStrategy", True):
            properties = {name: value for name, value in properties.items() if name != "RetryStrategy"}
        return str(call("RegisterJobDefinition", properties)["jobDefinitionArn"])

    def update(self, properties: Properties) -> None:
        name = self.physical_resource_id.rpartition("/")[2].partition(":")[0]
        made = self.create({**properties, self.name_property: name})
        policy = properties.get("ResourceRetentionPolicy", {})
        if str(policy.get("SkipDeregisterOnUpdate", False)).lower() != "true":
            self.delete()
        self.physical_resource_id = made

    def remove(self) -> None:
        invoke("DeregisterJobDefinition", jobDefinition=self.physical_resource_id)

    def describe(self) -> Properties:
        [found] = invoke("DescribeJobDefinitions", jobDefinitions=[self.physical_resource_id])["jobDefinitions"]
        return dict(found)


class _SchedulingPolicy(BatchResource, CloudFormationModel):
    kind = "SchedulingPolicy"
    name_property = "Name"

    @classmethod
    def arn_attribute(cls) -> str:
        return "Arn"

    @classmethod
    def create(cls, properties: Properties) -> str:
        return str(call("CreateSchedulingPolicy", properties)["arn"])

    def update(self, properties: Properties) -> None:
        call("UpdateSchedulingPolicy", {**properties, "Arn": self.physical_resource_id})
        self.update_tags(properties)

    def remove(self) -> None:
        invoke("DeleteSchedulingPolicy", arn=self.physical_resource_id)

    def describe(self) -> Properties:
        [found] = invoke("DescribeSchedulingPolicies", arns=[self.physical_resource_id])["schedulingPolicies"]
        return dict(found)


class _ConsumableResource(BatchResource, CloudFormationModel):
    kind = "ConsumableResource"
    name_property = "ConsumableResourceName"
    replaced_by = ("ResourceType",)
    attributes: ClassVar = {
        "AvailableQuantity": "availableQuantity",
        "CreatedAt": "createdAt",
        "InUseQuantity": "inUseQuantity",
    }

    @classmethod
    def create(cls, properties: Properties) -> str:
        return str(call("CreateConsumableResource", properties)["consumableResourceArn"])

    def update(self, properties: Properties) -> None:
        invoke(
            "UpdateConsumableResource",
            consumableResource=self.physical_resource_id,
            operation="SET",
            quantity=int(properties["TotalQuantity"]),
        )
        self.update_tags(properties)

    def remove(self) -> None:
        invoke("DeleteConsumableResource", consumableResource=self.physical_resource_id)

    def describe(self) -> Properties:
        return invoke("DescribeConsumableResource", consumableResource=self.physical_resource_id)
