"""JSON, JSON Lines and CSV, as items."""

import gzip
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.states.distributed.failures import READER_FAILED, MapRunError
from constructs_lib.local.states.distributed.reading.csv_items import csv_items
from constructs_lib.local.states.distributed.reading.json_items import json_items, json_lines

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
JSON = st.recursive(st.none() | st.booleans() | st.integers() | TEXTS, lambda inner: st.lists(inner, max_size=3))


def source(text: str | bytes) -> io.BytesIO:
    return io.BytesIO(text.encode() if isinstance(text, str) else text)


def failure(items: Any) -> str:
    with pytest.raises(MapRunError) as raised:
        list(items)
    assert raised.value.error == READER_FAILED
    return raised.value.cause


@given(st.lists(JSON, max_size=8))
def test_json_values_come_back_in_order(values: list[Any]) -> None:
    assert list(json_items(source(json.dumps(values)))) == values
    lines = "\n".join(json.dumps(value, ensure_ascii=False) for value in values)
    assert list(json_lines(source(lines))) == values


def test_object_is_iterated_by_pairs() -> None:
    assert list(json_items(source('{"a": 1, "b": [2]}'))) == [{"Key": "a", "Value": 1}, {"Key": "b", "Value": [2]}]


@pytest.mark.parametrize(
    ("pointer", "items"),
    [("/deep/0/list", [1, 2]), ("/a~1b", [3]), ("/m~0n", [4]), ("/deep", [{"list": [1, 2]}])],
)
def test_pointer(pointer: str, items: list[Any]) -> None:
    text = '{"deep": [{"list": [1, 2]}], "a/b": [3], "m~n": [4]}'
    assert list(json_items(source(text), pointer)) == items


@pytest.mark.parametrize(
    ("text", "pointer", "cause"),
    [
        ("[1, 2", "", "Unable to parse JSON"),
        ("[NaN]", "", "NaN is no JSON"),
        (b"[\xff]", "", "Unable to parse JSON"),
        ("3", "", "non-iterable node"),
        ('{"a": 3}', "/a", "non-iterable node"),
        ('{"a": 3}', "/b", "ItemsPointer does not match"),
        ("[[1]]", "/1", "ItemsPointer does not match"),
    ],
)
def test_json_without_items(text: str | bytes, pointer: str, cause: str) -> None:
    assert cause in failure(json_items(source(text), pointer))


def test_lines() -> None:
    text = '\ufeff{"a": 1}\r\n\n  \n["\u2028"]\n3'
    assert list(json_lines(source(text))) == [{"a": 1}, ["\u2028"], 3]
    assert "Unable to parse JSON in line 3" in failure(json_lines(source("1\n\n{\n")))


def test_first_row_is_the_header() -> None:
    text = '\ufeffa,b\r\n1,"x, ""y""\nz"\n2\n\n3,4,5\n'
    assert list(csv_items(source(text))) == [{"a": "1", "b": 'x, "y"\nz'}, {"a": "2", "b": ""}, {"a": "3", "b": "4"}]


def test_given_header() -> None:
    assert list(csv_items(source("1,2\n3,4\n"), ["a", "b"])) == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


@pytest.mark.parametrize(
    ("name", "character"), [("COMMA", ","), ("PIPE", "|"), ("SEMICOLON", ";"), ("SPACE", " "), ("TAB", "\t")]
)
def test_delimiters(name: str, character: str) -> None:
    text = f"a{character}b\n1{character}x\\{character}y\n"
    assert list(csv_items(source(text), delimiter=name)) == [{"a": "1", "b": f"x{character}y"}]


def test_backslashes_escape() -> None:
    assert list(csv_items(source('a\n\\\\\n\\"\n\\n\n'))) == [{"a": "\\"}, {"a": '"'}, {"a": "n"}]


def test_repeated_quotation_marks_are_one() -> None:
    text = 'a,b,c\n{""k"":""v""},"x ""y"", z","""q"""\n"","1\n2""3"" , x""",4""\n'
    assert list(csv_items(source(text))) == [
        {"a": '{"k":"v"}', "b": 'x "y", z', "c": '"q"'},
        {"a": "", "b": '1\n2"3" , x"', "c": '4"'},
    ]


@given(st.lists(st.lists(st.text('ab,"\\ \n;ü', max_size=6), min_size=2, max_size=4), max_size=5))
def test_rows_that_were_quoted_come_back(rows: list[list[str]]) -> None:
    escaped = [[field.replace("\\", "\\\\").replace('"', '""') for field in row] for row in rows]
    text = "".join(",".join(f'"{field}"' for field in row) + "\n" for row in escaped)
    names = ["1", "2", "3", "4"]
    padded = [row + [""] * (4 - len(row)) for row in rows]
    assert list(csv_items(source(text), names)) == [dict(zip(names, row, strict=True)) for row in padded]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "no header row"),
        (b"a\n\xff\n", "Unable to parse CSV"),
        ("h" * 10_241 + "\n1\n", "has 10241 bytes, the maximum is 10240"),
    ],
)
def test_csv_that_cannot_be_read(text: str | bytes, cause: str) -> None:
    assert cause in failure(csv_items(source(text)))


def test_rows_are_read_one_by_one() -> None:
    packed = source(gzip.compress(b"a\n" + b"1\n" * 100_000))
    with gzip.GzipFile(fileobj=packed) as unpacked:
        items = csv_items(unpacked)
        assert next(iter(items)) == {"a": "1"}
        assert unpacked.tell() < 100_000
