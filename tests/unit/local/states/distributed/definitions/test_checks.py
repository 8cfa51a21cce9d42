"""Definitions that are refused when the state machine is created, and definitions that come through unchanged."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Start = Callable[..., Any]
MakeMap = Callable[..., dict[str, Any]]

GET = "arn:aws:states:::s3:getObject"
SYNC = {"T": {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "Arguments": {}, "End": True}}


def reader(**config: Any) -> dict[str, Any]:
    return {"Resource": GET, "Arguments": {"Bucket": "b", "Key": "k"}, "ReaderConfig": config}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ItemReader": {**reader(), "Resource": "arn:aws:states:::s3:putObject"}}, "/States/M/ItemReader/Resource"),
        ({"ItemReader": reader(InputType="PARQUET")}, "Parquet files are not emulated"),
        ({"ItemReader": reader(InputType="XML")}, "not one of [CSV, JSON, JSONL, MANIFEST]: 'XML'"),
        ({"ItemReader": reader(ManifestType="S3_INVENTORY", InputType="CSV")}, "InputType cannot be given"),
        ({"ItemReader": reader(ManifestType="ATHENA_DATA", InputType="JSON")}, "not one of [CSV, JSONL]: 'JSON'"),
        ({"ItemReader": reader(InputType="JSON", Transformation="ALL")}, "not one of [NONE, LOAD_AND_FLATTEN]"),
        ({"ItemReader": reader(InputType="JSON", MaxItems=1, MaxItemsPath="$.n")}, "Both MaxItems and MaxItemsPath"),
        ({"ItemReader": reader(InputType="CSV")}, "/States/M/ItemReader/ReaderConfig/CSVHeaderLocation"),
        ({"ItemReader": reader(InputType="CSV", CSVHeaderLocation="GIVEN")}, "CSVHeaders belongs to"),
        (
            {"ItemReader": reader(InputType="CSV", CSVHeaderLocation="FIRST_ROW", CSVDelimiter=";")},
            "not one of [COMMA, PIPE, SEMICOLON, SPACE, TAB]: ';'",
        ),
        ({"ItemBatcher": {}}, "At least one of MaxItemsPerBatch and MaxInputBytesPerBatch"),
        ({"ItemBatcher": {"MaxItemsPerBatch": 1, "MaxItemsPerBatchPath": "$.n"}}, "Both a limit and its path"),
        ({"ResultWriter": {}}, "Fields are missing at /States/M/ResultWriter"),
        ({"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject"}}, "Fields are missing"),
        ({"ResultWriter": {"WriterConfig": {"Transformation": "ZIP"}}}, "not one of [NONE, COMPACT, FLATTEN]"),
        ({"ResultWriter": {"WriterConfig": {"OutputType": "CSV"}}}, "not one of [JSON, JSONL]: 'CSV'"),
        (
            {"ToleratedFailureCount": 1, "ToleratedFailureCountPath": "$.n"},
            "Field 'ToleratedFailureCountPath' is not supported at /States/M",
        ),
        ({"Label": "l" * 41}, "is not valid at /States/M/Label"),
        ({"Label": "with space"}, "The label 'with space' is not valid"),
        ({"Label": "with:colon"}, "The label 'with:colon' is not valid"),
        ({"states": SYNC, "express": True}, "Express state machine does not support 'sync' service integration"),
    ],
)
def test_refused(start: Start, make_map: MakeMap, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError) as raised:
        start(make_map(**fields))
    assert raised.value.response["Error"]["Code"] == "InvalidDefinition"
    assert message in str(raised.value)


def test_labels_are_unique(start: Start, make_map: MakeMap) -> None:
    first, second = (make_map({f"P{name}": {"Type": "Pass", "End": True}}, Items=[], Label="same") for name in "AB")
    branches = [{"StartAt": name, "States": {name: states["M"]}} for name, states in (("A", first), ("B", second))]
    with pytest.raises(ClientError, match="The label 'same' is not unique"):
        start({"S": {"Type": "Parallel", "Branches": branches, "End": True}})


def test_execution_type_is_required(start: Start, make_map: MakeMap) -> None:
    states = make_map(Items=[])
    del states["M"]["ItemProcessor"]["ProcessorConfig"]["ExecutionType"]
    with pytest.raises(ClientError, match="/States/M/ItemProcessor/ProcessorConfig/ExecutionType"):
        start(states)


def test_express_children_have_no_map_runs(start: Start, make_map: MakeMap) -> None:
    with pytest.raises(ClientError, match="DISTRIBUTED mode is not supported in Express workflows"):
        start(make_map({"N": make_map(Items=[])["M"]}, Items=[], express=True))


@pytest.mark.parametrize("field", ["ItemReader", "ItemBatcher", "ResultWriter", "Label"])
def test_inline_map_has_none_of_the_fields(start: Start, make_map: MakeMap, field: str) -> None:
    states = make_map(**{field: "x" if field == "Label" else {}})
    states["M"]["ItemProcessor"]["ProcessorConfig"] = {"Mode": "INLINE"}
    with pytest.raises(ClientError, match=f"The {field} field is not supported for INLINE maps at /States/M/{field}"):
        start(states)


def test_definition_is_described_as_it_was_given(start: Start, make_map: MakeMap) -> None:
    states = make_map(Items=[], ItemBatcher={"MaxItemsPerBatch": 1}, ItemSelector={"MaxPath": "$.x"}, express=True)
    execution = start(states)
    machine = execution.arn.removesuffix(":e").replace(":execution:", ":stateMachine:")
    described = execution.client.describe_state_machine(stateMachineArn=machine)
    assert json.loads(described["definition"])["States"] == states


def test_keys_of_the_users_are_left_alone(start: Start, make_map: MakeMap) -> None:
    states = make_map(
        Items=["x"],
        ItemSelector={"MaxPath": "a", "ReaderConfig": {"MaxItemsPath": "b"}},
        ItemBatcher={"MaxItemsPerBatch": 1, "BatchInput": {"ToleratedPath": "c", "ItemReader": "{% 'd' %}"}},
    )
    assert start(states).output() == [
        {
            "BatchInput": {"ToleratedPath": "c", "ItemReader": "d"},
            "Items": [{"MaxPath": "a", "ReaderConfig": {"MaxItemsPath": "b"}}],
        }
    ]


def test_whole_fields_may_be_expressions(start: Start, make_map: MakeMap) -> None:
    batcher = {"MaxItemsPerBatch": 2, "BatchInput": "{% $states.input.fixed %}"}
    selector = "{% {'v': $states.context.Map.Item.Value} %}"
    states = make_map(Items="{% $states.input.items %}", ItemSelector=selector, ItemBatcher=batcher)
    assert start(states, {"items": [1, 2], "fixed": [3]}).output() == [
        {"BatchInput": [3], "Items": [{"v": 1}, {"v": 2}]}
    ]
