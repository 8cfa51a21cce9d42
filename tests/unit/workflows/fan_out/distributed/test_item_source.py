"""ItemSource: how AWS is told to read items, and the rights that this takes."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from constructs_lib import ConfigurationError, DistributedFanOut, ItemSource
from tests.unit.workflows.synthesized import (
    Resources,
    definition,
    job,
    new_stack,
    queue,
    resources_of,
    state_machine,
    statements,
)

KEY = "{% 'lists/' & $states.input.day %}"
OBJECT, LISTING = (f"arn:<AWS::Partition>:states:::s3:{name}" for name in ("getObject", "listObjectsV2"))

SOURCES: dict[str, Callable[[s3.IBucket], ItemSource]] = {
    "Json": lambda bucket: ItemSource.json(bucket, "a/b.json", pointer="/data/items"),
    "JsonLines": lambda bucket: ItemSource.json_lines(bucket, KEY, key_pattern="lists/*", max_items=5),
    "Csv": lambda bucket: ItemSource.csv(bucket, "a.csv"),
    "Columns": lambda bucket: ItemSource.csv(bucket, KEY, headers=["x", "y"], delimiter="\t"),
    "Objects": lambda bucket: ItemSource.objects(bucket, "in/", max_items=9),
    "AnyObjects": lambda bucket: ItemSource.objects(bucket, KEY, key_pattern="lists/*"),
    "Inventory": lambda bucket: ItemSource.inventory(bucket, "inv/src/all/2026-11-20T01-00Z/manifest.json"),
    "AnyInventory": lambda bucket: ItemSource.inventory(bucket, KEY, key_pattern="inv/*"),
}


@pytest.fixture(scope="module")
def resources() -> Resources:
    def build(stack: Stack) -> None:
        parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack)}
        key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:111122223333:key/0")
        plain = s3.Bucket.from_bucket_name(stack, "Data", "data")
        secret = s3.Bucket.from_bucket_attributes(stack, "Secret", bucket_name="secret", encryption_key=key)
        for name, source in SOURCES.items():
            state_machine(stack, DistributedFanOut(stack, name, **parts, items=source(plain)), f"{name}Machine")
        locked = DistributedFanOut(stack, "Locked", **parts, items=ItemSource.csv(secret, "a.csv"), bucket=secret)
        state_machine(stack, locked, "LockedMachine")

    return resources_of(build)


def reader(resources: Resources, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The reader, and what the fan-out evaluates before."""
    states = definition(resources, f"{name}Machine")["States"]
    return states[f"{name}: Run batches"]["ItemReader"], states[f"{name}: Read items"]["Output"]


@pytest.mark.parametrize(
    ("name", "resource", "arguments", "config"),
    [
        ("Json", OBJECT, {"Key": "a/b.json"}, {"InputType": "JSON", "ItemsPointer": "/data/items"}),
        ("JsonLines", OBJECT, {"Key": "{% $states.input.Key %}"}, {"InputType": "JSONL", "MaxItems": 5}),
        (
            "Csv",
            OBJECT,
            {"Key": "a.csv"},
            {"InputType": "CSV", "CSVDelimiter": "COMMA", "CSVHeaderLocation": "FIRST_ROW"},
        ),
        (
            "Columns",
            OBJECT,
            {"Key": "{% $states.input.Key %}"},
            {"InputType": "CSV", "CSVDelimiter": "TAB", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x", "y"]},
        ),
        ("Objects", LISTING, {"Prefix": "in/"}, {"MaxItems": 9}),
        ("AnyObjects", LISTING, {"Prefix": "{% $states.input.Prefix %}"}, None),
        ("Inventory", OBJECT, {"Key": "inv/src/all/2026-11-20T01-00Z/manifest.json"}, {"InputType": "MANIFEST"}),
    ],
)
def test_aws_is_told_how_to_read_it(
    resources: Resources, name: str, resource: str, arguments: dict[str, str], config: dict[str, Any] | None
) -> None:
    expected = {"Resource": resource, "Arguments": {"Bucket": "data", **arguments}}
    field, evaluated = reader(resources, name)

    assert field == {**expected, "ReaderConfig": config} if config else field == expected
    expressions = {key for key, value in arguments.items() if "{%" in value}
    assert {key: evaluated.get(key) for key in ("Key", "Prefix") if key in evaluated} == dict.fromkeys(expressions, KEY)


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("Json", ["a/b.json"]),
        ("JsonLines", ["lists/*"]),
        ("Csv", ["a.csv"]),
        ("Columns", ["*"]),
        ("Inventory", ["inv/src/all/2026-11-20T01-00Z/manifest.json", "inv/src/all/data/*"]),
        ("AnyInventory", ["inv/*"]),
    ],
)
def test_the_state_machine_may_read_what_it_has_to(resources: Resources, name: str, patterns: list[str]) -> None:
    expected = [f"arn:<AWS::Partition>:s3:::data/{pattern}" for pattern in patterns]
    assert _resources(resources, f"{name}MachineRole", "s3:::data/") == [(["s3:GetObject"], expected)]


