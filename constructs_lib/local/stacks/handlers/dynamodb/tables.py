"""AWS::DynamoDB::Table.

Imports, warm throughput and contributor insights of a table change nothing here: moto has none of them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import input_of, text
from constructs_lib.local.stacks.handlers.contract.tags import Tagging

_OF_TABLE = (
    "BillingMode",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "SSESpecification",
    "StreamSpecification",
    "TableClass",
)
_DEFAULTS: Properties = {
    "BillingMode": "PROVISIONED",
    "DeletionProtectionEnabled": False,
    "SSESpecification": {"Enabled": False},
    "StreamSpecification": {"StreamEnabled": False},
    "TableClass": "STANDARD",
}


@dataclass(frozen=True, kw_only=True)
class TableHandler(OperationsHandler):
    """A table; each of its features, and each of its indexes, is changed by a call of its own."""

    def given(self, desired: Desired) -> Properties:
        """The properties as the API has them."""
        given = super().given(desired)
        for indexes in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            if not given.get(indexes):  # what a condition left of them
                given.pop(indexes, None)
        if "StreamSpecification" in given:
            given["StreamSpecification"] = {"StreamEnabled": True, **given["StreamSpecification"]}
        if "SSESpecification" in given:
            key = dict(given["SSESpecification"])
            given["SSESpecification"] = {"Enabled": key.pop("SSEEnabled", False), **key}
        return given

    def change(self, made: Made, desired: Desired, change: Change) -> None:
        """Change the table itself, then its indexes, one at a time, as the API wants it."""
        client, which, after = desired.services.client(self.service), self.keys(made, desired), change.after
        named = {"AttributeDefinitions": after.get("AttributeDefinitions", [])}
        if touched := [name for name in _OF_TABLE if change.touches(name)]:
            wanted = {name: after.get(name, _DEFAULTS.get(name)) for name in touched}
            wanted = {name: value for name, value in wanted.items() if value is not None}
            if after.get("BillingMode") == "PAY_PER_REQUEST":
                wanted.pop("ProvisionedThroughput", None)
            client.update_table(**which, **input_of(client, self.changes, {**named, **wanted}))
        there = self.read(made, desired)["Table"].get("GlobalSecondaryIndexes", [])
        for update in index_updates(change, {index["IndexName"]: index for index in there}):
            updates = {**named, "GlobalSecondaryIndexUpdates": [update]}
            client.update_table(**which, **input_of(client, self.changes, updates))

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Set what belongs to a table."""
        client, which = desired.services.client(self.service), self.keys(made, desired)
        if change.touches("TimeToLiveSpecification"):
            _set_time_to_live(client, which, change)
        if change.touches("PointInTimeRecoverySpecification"):
            recovery = change.after.get("PointInTimeRecoverySpecification", {})
            wanted = {"PointInTimeRecoveryEnabled": False, **recovery}
            given = {"PointInTimeRecoverySpecification": wanted}
            client.update_continuous_backups(**which, **input_of(client, "update_continuous_backups", given))
        if change.touches("ResourcePolicy"):
            arn = self.attribute(made, desired, "Arn")
            if "ResourcePolicy" in change.after:
                client.put_resource_policy(
                    ResourceArn=arn, Policy=text(change.after["ResourcePolicy"]["PolicyDocument"])
                )
            else:
                client.delete_resource_policy(ResourceArn=arn)


def _set_time_to_live(client: Any, which: Properties, change: Change) -> None:
    wanted = change.after.get("TimeToLiveSpecification", {"Enabled": False})
    had = change.before.get("TimeToLiveSpecification", {"Enabled": False})
    name = wanted.get("AttributeName", had.get("AttributeName"))
    if name is not None and (boolean(wanted["Enabled"]) or boolean(had["Enabled"])):
        specification = {"AttributeName": name, "Enabled": boolean(wanted["Enabled"])}
        client.update_time_to_live(**which, TimeToLiveSpecification=specification)


def index_updates(change: Change, there: Mapping[str, Properties]) -> list[Properties]:
    """What makes the indexes of one template those of another, wherever a change of them may have failed before."""
    before, after = (
        {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes") or []}
        for properties in (change.before, change.after)
    )
    updates: list[Properties] = []
    for name, index in before.items():
        if name in there and (name not in after or _is_another(index, after[name])):
            updates.append({"Delete": {"IndexName": name}})
    for name, index in after.items():
        if name not in before or _is_another(before[name], index):
            if name not in there or _is_another(there[name], index):
                updates.append({"Create": index})
        elif before[name] != index and "ProvisionedThroughput" in index:
            throughput = {"ProvisionedThroughput": index["ProvisionedThroughput"]}
            updates.append({"Update": {"IndexName": name, **throughput}})
    return updates


def _is_another(before: Properties, after: Properties) -> bool:
    return any(before.get(name) != after.get(name) for name in ("KeySchema", "Projection"))


HANDLERS: dict[str, Handler] = {
    "AWS::DynamoDB::Table": TableHandler(
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
