"""An execution that is rerun runs some items only, under the indexes that they had, in all strategies."""

import json
from typing import Any

import pytest
from aws_cdk import Size, Stack
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib import ArrayFanOut, DistributedFanOut, MapFanOut
from constructs_lib.core.container_contract import ITEM_INDEX, ITEMS_URI, item_index
from constructs_lib.core.protocol import PART
from tests.properties import examples
from tests.unit.workflows.distributed_maps import DistributedExecution
from tests.unit.workflows.fan_out.array.test_array_fan_out import AWKWARD, environment
from tests.unit.workflows.interpreter import Failure, job_failure
from tests.unit.workflows.synthesized import Resources, definition, job, queue, resources_of, state_machine
from worker.contract import Contract
from worker.items import find_item

STRATEGIES = ["MapFanOut", "ArrayFanOut", "DistributedFanOut"]
ALL = [*STRATEGIES, *(f"{name}InRounds" for name in STRATEGIES)]
RESULTS = "s3://bucket/fan-out/Machine/first/results"


class Jobs:
    """Jobs that read their item as the worker does; those of some items fail."""

    def __init__(self, failing: set[int] | None = None) -> None:
        self.failing = failing or set()
        self.worked: dict[int, Any] = {}
        self.variables: dict[int, str | None] = {}
        self.execution = DistributedExecution({"submitJob.sync": self._submit, "listJobs": self._list})
        self._failed: list[int] = []

    def run(self, machine: dict[str, Any], items: Any, entry: dict[str, Any], name: str = "Tiles") -> Any:
        try:
            return self.execution.run(machine, {"items": items, "fanOutRerun": {name: entry}})
        except Failure as failure:
            if failure.error != "FanOut.TooManyFailures":
                raise
            return json.loads(failure.cause)

    def _submit(self, arguments: dict[str, Any]) -> Any:
        size = arguments.get("ArrayProperties", {}).get("Size")
        self._failed = []
        for child in range(size or 1):
            variables = environment(arguments) | ({"AWS_BATCH_JOB_ARRAY_INDEX": str(child)} if size else {})
            assert variables["RESULTS_URI"] == RESULTS
            index, item = find_item(Contract(variables), self._object)
            if not self._says_indexes(variables):
                assert item_index(environment(arguments), child if size else None) == index
            assert index not in self.worked
            self.worked[index] = item
            self.variables[index] = variables.get("OWN")
            self._failed += [child] if index in self.failing else []
        if self._failed:
            raise job_failure("job", StatusReason="Essential container in task exited")
        return {"JobId": "job", "JobName": arguments["JobName"]}

    def _says_indexes(self, variables: dict[str, str]) -> bool:
        uri = variables.get(ITEMS_URI)
        return uri is not None and ITEM_INDEX not in variables and "indexes" in json.loads(self._object(uri))

    def _object(self, uri: str) -> bytes:
        return self.execution.objects[uri.split("/", 3)[3]].encode()

    def _list(self, _: dict[str, Any]) -> Any:
        return {"JobSummaryList": [{"ArrayProperties": {"Index": child}} for child in self._failed]}


def _build(stack: Stack) -> None:
    parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack)}
    own = MapFanOut(stack, "OwnTiles", **parts, item_environment={"OWN": "{% $string($states.input.item) %}"})
    state_machine(stack, own, "OwnVariables")
    for suffix, more in (("", {}), ("InRounds", {"memory_steps": [Size.gibibytes(1)]})):
        for kind in (MapFanOut, ArrayFanOut):
            state_machine(stack, kind(stack, f"{kind.__name__}{suffix}Tiles", **parts, **more), kind.__name__ + suffix)
        distributed = DistributedFanOut(stack, f"DistributedFanOut{suffix}Tiles", **parts, **more, batch_size=4)
        state_machine(stack, distributed, f"DistributedFanOut{suffix}")


@pytest.fixture(scope="module")
def made() -> Resources:
    return resources_of(_build)


def _check(jobs: Jobs, output: Any, items: list[Any], indexes: list[int]) -> None:
    failed = sorted(jobs.failing & set(indexes))
    assert jobs.worked == {index: items[index] for index in indexes}
    counts = (output["total"], output["succeeded"], output["failed"])
    assert counts == (len(items), len(items) - len(failed), len(failed))
    assert output["failedIndexes"] == failed
    assert output["resultsUri"] == RESULTS


