"""AWS::DynamoDB::GlobalTable: the replica of the region of its stack; there are no others here.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.tags import Tagging
from constructs_lib.local.stacks.handlers.dynamodb.tables import TableHandler

_UNITS = 5
_OF_REPLICA = (
    "DeletionProtectionEnabled",
    "PointInTimeRecoverySpecification",
    "ResourcePolicy",
    "TableClass",
    "Tags",
)


@dataclass(frozen=True, kw_only=True)
class _GlobalTable(TableHandler):
    def given(self, desired: Desired) -> Properties:
        """Its properties and those of the replica as those of a table."""
        return super().given(_as_table(desired))

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        before, after = (
            _table(properties, desired) if properties else {} for properties in (change.before, change.after)
        )
        super().settle(made, desired, Change(before, after, is_new=change.is_new))


def _as_table(desired: Desired) -> Desired:
    return Desired(
        desired.logical_id,
        desired.resource_type,
        _table(desired.properties, desired),
        desired.name,
        desired.stack_id,
        desired.services,
    )


def _table(properties: Properties, desired: Desired) -> Properties:
    region = desired.services.region
    replica = next((item for item in properties["Replicas"] if item["Region"] == region), None)
    if replica is None:
        raise HandlerError(f"Replicas must include the stack region: {region}")
    told = {**properties, **{name: replica[name] for name in _OF_REPLICA if name in replica}}
    if properties.get("BillingMode") != "PAY_PER_REQUEST":
        told["ProvisionedThroughput"] = _throughput(properties, replica)
    indexes = {item["IndexName"]: item for item in replica.get("GlobalSecondaryIndexes", [])}
    if "GlobalSecondaryIndexes" in properties:
        told["GlobalSecondaryIndexes"] = [
            _index(index, indexes.get(index["IndexName"], {}), properties)
            for index in properties["GlobalSecondaryIndexes"]
        ]
    return told


def _index(index: Properties, of_replica: Properties, properties: Properties) -> Properties:
    if properties.get("BillingMode") == "PAY_PER_REQUEST":
        return index
    return {**index, "ProvisionedThroughput": _throughput(index, of_replica)}


def _throughput(writes: Properties, reads: Properties) -> Properties:
    """What is provisioned at first, where it scales by itself."""
    write, read = (
        writes.get("WriteProvisionedThroughputSettings", {}),
        reads.get("ReadProvisionedThroughputSettings", {}),
    )
    return {
        "WriteCapacityUnits": _units(write, "WriteCapacityUnits", "WriteCapacityAutoScalingSettings"),
        "ReadCapacityUnits": _units(read, "ReadCapacityUnits", "ReadCapacityAutoScalingSettings"),
    }


def _units(settings: Properties, fixed: str, scaling: str) -> Any:
    scaled = settings.get(scaling, {})
    return settings.get(fixed, scaled.get("SeedCapacity", scaled.get("MinCapacity", _UNITS)))


HANDLERS: dict[str, Handler] = {
    "AWS::DynamoDB::GlobalTable": _GlobalTable(
        service="dynamodb",
        makes="create_table",
        changes="update_table",
        removes="delete_table",
        reads="describe_table",
        key="TableName",
        name="TableName",
        paths={"Arn": "Table.TableArn", "StreamArn": "Table.LatestStreamArn"},
        tagging=Tagging(),
        tagged="Arn",
    ),
}
