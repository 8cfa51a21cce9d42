"""ArrayFanOut over lists of more than 10,000 items: several arrays, each item once, and every failure told."""

import json
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.limits import MAX_ARRAY_SIZE, STEP_FUNCTIONS_CAUSE_CHARACTERS
from constructs_lib.workflows.fan_out.array.arrays import ARRAYS, MOST_ITEMS
from tests.properties import examples
from tests.unit.workflows.fan_out.array.test_array_fan_out import environment, run
from tests.unit.workflows.interpreter import Failure, evaluate, job_failure
from worker.contract import Contract
from worker.items import find_item


class Arrays:
    """AWS Batch: gives each child its item as the worker would, and fails those that are told to."""

    def __init__(self, failing: set[int] | None = None, refused: int | None = None) -> None:
        self.sizes: list[int | None] = []
        self.worked: dict[int, Any] = {}
        self.stored: dict[str, Any] = {}
        self._failing, self._refused = failing or set(), refused
        self._failed: dict[str, list[int]] = {}

    def run(self, machine: dict[str, Any], items: Any) -> dict[str, Any]:
        tasks: dict[str, Any] = {"submit": self._submit, "listJobs": self._list, "putObject": self._put}
        output: dict[str, Any] = run(machine, {"items": items}, **tasks)[0]
        return output

    def _put(self, arguments: dict[str, Any]) -> Any:
        self.stored[f"s3://{arguments['Bucket']}/{arguments['Key']}"] = arguments["Body"]
        return {"ETag": "1"}

    def _submit(self, arguments: dict[str, Any]) -> Any:
        job_id = f"job-{len(self.sizes)}"
        size = arguments.get("ArrayProperties", {}).get("Size")
        self.sizes.append(size)
        if len(self.sizes) - 1 == self._refused:
            raise Failure("Batch.ClientException", "The queue is closed.")
        variables = environment(arguments)
        texts = {uri: json.dumps(body).encode() for uri, body in self.stored.items()}
        first = self._item(variables, texts, 0)
        last = self._item(variables, texts, (size or 1) - 1)
        items = json.loads(variables["ITEMS"]) if "ITEMS" in variables else self.stored[variables["ITEMS_URI"]]["items"]
        children = range(first[0], last[0] + 1)
        assert len(children) == (size or 1)
        assert (first[1], last[1]) == (items[children[0]], items[children[-1]])
        assert not self.worked.keys() & children
        self.worked |= {index: items[index] for index in children}
        failed = [child for child, index in enumerate(children) if index in self._failing]
        if failed:
            self._failed[job_id] = failed[::-1]
            raise job_failure(job_id)
        return {"JobId": job_id, "Container": {"Environment": "x" * 1_000}}

    def _item(self, variables: dict[str, str], texts: dict[str, bytes], child: int) -> tuple[int, Any]:
        return find_item(Contract({**variables, "AWS_BATCH_JOB_ARRAY_INDEX": str(child)}), texts.__getitem__)

    def _list(self, arguments: dict[str, Any]) -> Any:
        failed, start, page = self._failed[arguments["ArrayJobId"]], int(arguments.get("NextToken", 0)), 4_000
        children = [{"ArrayProperties": {"Index": child}} for child in failed[start : start + page]]
        return {"JobSummaryList": children, **({"NextToken": str(start + page)} if start + page < len(failed) else {})}


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (0, []),
        (1, [None]),
        (2, [2]),
        (9_999, [9_999]),
        (10_000, [10_000]),
        (10_001, [5_000, 5_001]),
        (25_000, [8_333, 8_333, 8_334]),
        (40_000, [10_000] * 4),
    ],
)
def test_lists_of_every_size_are_split_evenly(
    array_machine: dict[str, Any], count: int, sizes: list[int | None]
) -> None:
    arrays = Arrays()

    output = arrays.run(array_machine, list(range(count)))

    assert arrays.sizes == sizes
    assert arrays.worked == {index: index for index in range(count)}
    assert (output["total"], output["succeeded"], output["failedIndexes"]) == (count, count, [])
    assert output["jobIds"] == [f"job-{number}" for number in range(len(sizes))]


@settings(max_examples=examples(0.6))
@given(total=st.integers(1, MOST_ITEMS))
def test_arrays_cover_the_list_in_equal_parts(total: int) -> None:
    arrays = evaluate(ARRAYS, {"input": {"total": total}})
    sizes = [array["total"] for array in arrays]

    assert [array["index"] for array in arrays] == list(accumulate([0, *sizes]))[:-1]
    assert sum(sizes) == total
    assert max(sizes) <= MAX_ARRAY_SIZE
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) == -(-total // MAX_ARRAY_SIZE)


@pytest.mark.parametrize("count", [40_001, 80_000])
def test_more_than_the_failures_of_one_payload_are_refused(array_machine: dict[str, Any], count: int) -> None:
    with pytest.raises(Failure, match=rf"FanOut\.TooManyItems: .* got {count}\. Use a DistributedFanOut"):
        Arrays().run(array_machine, [0] * count)


@pytest.mark.parametrize("failing", [{0, 4_999, 5_000, 10_000}, {10_000}, set(range(0, 10_001, 2))])
def test_failures_of_several_arrays_have_the_indexes_of_the_list(
    array_machine: dict[str, Any], failing: set[int]
) -> None:
    arrays = Arrays(failing)

    with pytest.raises(Failure, match=r"FanOut\.TooManyFailures") as failure:
        arrays.run(array_machine, list(range(10_001)))

    summary = json.loads(failure.value.cause)
    assert (summary["failed"], summary["succeeded"]) == (len(failing), 10_001 - len(failing))
    listed = summary["failedIndexes"]
    assert listed == sorted(failing)[: len(listed)]
    assert len(listed) + summary.get("failedIndexesOmitted", 0) == len(failing)
    assert len(arrays.worked) == 10_001


@pytest.mark.parametrize("count", [25_000, 40_000])
def test_very_many_failures_are_listed_in_s3(array_machine: dict[str, Any], count: int) -> None:
    arrays = Arrays(set(range(count)))

    with pytest.raises(Failure, match=r"FanOut\.TooManyFailures") as failure:
        arrays.run(array_machine, list(range(count)))

    summary = json.loads(failure.value.cause)
    assert len(failure.value.cause) <= STEP_FUNCTIONS_CAUSE_CHARACTERS
    assert (summary["total"], summary["failed"]) == (count, count)
    assert "failedIndexes" not in summary
    assert arrays.stored[summary["failedIndexesUri"]] == list(range(count))
    assert summary["failedIndexesUri"].rpartition("/")[0] == summary["resultsUri"].rpartition("/")[0]


def test_an_array_that_is_not_accepted_lets_the_others_run(array_machine: dict[str, Any]) -> None:
    arrays = Arrays(refused=1)

    with pytest.raises(Failure, match=r"Batch\.ClientException: The queue is closed\."):
        arrays.run(array_machine, list(range(25_000)))

    assert len(arrays.worked) == 8_333 + 8_334


@pytest.mark.parametrize("item", ["x" * 100, "é" * 50, "漢" * 33 + "1"])
def test_a_list_that_no_state_can_hand_on_is_refused_with_its_size(array_machine: dict[str, Any], item: str) -> None:
    each = len(json.dumps(item, ensure_ascii=False).encode()) + 1
    most = (249_856 - 1) // each

    assert Arrays().run(array_machine, [item] * most)["total"] == most
    with pytest.raises(Failure, match=rf"FanOut\.TooManyItems: The items take {(most + 1) * each + 1} bytes of JSON"):
        Arrays().run(array_machine, [item] * (most + 1))