@pytest.mark.parametrize("strategy", ALL)
@pytest.mark.parametrize("indexes", [[], [0], [3], [2, 3], [1, 5, 10], list(range(12))], ids=str)
def test_only_these_items_run(made: Resources, strategy: str, indexes: list[int]) -> None:
    jobs = Jobs({3, 5})
    entry = {"resultsUri": RESULTS, "indexes": indexes}

    output = jobs.run(definition(made, strategy), AWKWARD, entry, f"{strategy}Tiles")

    _check(jobs, output, AWKWARD, indexes)


@settings(max_examples=examples(0.3))
@given(data=st.data(), strategy=st.sampled_from(ALL), size=st.integers(1, 20))
def test_whatever_the_items(made: Resources, data: st.DataObject, strategy: str, size: int) -> None:
    some = st.sets(st.integers(0, size - 1))
    indexes, jobs = sorted(data.draw(some)), Jobs(data.draw(some))
    jobs.execution.shuffle = data.draw(st.booleans())
    items = data.draw(st.lists(st.sampled_from([*AWKWARD, "é" * 7_000]), min_size=size, max_size=size))
    entry = {"resultsUri": RESULTS, "indexes": indexes}

    _check(jobs, jobs.run(definition(made, strategy), items, entry, f"{strategy}Tiles"), items, indexes)


@pytest.mark.parametrize("strategy", ALL)
def test_without_indexes_all_run_and_the_results_stay_together(made: Resources, strategy: str) -> None:
    jobs = Jobs({1})
    output = jobs.run(definition(made, strategy), AWKWARD, {"resultsUri": RESULTS}, f"{strategy}Tiles")
    _check(jobs, output, AWKWARD, list(range(len(AWKWARD))))


def test_variables_of_an_item_are_those_of_the_item(made: Resources) -> None:
    jobs = Jobs()
    entry = {"resultsUri": RESULTS, "indexes": [1, 3]}
    jobs.run(definition(made, "OwnVariables"), ["a", ["b"], "c", {"d": 4}], entry, "OwnTiles")
    assert jobs.variables == {1: '["b"]', 3: '{"d":4}'}


@pytest.mark.parametrize("strategy", ["DistributedFanOut", "DistributedFanOutInRounds"])
def test_many_indexes_of_batches_are_read_in_parts(made: Resources, strategy: str) -> None:
    """The positions of three items are made large, as those of millions of items would be."""
    jobs = Jobs({2 * PART + 1})
    machine = json.loads(json.dumps(definition(made, strategy)))
    [name] = [name for name in machine["States"] if name.endswith(": Run batches")]
    selector = machine["States"][name]["ItemSelector"]
    selector["index"] = f"{{% $states.context.Map.Item.Index * {PART // 2} + 1 %}}"
    jobs.execution.objects |= {
        f"fan-out/rerun/{part}.json": json.dumps(indexes)
        for part, indexes in {0: [1], 1: [], 2: [2 * PART + 1, 2 * PART + PART // 2 + 1], 3: []}.items()
    }

    output = jobs.run(
        machine, list("abcdefg"), {"resultsUri": RESULTS, "indexesKey": "fan-out/rerun"}, f"{strategy}Tiles"
    )

    assert jobs.worked == {1: "a", 2 * PART + 1: "e", 2 * PART + PART // 2 + 1: "f"}
    assert (output["total"], output["succeeded"], output["failedIndexes"]) == (7, 6, [2 * PART + 1])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_input_that_names_others_changes_nothing(made: Resources, strategy: str) -> None:
    jobs = Jobs()
    with pytest.raises(AssertionError, match=RESULTS):  # its own, and not the one of the entry
        jobs.run(definition(made, strategy), AWKWARD, {"resultsUri": RESULTS, "indexes": [0]}, "Others")


@pytest.mark.parametrize("strategy", ["MapFanOut", "ArrayFanOut"])
def test_a_list_that_became_shorter_is_refused(made: Resources, strategy: str) -> None:
    with pytest.raises(Exception, match="fanOutRerun asks for the index 12, and there are 12 items"):
        Jobs().run(definition(made, strategy), AWKWARD, {"resultsUri": RESULTS, "indexes": [12]}, f"{strategy}Tiles")
