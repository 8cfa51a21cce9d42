"""A list in S3 goes to a state machine as its fan-outs take lists."""

import io
from typing import Any

import pytest

from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.executions.stored_items import payload_of
from tests.unit.ops.aws_of_tests import MadeUp, client_error


def account_of(body: bytes = b"[1, 2]") -> Any:
    return MadeUp(get_object=lambda **_: {"Body": io.BytesIO(body), "ContentLength": len(body)})


def machine_of(key: str, bucket: str = "lists", *, first: dict[str, str] | None = None) -> dict[str, Any]:
    reader = {"Resource": "arn:aws:states:::s3:getObject", "Arguments": {"Bucket": bucket, "Key": key}}
    states: dict[str, Any] = {
        "Orders: Run batches": {"Type": "Map", "ItemReader": reader, "ItemProcessor": {"States": {}}}
    }
    if first:
        states["Orders: Read items"] = {"Type": "Pass", "Output": first}
    return {"States": states}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{% $states.input.key %}", {"key": "day.jsonl"}),
        ("{% $states.input.day.`the key` %}", {"day": {"the key": "day.jsonl"}}),
        ("{% $states.context.Execution.Input.key %}", {"key": "day.jsonl"}),
        ("day.jsonl", {}),
    ],
)
def test_a_fan_out_that_reads_from_s3_gets_the_key(expression: str, expected: object) -> None:
    own = machine_of("{% $states.input.Key %}", first={"Key": expression})
    assert payload_of(account_of(), own, "s3://lists/day.jsonl") == expected
    assert payload_of(account_of(), machine_of(expression), "s3://lists/day.jsonl") == expected


@pytest.mark.parametrize(
    ("machine", "message"),
    [
        (machine_of("{% $states.input.key %}", "others"), "reads its list from s3://others, not from s3://lists: copy"),
        (machine_of("{% 'day/' & $states.input.day %}"), "give what it reads by --input"),
        (machine_of("monday.jsonl"), "s3://lists/monday.jsonl, whatever the input is"),
    ],
)
def test_a_list_that_a_fan_out_would_not_read_is_refused(machine: dict[str, Any], message: str) -> None:
    with pytest.raises(OperationError, match=r"Orders.*reads its list") as told:
        payload_of(account_of(), machine, "s3://lists/day.jsonl")
    assert message in str(told.value)


@pytest.mark.parametrize(
    ("uri", "body", "items"),
    [
        ("s3://lists/a.json", b"[1, 2]", [1, 2]),
        ("s3://lists/a.json", b'{"items": ["x"]}', ["x"]),
        ("s3://lists/a b#1?.jsonl", b'{"n": 1}\n\n{"n": 2}\n', [{"n": 1}, {"n": 2}]),
    ],
)
def test_any_other_state_machine_gets_the_items(uri: str, body: bytes, items: list[Any]) -> None:
    account = account_of(body)
    assert payload_of(account, {"States": {"Run": {"Type": "Task"}}}, uri) == {"items": items}
    assert account.calls == [("get_object", {"Bucket": "lists", "Key": uri.removeprefix("s3://lists/")})]


@pytest.mark.parametrize(
    ("uri", "body", "message"),
    [
        ("s3://lists", b"", "expected s3://BUCKET/KEY"),
        ("s3://lists/", b"", "expected s3://BUCKET/KEY"),
        ("s3://lists/a.json", b'{"n": 1}\n{"n": 2}', "not JSON: .*JSON Lines end with .jsonl"),
        ("s3://lists/a.json", b"3", "expected a JSON array, got int"),
        ("s3://lists/a.json", b"[" + b"1," * 1_000_000 + b"1]", "let a DistributedFanOut read it"),
    ],
)
def test_what_is_no_list_is_refused(uri: str, body: bytes, message: str) -> None:
    with pytest.raises(OperationError, match=message):
        payload_of(account_of(body), {"States": {}}, uri)


def test_an_object_that_is_not_there_is_told() -> None:
    def missing(**_: Any) -> None:
        raise client_error("NoSuchKey")

    account: Any = MadeUp(get_object=missing)
    with pytest.raises(OperationError, match=r"s3://lists/a\.json: it says NoSuchKey"):
        payload_of(account, {"States": {}}, "s3://lists/a.json")
