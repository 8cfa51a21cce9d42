"""The worker's contract and the library's are one: the same variables, and of any environment the same item."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from constructs_lib.core import container_contract
from constructs_lib.core.container_contract import ARRAY_INDEX, LISTS, SET_BY_FAN_OUTS, item_index
from worker.contract import Contract
from worker.errors import ContractError
from worker.items import find_item

MODULE = Path(__file__).parents[3] / "container" / "worker" / "contract.py"
PAGE = Path(__file__).parents[3] / "docs" / "container.md"

NUMBERS = (container_contract.ITEM_INDEX, container_contract.ITEMS_OFFSET)
NO_NUMBERS = ("-1", "+1", " 1", "1_0", "1.0", "0x1", "1e3", "first", "٣", "²", "1" * 19, "null", "\n1", "1\n")
LENGTH = 50
LIST = f"[{', '.join(map(str, range(LENGTH)))}]"

texts = st.sampled_from(["", "0", "7", "007", "49", "1" * 18, *NO_NUMBERS]) | st.integers(0, 60).map(str)
variables = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(NUMBERS, texts),
        "ITEMS": st.sampled_from([LIST, "[]", "[1]", "", "no JSON"]),
        "ITEMS_URI": st.sampled_from(["s3://bucket/items.json", "", "bucket"]),
        # What AWS Batch sets for the nodes of a job is no place in a list.
        "AWS_BATCH_JOB_NODE_INDEX": st.integers(0, 3).map(str),
        "AWS_BATCH_JOB_MAIN_NODE_INDEX": st.just("0"),
        "AWS_BATCH_JOB_NUM_NODES": st.just("4"),
    },
)


def worker_finds(environment: dict[str, str], array_index: int | None) -> int:
    of_batch = {} if array_index is None else {ARRAY_INDEX: str(array_index)}
    index, _ = find_item(Contract(environment | of_batch), lambda _: f'{{"items": {LIST}}}'.encode())
    return index


@given(environment=variables, array_index=st.none() | st.integers(0, LENGTH - 1))
@example({"ITEMS": LIST, "ITEM_INDEX": "1" * 18}, 1)
@example({"ITEMS": LIST, "ITEM_INDEX": "", "ITEMS_OFFSET": "40"}, 9)
@example({"ITEMS": LIST, "ITEMS_OFFSET": "٣"}, None)
def test_where_the_worker_finds_an_item_the_index_is_the_same(
    environment: dict[str, str], array_index: int | None
) -> None:
    try:
        found = worker_finds(environment, array_index)
    except ContractError:
        valid = {name: text for name, text in environment.items() if name not in NUMBERS or text not in NO_NUMBERS}
        assert item_index(environment, array_index) == item_index(valid, array_index)
    else:
        assert item_index(environment, array_index) == found


@given(environment=variables)
def test_a_job_without_a_list_that_is_in_no_array_has_an_index_only_if_it_is_told_one(
    environment: dict[str, str],
) -> None:
    given_one = environment.get("ITEM_INDEX", "") in {"0", "7", "007", "1" * 18, *map(str, range(61))}
    has_list = any(environment.get(name) for name in LISTS)
    assert (item_index(environment, None) is not None) == (given_one or has_list)


def test_a_child_that_is_given_no_items_is_known_by_its_place() -> None:
    assert item_index({}, 3) == item_index({"ITEMS_OFFSET": "10"}, 3) == 3


@pytest.mark.parametrize("page", [MODULE, PAGE], ids=lambda page: page.name)
def test_the_worker_and_the_page_name_the_same_variables(page: Path) -> None:
    rows = re.findall(r"^(?:``|\| `)([A-Z][A-Z_]+)`", page.read_text(), re.MULTILINE)
    assert ARRAY_INDEX in rows
    assert {name for name in rows if not name.startswith("AWS_BATCH_")} == SET_BY_FAN_OUTS