@pytest.mark.parametrize(("name", "prefix"), [("Objects", "in/"), ("AnyObjects", "lists/*")])
def test_the_state_machine_may_list_one_prefix(resources: Resources, name: str, prefix: str) -> None:
    listing = statements(resources, f"{name}MachineRole")["s3:ListBucket"]
    assert listing["Resource"] == "arn:<AWS::Partition>:s3:::data"
    assert listing["Condition"] == {"StringLike": {"s3:prefix": prefix}}


def test_keys_that_encrypt_buckets_may_be_used(resources: Resources) -> None:
    found = _resources(resources, "LockedMachineRole", ":kms:")
    assert {action for actions, _ in found for action in actions} == {"kms:Decrypt", "kms:GenerateDataKey"}


def _resources(resources: Resources, role: str, part: str) -> list[tuple[list[str], list[str]]]:
    """Actions and resources of a role's statements about resources whose ARNs have a part."""

    def listed(value: Any) -> list[str]:
        return value if isinstance(value, list) else [value]

    return [
        (listed(statement["Action"]), listed(statement["Resource"]))
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::IAM::Policy" and logical_id.startswith(role)
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        if part in str(statement["Resource"])
    ]


def test_child_executions_are_started_watched_and_stopped(resources: Resources) -> None:
    rights = statements(resources, "CsvMachineDistributedMapPolicy")
    machine = rights["states:StartExecution"]["Resource"]
    assert machine.startswith("<CsvMachine")
    executions = f"arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:{machine}[6]"
    assert rights["states:DescribeExecution"]["Resource"] == f"{executions}:*"
    assert rights["states:DescribeExecution"]["Action"] == ["states:DescribeExecution", "states:StopExecution"]
    assert rights["states:RedriveExecution"]["Resource"] == f"{executions}/*:*"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: ItemSource.from_input("items"), r"got 'items', a JSONata expression"),
        (lambda bucket: ItemSource.csv(bucket, "a", delimiter="::"), r"delimiter: got '::', the delimiters are ','"),
        (lambda bucket: ItemSource.csv(bucket, "a", headers=[]), r"headers: got an empty list"),
        (lambda bucket: ItemSource.json(bucket, "a", max_items=0), r"max_items: got 0, .* 1 to 100,000,000"),
        (lambda bucket: ItemSource.objects(bucket, "a", max_items=10**9), r"max_items: got 1,000,000,000"),
    ],
)
def test_what_aws_would_refuse_is_refused(make: Callable[[Any], ItemSource], message: str) -> None:
    bucket = s3.Bucket.from_bucket_name(new_stack(), "Data", "data")
    with pytest.raises(ConfigurationError, match=message):
        make(bucket)
