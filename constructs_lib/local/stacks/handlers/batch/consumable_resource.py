"""AWS::Batch::ConsumableResource."""

from typing import ClassVar

from constructs_lib.local.stacks.handlers.batch.resources import BatchResources
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made, Properties


class ConsumableResources(BatchResources):
    """Makes consumable resources."""

    name_property: ClassVar = "ConsumableResourceName"
    arn_attribute: ClassVar = "ConsumableResourceArn"
    attributes: ClassVar = {
        "AvailableQuantity": "availableQuantity",
        "CreatedAt": "createdAt",
        "InUseQuantity": "inUseQuantity",
    }

    def make(self, desired: Desired, properties: Properties) -> str:
        """Make one."""
        return str(self.call(desired, "CreateConsumableResource", properties)["consumableResourceArn"])

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Set how many there are."""
        self.invoke(
            desired,
            "UpdateConsumableResource",
            consumableResource=made.physical_id,
            operation="SET",
            quantity=int(desired.properties["TotalQuantity"]),
        )
        self.update_tags(made, desired, before)
        return made

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete one."""
        listed = self.invoke(desired, "ListConsumableResources")["consumableResources"]
        if any(item["consumableResourceArn"] == made.physical_id for item in listed):
            self.invoke(desired, "DeleteConsumableResource", consumableResource=made.physical_id)

    def read(self, made: Made, desired: Desired) -> Properties:
        """A consumable resource as the API describes it."""
        return self.invoke(desired, "DescribeConsumableResource", consumableResource=made.physical_id)
