"""ItemReader over S3, in state machines of both query languages."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from moto.s3.models import s3_backends

from constructs_lib.local.account import ACCOUNT

Start = Callable[..., Any]
MakeMap = Callable[..., dict[str, Any]]

GET = "arn:aws:states:::s3:getObject"
LIST = "arn:aws:states:::s3:listObjectsV2"
FAILED = "States.ItemReaderFailed"


def reader(config: dict[str, Any] | None = None, resource: str = GET, **arguments: Any) -> dict[str, Any]:
    described = {"Resource": resource, "Arguments": {"Bucket": "data", **arguments}}
    return described if config is None else {**described, "ReaderConfig": config}


@pytest.fixture(scope="module")
def objects(s3: Any) -> Any:
    bodies = {
        "items.json": '{"found": {"items": [1, 2, 3]}}',
        "items.jsonl": '{"n": 1}\n{"n": 2}\n',
        "items.csv": "a;b\n1;2\n",
        "broken.jsonl": "1\n2\n{\n",
        "photos/1.jpg": "x",
        "photos/2.jpg": "yy",
    }
    for key, body in bodies.items():
        s3.put_object(Bucket="data", Key=key, Body=body.encode())
    return s3


@pytest.mark.parametrize(
    ("config", "key", "items"),
    [
        ({"InputType": "JSON", "ItemsPointer": "/found/items"}, "items.json", [1, 2, 3]),
        ({"InputType": "JSON"}, "items.json", [{"Key": "found", "Value": {"items": [1, 2, 3]}}]),
        ({"InputType": "JSONL"}, "items.jsonl", [{"n": 1}, {"n": 2}]),
        ({"InputType": "JSONL", "MaxItems": 1}, "items.jsonl", [{"n": 1}]),
        ({"InputType": "JSONL", "MaxItems": "{% $states.input.most %}"}, "items.jsonl", [{"n": 1}]),
        (
            {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "SEMICOLON"},
            "items.csv",
            [{"a": "1", "b": "2"}],
        ),
        (
            {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x"]},
            "items.csv",
            [{"x": "a;b"}, {"x": "1;2"}],
        ),
    ],
)
@pytest.mark.usefixtures("objects")
def test_object(start: Start, make_map: MakeMap, config: dict[str, Any], key: str, items: list[Any]) -> None:
    states = make_map(ItemReader=reader(config, Key=key))
    assert start(states, {"most": 1}).output() == items


@pytest.mark.usefixtures("objects")
def test_json_path(start: Start, make_map: MakeMap) -> None:
    states = make_map(
        ItemReader={
            "Resource": GET,
            "ReaderConfig": {"InputType": "JSONL", "MaxItemsPath": "$.most"},
            "Parameters": {"Bucket": "data", "Key.$": "States.Format('{}.jsonl', $.name)"},
        },
        ItemSelector={"item.$": "$$.Map.Item.Value.n", "at.$": "$$.Map.Item.Index", "name.$": "$.name"},
        ResultPath="$.results",
    )
    out = start(states, {"name": "items", "most": 1}, QueryLanguage="JSONPath").output()
    assert out == {"name": "items", "most": 1, "results": [{"item": 1, "at": 0, "name": "items"}]}


@pytest.mark.usefixtures("objects")
def test_listing(start: Start, make_map: MakeMap) -> None:
    first, second = start(make_map(ItemReader=reader(resource=LIST, Prefix="photos/"))).output()
    assert first.pop("LastModified") > 1_600_000_000
    assert first == {
        "Etag": '"9dd4e461268c8034f5c8564e155c67a6"',
        "Key": "photos/1.jpg",
        "Size": 1,
        "StorageClass": "STANDARD",
    }
    assert (second["Key"], second["Size"]) == ("photos/2.jpg", 2)


def test_listing_has_many_pages(start: Start, make_map: MakeMap, s3: Any) -> None:
    s3.create_bucket(Bucket="many")
    for number in range(1001):  # past the client, which would take most of the test
        s3_backends[ACCOUNT]["aws"].put_object("many", f"{number:04}", b"")
    batcher = {"MaxItemsPerBatch": 2000}
    batch = {"P": {"Type": "Pass", "Output": "{% $states.input.Items.Key %}", "End": True}}
    states = make_map(batch, ItemReader=reader(resource=LIST, Bucket="many"), ItemBatcher=batcher)
    assert start(states).output() == [[f"{number:04}" for number in range(1001)]]


def test_empty_listing_has_no_items(start: Start, make_map: MakeMap, s3: Any) -> None:
    s3.create_bucket(Bucket="empty")
    assert start(make_map(ItemReader=reader(resource=LIST, Bucket="empty"))).output() == []


def test_inventory(start: Start, make_map: MakeMap, s3: Any) -> None:
    manifest = {
        "sourceBucket": "elsewhere",
        "destinationBucket": "arn:aws:s3:::data",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size",
        "files": [{"key": f"inventory/{number}.csv.gz", "size": 1} for number in (1, 2)],
    }
    s3.put_object(Bucket="data", Key="inventory/manifest.json", Body=json.dumps(manifest).encode())
    for number in (1, 2):
        rows = f'"elsewhere","{number}.txt","{number}0"\n'.encode()
        s3.put_object(Bucket="data", Key=f"inventory/{number}.csv.gz", Body=gzip.compress(rows))
    states = make_map(ItemReader=reader({"InputType": "MANIFEST"}, Key="inventory/manifest.json"))
    assert start(states).output() == [
        {"Bucket": "elsewhere", "Key": "1.txt", "Size": "10"},
        {"Bucket": "elsewhere", "Key": "2.txt", "Size": "20"},
    ]
    s3.put_object(Bucket="data", Key="inventory/2.csv.gz", Body=b"not packed")
    states = make_map(ItemReader=reader({"ManifestType": "S3_INVENTORY"}, Key="inventory/manifest.json"))
    assert start(states).failure() == (FAILED, "Unable to unpack 'inventory/2.csv.gz': Not a gzipped file (b'no')")


def test_contents_of_all_listed_objects(start: Start, make_map: MakeMap, s3: Any) -> None:
    for name, body in (("", b""), ("1.jsonl", b"1\n2\n"), ("2.jsonl.gz", gzip.compress(b"3\n"))):
        s3.put_object(Bucket="data", Key=f"lines/{name}", Body=body)
    config = {"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN"}
    selector = {"is": "{% $states.context.Map.Item.Value %}", "of": "{% $states.context.Map.Item.Source %}"}
    states = make_map(ItemReader=reader(config, LIST, Prefix="lines/"), ItemSelector=selector)
    first, second = "s3://data/lines/1.jsonl", "s3://data/lines/2.jsonl.gz"
    assert start(states).output() == [{"is": 1, "of": first}, {"is": 2, "of": first}, {"is": 3, "of": second}]


def test_athena_manifest(start: Start, make_map: MakeMap, s3: Any) -> None:
    s3.put_object(Bucket="data", Key="athena/1.gz", Body=gzip.compress(b"1,a\n"))
    s3.put_object(Bucket="data", Key="athena/2", Body=b"2,b\n")
    s3.put_object(Bucket="data", Key="manifest.csv", Body=b"s3://data/athena/1.gz\ns3://data/athena/2\n")
    config = {"ManifestType": "ATHENA_DATA", "InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["n", "v"]}
    states = make_map(ItemReader=reader(config, Key="manifest.csv"))
    assert start(states).output() == [{"n": "1", "v": "a"}, {"n": "2", "v": "b"}]
    s3.put_object(Bucket="data", Key="manifest.csv", Body=b"data/athena/1.gz\n")
    assert "Not a data manifest of Athena" in start(states).failure()[1]


def test_compression_that_is_not_emulated(start: Start, make_map: MakeMap) -> None:
    error, cause = start(make_map(ItemReader=reader({"InputType": "JSONL"}, Key="items.jsonl.zst"))).failure()
    assert (error, "Zstandard, which is not emulated" in cause) == (FAILED, True)


@pytest.mark.parametrize(
    ("manifest", "cause"),
    [
        ({"fileFormat": "ORC", "destinationBucket": "b", "fileSchema": "", "files": []}, "format 'ORC', only CSV"),
        ({"fileFormat": "CSV"}, "Not a manifest of an S3 inventory"),
    ],
)
def test_inventory_that_cannot_be_read(
    start: Start, make_map: MakeMap, s3: Any, manifest: dict[str, Any], cause: str
) -> None:
    s3.put_object(Bucket="data", Key="other/manifest.json", Body=json.dumps(manifest).encode())
    states = make_map(ItemReader=reader({"InputType": "MANIFEST"}, Key="other/manifest.json"))
    error, told = start(states).failure()
    assert error == FAILED
    assert cause in told


@pytest.mark.parametrize(
    ("field", "cause"),
    [
        (reader({"InputType": "JSON"}, Key="none"), "The specified key does not exist. (Service: Amazon S3; Status"),
        (reader(resource=LIST, Bucket="nowhere"), "The specified bucket does not exist (Service: Amazon S3; Status"),
        (reader({"InputType": "JSONL", "MaxItems": "{% -1 %}"}, Key="items.jsonl"), "field MaxItems must be positive"),
        (reader({"InputType": "JSONL"}, Key="broken.jsonl"), "Unable to parse JSON in line 3"),
    ],
)
@pytest.mark.usefixtures("objects")
def test_what_cannot_be_read(start: Start, make_map: MakeMap, field: dict[str, Any], cause: str) -> None:
    catch = [{"ErrorEquals": [FAILED], "Next": "C", "Output": "{% $states.errorOutput.Cause %}"}]
    states = {**make_map(ItemReader=field, Catch=catch), "C": {"Type": "Succeed"}}
    execution = start(states)
    assert cause in execution.output()
    types = [event["type"] for event in execution.events()]
    assert types[types.index("MapStateStarted") :][:4] == [
        "MapStateStarted",
        "MapRunStarted",
        "MapRunFailed",
        "MapStateFailed",
    ]


@pytest.mark.usefixtures("objects")
def test_expression_that_fails_names_its_field(start: Start, make_map: MakeMap) -> None:
    states = make_map(ItemReader=reader({"InputType": "JSON"}, Key="{% $states.input.none %}"))
    error, cause = start(states).failure()
    assert error == "States.QueryEvaluationError"
    assert "specified for the field 'ItemReader/Arguments/Key' returned nothing" in cause
