"""ItemBatcher: no item is lost, order stays, limits hold."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local.states.distributed.batches import Batcher, single_inputs
from constructs_lib.local.states.distributed.failures import DATA_LIMIT, RUNTIME, MapRunError

SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=30)
ITEMS = st.lists(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=5), max_size=40)


@given(ITEMS, st.integers(1, 7), st.integers(1, 300), st.none() | st.dictionaries(st.text(max_size=3), st.integers()))
def test_limits_hold_and_nothing_is_lost(items: list[Any], most: int, size: int, fixed: dict[str, int] | None) -> None:
    field = {"MaxItemsPerBatch": most, "MaxInputBytesPerBatch": size}
    batches = list(Batcher.of(field if fixed is None else {**field, "BatchInput": fixed}).batches(items))
    assert [item for batch in batches for item in batch.value["Items"]] == items
    for batch in batches:
        assert json.loads(batch.text) == batch.value
        assert batch.value.get("BatchInput") == fixed
        assert 1 <= batch.items == len(batch.value["Items"]) <= most
        assert len(batch.text.encode()) <= size or batch.items == 1


@given(ITEMS, st.integers(1, 300))
def test_batches_are_as_full_as_they_may_be(items: list[Any], size: int) -> None:
    batches = list(Batcher.of({"MaxInputBytesPerBatch": size}).batches(items))
    for batch, following in itertools.pairwise(batches):
        first = json.dumps(following.value["Items"][0], ensure_ascii=False, separators=(",", ":"))
        assert len(batch.text.encode()) + 1 + len(first.encode()) > size


def test_batch_is_never_larger_than_an_execution_input() -> None:
    batches = list(Batcher.of({"MaxItemsPerBatch": 1000}).batches(["ü" * 1000] * 300))
    assert [batch.items for batch in batches] == [130, 130, 40]
    assert all(len(batch.text.encode()) <= STEP_FUNCTIONS_PAYLOAD_BYTES for batch in batches)


def test_single_inputs_are_the_items() -> None:
    assert [(child.value, child.text, child.items) for child in single_inputs([1, {"a": "ü"}])] == [
        (1, "1", 1),
        ({"a": "ü"}, '{"a":"ü"}', 1),
    ]


@pytest.mark.parametrize("batched", [True, False])
def test_item_that_fits_into_no_input(*, batched: bool) -> None:
    items = ["x", "y" * STEP_FUNCTIONS_PAYLOAD_BYTES]
    inputs = Batcher.of({"MaxItemsPerBatch": 2}).batches(items) if batched else single_inputs(items)
    assert next(inputs).items == 1
    with pytest.raises(MapRunError, match="262144") as raised:
        next(inputs)
    assert raised.value.error == DATA_LIMIT


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"MaxItemsPerBatch": 0}, "MaxItemsPerBatch must be a positive integer, but was 0."),
        ({"MaxItemsPerBatch": "x"}, 'The MaxItemsPerBatch field has the value "x" which is not a valid integer'),
        ({"MaxInputBytesPerBatch": 262_145}, "MaxInputBytesPerBatch is 262145, the maximum is 262144."),
        (
            {"MaxInputBytesPerBatch": 1.5},
            'The MaxInputBytesPerBatch field has the value "1.5" which is not a valid integer',
        ),
    ],
)
def test_limits_that_are_none(field: dict[str, Any], message: str) -> None:
    with pytest.raises(MapRunError) as raised:
        Batcher.of(field)
    assert (raised.value.error, raised.value.cause) == (RUNTIME, message)
