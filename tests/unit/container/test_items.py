"""Finding the item, as a pure function."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.contract import Contract
from worker.errors import ContractError, S3Error
from worker.items import find_item
from worker.strict_json import parse, render

URI = "s3://bucket/items.json"

texts = st.text() | st.sampled_from(
    ["", "é", "日本語", '"', "'", "\n", "\r\n", "$", "$x", "${x}", "{% $x %}", "\\", "🌧"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
lists = st.lists(values, min_size=1, max_size=6)


def never_read(uri: str) -> bytes:
    raise AssertionError(f"{uri} was read")


def find(environment: dict[str, str], document: Any = None) -> tuple[int, object]:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return find_item(Contract(environment), never_read if document is None else lambda _uri: content)


def refusal(environment: dict[str, str], document: Any = None) -> str:
    with pytest.raises(ContractError) as caught:
        find(environment, document)
    return str(caught.value)


@given(items=lists, data=st.data())
def test_array_job_takes_its_place_in_an_inline_list(items: list[Any], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(items) - 1))
    assert find({"ITEMS": json.dumps(items), "AWS_BATCH_JOB_ARRAY_INDEX": str(place)}) == (place, items[place])


@given(items=lists, data=st.data())
def test_offset_and_place_add_up_in_a_list_in_s3(items: list[Any], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(items) - 1))
    offset = data.draw(st.integers(0, place))
    environment = {"ITEMS_URI": URI, "ITEMS_OFFSET": str(offset), "AWS_BATCH_JOB_ARRAY_INDEX": str(place - offset)}
    assert find(environment, {"items": items}) == (place, items[place])


@given(items=lists, data=st.data())
def test_indexes_of_the_list_name_the_results(items: list[Any], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(items) - 1))
    indexes = data.draw(st.lists(st.integers(0, 10**6), min_size=len(items), max_size=len(items)))
    found = find({"ITEMS_URI": URI, "ITEMS_OFFSET": str(place)}, {"items": items, "indexes": indexes})
    assert found == (indexes[place], items[place])


@given(value=values)
def test_what_is_written_as_json_is_read_back(value: Any) -> None:
    text = render(value)
    assert parse(text) == value
    assert text.isascii()
    assert "\n" not in text


@given(item=values)
def test_a_single_job_has_one_item(item: Any) -> None:
    assert find({"ITEMS": json.dumps([item], ensure_ascii=False)}) == (0, item)


def test_item_index_comes_before_the_indexes_of_the_list() -> None:
    environment = {"ITEMS_URI": URI, "ITEMS_OFFSET": "1", "ITEM_INDEX": "7"}
    assert find(environment, {"items": ["a", "b"], "indexes": [4, 5]}) == (7, "b")


def test_item_index_names_an_inline_item() -> None:
    assert find({"ITEMS": '["a"]', "ITEM_INDEX": "41"}) == (41, "a")


def test_an_array_over_one_batch_counts_on_from_the_index_of_its_first_item() -> None:
    batch = {"ITEMS": '["a", "b", "c"]', "ITEM_INDEX": "4000"}
    assert [find({**batch, "AWS_BATCH_JOB_ARRAY_INDEX": str(child)}) for child in range(3)] == [
        (4000, "a"),
        (4001, "b"),
        (4002, "c"),
    ]


def test_variables_set_to_nothing_count_as_absent() -> None:
    environment = {
        "ITEMS": "[5]",
        "ITEMS_URI": "",
        "ITEMS_OFFSET": "",
        "AWS_BATCH_JOB_ARRAY_INDEX": "",
        "ITEM_INDEX": "",
    }
    assert find(environment) == (0, 5)


def test_results_uri_may_end_with_a_slash() -> None:
    assert Contract({"ITEMS": "[1]", "RESULTS_URI": "s3://bucket/results/"}).results_uri == "s3://bucket/results"


@pytest.mark.parametrize("name", ["ITEMS_OFFSET", "AWS_BATCH_JOB_ARRAY_INDEX", "ITEM_INDEX", "AWS_BATCH_JOB_ATTEMPT"])
@pytest.mark.parametrize("value", ["-1", "1.0", " 1", "1_0", "x", "٣", "²", "9" * 5000])
def test_numbers_are_whole_and_not_negative(name: str, value: str) -> None:
    message = refusal({"ITEMS": "[1]", name: value})
    assert message.startswith(f"{name} must be a whole number, 0 or more; it is ")
    assert len(message) < 150


@pytest.mark.parametrize("name", ["ITEMS_URI", "RESULTS_URI"])
@pytest.mark.parametrize("value", ["bucket/key", "https://bucket/key", "s3://bucket", "s3://bucket/", "s3:///key"])
def test_uris_have_a_bucket_and_a_key(name: str, value: str) -> None:
    environment = {name: value} | ({"ITEMS": "[1]"} if name == "RESULTS_URI" else {})
    assert refusal(environment) == f"{name} must look like s3://bucket/key; it is {value!r}"


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "neither ITEMS nor ITEMS_URI is set: this job has no item"),
        ({"ITEMS": "[1]", "ITEMS_URI": URI}, "both ITEMS and ITEMS_URI are set: set one of them"),
        ({"ITEMS": "[]"}, "item 0 is out of range: ITEMS has 0 items"),
        ({"ITEMS": "[1]", "AWS_BATCH_JOB_ARRAY_INDEX": "1"}, "item 1 is out of range: ITEMS has 1 item"),
        (
            {"ITEMS": "[1,2]", "ITEMS_OFFSET": "1", "AWS_BATCH_JOB_ARRAY_INDEX": "1"},
            "item 2 is out of range: ITEMS has 2 items",
        ),
        ({"ITEMS": "[1,2]"}, "ITEMS has 2 items and this job takes one: it is in no array and has no ITEMS_OFFSET"),
        ({"ITEMS": "{}"}, "ITEMS must be a JSON array"),
        ({"ITEMS": '"ab"'}, "ITEMS must be a JSON array"),
        ({"ITEMS": "[1,"}, "ITEMS is not JSON: Expecting value: line 1 column 4 (char 3)"),
        ({"ITEMS": "[NaN]"}, "ITEMS is not JSON: NaN is not JSON"),
        ({"ITEMS": "[-Infinity]"}, "ITEMS is not JSON: -Infinity is not JSON"),
        ({"ITEMS": "[1e999]"}, "ITEMS is not JSON: 1e999 is too large for a number"),
        ({"ITEMS": "[-1E+400]"}, "ITEMS is not JSON: -1E+400 is too large for a number"),
        ({"ITEMS": "[" * 200_000}, "ITEMS is not JSON: nested too deeply"),
    ],
)
def test_refusals_of_an_inline_list(environment: dict[str, str], message: str) -> None:
    assert refusal(environment) == message


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([1], f'ITEMS_URI {URI} must be a JSON object with "items"'),
        ({"Items": [1]}, f'ITEMS_URI {URI} must be a JSON object with "items"'),
        ({"items": 1}, f'"items" of ITEMS_URI {URI} must be a JSON array'),
        ({"items": []}, f"item 0 is out of range: ITEMS_URI {URI} has 0 items"),
        ({"items": [1], "indexes": {}}, f'"indexes" of ITEMS_URI {URI} must be a JSON array'),
        ({"items": [1], "indexes": [-1]}, f'"indexes" of ITEMS_URI {URI} must be whole numbers, 0 or more'),
        ({"items": [1], "indexes": [True]}, f'"indexes" of ITEMS_URI {URI} must be whole numbers, 0 or more'),
        ({"items": [1], "indexes": [1, 2]}, f'ITEMS_URI {URI} has 1 item and 2 "indexes"'),
        (
            b"\xff",
            f"ITEMS_URI {URI} is not JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        ),
    ],
)
def test_refusals_of_a_list_in_s3(document: Any, message: str) -> None:
    assert refusal({"ITEMS_URI": URI}, document) == message


def test_unreadable_list_says_why() -> None:
    def read(uri: str) -> bytes:
        raise S3Error(f"{uri}: Access Denied")

    with pytest.raises(ContractError, match=r"^ITEMS_URI cannot be read: s3://bucket/items\.json: Access Denied$"):
        find_item(Contract({"ITEMS_URI": URI}), read)


def test_a_list_that_is_not_whole_is_read_again() -> None:
    answers = [b'{"items": ["a', b'{"items": ["a"]}']
    assert find_item(Contract({"ITEMS_URI": URI}), lambda _uri: answers.pop(0)) == (0, "a")
    assert answers == []


def test_a_list_that_is_not_whole_either_time_is_refused() -> None:
    answers = [b'{"items": [', b'{"items": ["a"']
    with pytest.raises(ContractError, match="is not JSON: Expecting ',' delimiter: line 1 column 15"):
        find_item(Contract({"ITEMS_URI": URI}), lambda _uri: answers.pop(0))
    assert answers == []
