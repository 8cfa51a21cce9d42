"""Lives of tables."""

import contextlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.handlers.dynamodb.tables import index_updates
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

TABLE = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
INDEXED = {
    "AttributeDefinitions": [*TABLE["AttributeDefinitions"], {"AttributeName": "day", "AttributeType": "S"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "days",
            "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}
REPLICA = {"Region": "eu-west-1", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}


def deny(action: str) -> dict[str, Any]:
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def table(services: Services, name: str, properties: Properties) -> dict[str, str]:
    dynamodb, which = services.client("dynamodb"), {"TableName": name}
    found = dynamodb.describe_table(**which)["Table"]
    mode = found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    assert mode == properties.get("BillingMode", "PROVISIONED")
    if mode == "PROVISIONED":
        wanted = properties["ProvisionedThroughput"]["ReadCapacityUnits"]
        assert found["ProvisionedThroughput"]["ReadCapacityUnits"] == int(wanted)
    names = [index["IndexName"] for index in found.get("GlobalSecondaryIndexes", [])]
    assert names == [index["IndexName"] for index in properties.get("GlobalSecondaryIndexes", [])]
    view = found.get("StreamSpecification", {}).get("StreamViewType")
    assert view == properties.get("StreamSpecification", {}).get("StreamViewType")
    assert found.get("DeletionProtectionEnabled", False) is properties.get("DeletionProtectionEnabled", False)
    expiring = dynamodb.describe_time_to_live(**which)["TimeToLiveDescription"]
    assert (expiring["TimeToLiveStatus"] == "ENABLED") is ("TimeToLiveSpecification" in properties)
    replica = properties.get("Replicas", [properties])[0]
    backups = dynamodb.describe_continuous_backups(**which)["ContinuousBackupsDescription"]
    status = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert (status == "ENABLED") is ("PointInTimeRecoverySpecification" in replica)
    policy = None
    with contextlib.suppress(ClientError):
        policy = json.loads(dynamodb.get_resource_policy(ResourceArn=found["TableArn"])["Policy"])
    assert policy == properties.get("ResourcePolicy", {}).get("PolicyDocument")
    tags = dynamodb.list_tags_of_resource(ResourceArn=found["TableArn"])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


DYNAMODB_LIVES = [
    Life(
        "AWS::DynamoDB::Table",
        TABLE,
        table,
        again=False,
        names={"TableName": "forecasts"},
        changed=[
            {
                "BillingMode": "PROVISIONED",
                "ProvisionedThroughput": {"ReadCapacityUnits": "7", "WriteCapacityUnits": 3},
            },
            INDEXED,
            {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}},
            {"TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True}},
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
            {"SSESpecification": {"SSEEnabled": True}},
            {"ResourcePolicy": {"PolicyDocument": deny("dynamodb:DeleteTable")}},
            {"DeletionProtectionEnabled": True},
        ],
        replaced={"TableName": "other"},
        untold=["StreamArn"],
    ),
    Life(
        "AWS::DynamoDB::Table",
        {**TABLE, "StreamSpecification": {"StreamViewType": "KEYS_ONLY"}},
        table,
    ),
    Life(
        "AWS::DynamoDB::GlobalTable",
        {**TABLE, "Replicas": [REPLICA]},
        table,
        names={"TableName": "forecasts"},
        changed=[INDEXED, {"Replicas": [{"Region": "eu-west-1"}]}],
        replaced={"TableName": "other"},
        tags=lambda tags: {
            "Replicas": [{**REPLICA, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]
        },
        untold=["StreamArn", "TableId"],
    ),
]


@pytest.mark.parametrize("life", DYNAMODB_LIVES, ids=str)
def test_tables_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


def test_a_table_keeps_its_items_when_it_changes(account: Account) -> None:
    account.deploy({"Table": {"Type": "AWS::DynamoDB::Table", "Properties": TABLE}})
    dynamodb, which = account.services.client("dynamodb"), {"TableName": account.physical_id("Table")}
    dynamodb.put_item(**which, Item={"id": {"S": "kept"}})
    account.deploy({"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {**TABLE, **INDEXED}}})
    assert dynamodb.scan(**which)["Items"] == [{"id": {"S": "kept"}}]


def test_a_rollback_makes_only_the_indexes_that_the_update_had_taken_away() -> None:
    back = Change(TABLE, {**TABLE, **INDEXED})
    [index] = INDEXED["GlobalSecondaryIndexes"]
    assert index_updates(back, {"days": index}) == []
    assert index_updates(back, {}) == [{"Create": index}]
    other = {**index, "Projection": {"ProjectionType": "KEYS_ONLY"}}
    assert index_updates(back, {"days": other}) == [{"Create": index}]
    assert index_updates(Change(back.after, back.before), {}) == []


def test_a_global_table_has_a_replica_where_its_stack_is(account: Account) -> None:
    properties = {**TABLE, "Replicas": [{"Region": "eu-central-1"}]}
    with pytest.raises(HandlerError, match="must include the stack region: eu-west-1"):
        account.deploy({"Table": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": properties}})


def test_indexes_that_a_condition_has_left_out_are_none(account: Account) -> None:
    account.deploy({"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {**TABLE, "GlobalSecondaryIndexes": []}}})
    told = account.services.client("dynamodb").describe_table(TableName=account.physical_id("Table"))
    assert not told["Table"].get("GlobalSecondaryIndexes")
