"""Items run again on the fallback queue if AWS took the capacity from their job, and only then, in all strategies."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_batch as batch
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib import ArrayFanOut, ConfigurationError, DistributedFanOut, MapFanOut
from tests.properties import examples
from tests.unit.workflows.distributed_maps import DistributedExecution
from tests.unit.workflows.fan_out.array.test_array_fan_out import AWKWARD, environment
from tests.unit.workflows.interpreter import Failure, job_failure
from tests.unit.workflows.synthesized import (
    Resources,
    definition,
    job,
    new_stack,
    queue,
    resources_of,
    state_machine,
)
from worker.contract import Contract
from worker.items import find_item

STRATEGIES = ["MapFanOut", "ArrayFanOut", "DistributedFanOut"]
FALLBACK = "arn:aws:batch:eu-west-1:111122223333:job-queue/on-demand"
REASONS = ["Host EC2 (instance i-0abc) terminated.", "Your Spot Task was interrupted."]
OWN = "Essential container in task exited"


class Queues:
    """Two queues of AWS Batch, whose jobs read their item as the worker does."""

    def __init__(self, failing: Iterable[int], reclaimed: Iterable[int], again: Iterable[int] = ()) -> None:
        self.failing, self.reclaimed, self.again = set(failing), set(reclaimed), set(again)
        self.reason, self.refuses_again = REASONS[0], False
        self.worked: Counter[tuple[bool, int]] = Counter()
        self.items: dict[int, Any] = {}
        self.sizes: dict[bool, list[int]] = {False: [], True: []}
        self.execution = DistributedExecution({"submitJob.sync": self._submit, "listJobs": self._list})
        self._failed: dict[str, list[tuple[int, str]]] = {}

    def run(self, machine: dict[str, Any], items: Any) -> dict[str, Any]:
        try:
            output: dict[str, Any] = self.execution.run(machine, {"items": items})
        except Failure as failure:
            if failure.error != "FanOut.TooManyFailures":
                raise
            output = json.loads(failure.cause)
        return output

    def _submit(self, arguments: dict[str, Any]) -> Any:
        is_again = arguments["JobQueue"] == FALLBACK
        if is_again and self.refuses_again:
            raise Failure("Batch.ClientException", "The queue is closed.")
        job_id = f"job-{sum(map(len, self.sizes.values()))}"
        size = arguments.get("ArrayProperties", {}).get("Size")
        self.sizes[is_again].append(size or 1)
        failed = []
        for child in range(size or 1):
            index = self._work(arguments, child if size else None, is_again=is_again)
            if not is_again and index in self.reclaimed:
                failed.append((child, self.reason))
            elif index in (self.again if is_again else self.failing):
                failed.append((child, OWN))
        if failed:
            self._failed[job_id] = failed
            attempts = [{"StatusReason": "Timed out"}, {"StatusReason": failed[-1][1]}]
            raise job_failure(job_id, Attempts=attempts, StatusReason=failed[-1][1])
        return {"JobId": job_id, "JobName": arguments["JobName"]}

    def _work(self, arguments: dict[str, Any], child: int | None, *, is_again: bool) -> int:
        variables = environment(arguments) | ({} if child is None else {"AWS_BATCH_JOB_ARRAY_INDEX": str(child)})
        assert variables["COLOUR"] == "blue"
        objects = self.execution.objects
        index, item = find_item(Contract(variables), lambda uri: objects[uri.split("/", 3)[3]].encode())
        self.worked[is_again, index] += 1
        assert self.items.setdefault(index, item) == item
        return index

    def _list(self, arguments: dict[str, Any]) -> Any:
        failed, start, page = self._failed[arguments["ArrayJobId"]], int(arguments.get("NextToken", 0)), 3
        listed = [
            {"ArrayProperties": {"Index": child}, **({"StatusReason": reason} if reason != OWN else {})}
            for child, reason in failed[::-1][start : start + page]
        ]
        return {"JobSummaryList": listed, **({"NextToken": str(start + page)} if start + page < len(failed) else {})}


def _build(stack: Stack) -> None:
    fallback = batch.JobQueue.from_job_queue_arn(stack, "Fallback", FALLBACK)
    parts: dict[str, Any] = {
        "job": job(stack),
        "queue": queue(stack),
        "fallback_queue": fallback,
        "environment": {"COLOUR": "blue"},
    }
    for kind in (MapFanOut, ArrayFanOut):
        state_machine(stack, kind(stack, f"{kind.__name__}Tiles", **parts), kind.__name__)
    distributed = DistributedFanOut(stack, "DistributedTiles", **parts, batch_size=10)
    state_machine(stack, distributed, "DistributedFanOut")


@pytest.fixture(scope="module")
def made() -> Resources:
    return resources_of(_build)


def _check(queues: Queues, output: dict[str, Any], items: list[Any]) -> None:
    everything = set(range(len(items)))
    failed = (queues.failing - queues.reclaimed) | (queues.reclaimed & queues.again)
    assert output["failedIndexes"] == sorted(failed)
    assert (output["total"], output["failed"], output["succeeded"]) == (
        len(items),
        len(failed),
        len(items) - len(failed),
    )
    assert queues.items == dict(enumerate(items))
    assert queues.worked == Counter(
        [*((False, index) for index in everything), *((True, index) for index in queues.reclaimed)]
    )
    assert sorted(output["jobIds"]) == sorted(f"job-{n}" for n in range(sum(map(len, queues.sizes.values()))))


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("reclaimed", [{0}, {11}, {3, 5}, set(range(12))], ids=str)
def test_reclaimed_items_run_again(made: Resources, strategy: str, reason: str, reclaimed: set[int]) -> None:
    queues = Queues(set(), reclaimed)
    queues.reason = reason

    output = queues.run(definition(made, strategy), AWKWARD)

    _check(queues, output, AWKWARD)
    assert output["failed"] == 0


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_items_that_failed_by_themselves_do_not(made: Resources, strategy: str) -> None:
    queues = Queues({1, 2, 8}, {3, 9})

    _check(queues, queues.run(definition(made, strategy), AWKWARD), AWKWARD)

    assert queues.sizes[True] == ([1, 1] if strategy == "MapFanOut" else [2])


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("item", AWKWARD, ids=str)
def test_a_single_item_runs_again(made: Resources, strategy: str, item: Any) -> None:
    queues = Queues(set(), {0})
    _check(queues, queues.run(definition(made, strategy), [item]), [item])


def test_items_that_a_batch_has_in_no_order_run_again_under_their_own_indexes(made: Resources) -> None:
    """The batch is 1, 3, 0, 2, 4: what runs again of it may begin and end like items that follow each other."""
    queues = Queues(set(), {0, 1, 2, 4})
    queues.execution.shuffle = True
    items = ["a", "b", "c", "d", "e"]

    _check(queues, queues.run(definition(made, "DistributedFanOut"), items), items)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_fails_on_the_fallback_queue_has_failed(made: Resources, strategy: str) -> None:
    for again in ({4}, {4, 5}, {4, 5, 6}):
        queues = Queues({1}, {4, 5, 6}, again)
        _check(queues, queues.run(definition(made, strategy), AWKWARD), AWKWARD)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_fallback_queue_that_refuses_fails_with_its_error(made: Resources, strategy: str) -> None:
    queues = Queues(set(), {4, 5})
    queues.refuses_again = True

    with pytest.raises(Failure, match=r"Batch\.ClientException: The queue is closed\."):
        queues.run(definition(made, strategy), AWKWARD)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_long_lists_run_again_too(made: Resources, strategy: str) -> None:
    items = ["é" * 7_000, "short", ["x" * 7_000], None]
    queues = Queues({0}, {1, 2}, {2})
    _check(queues, queues.run(definition(made, strategy), items), items)


class Countless(Queues):
    """Queues that look at each list once, and answer in long pages."""

    def _work(self, arguments: dict[str, Any], child: int | None, *, is_again: bool) -> int:
        assert child is not None
        if child == 0:
            first = super()._work(arguments, 0, is_again=is_again)
            uri = environment(arguments)["ITEMS_URI"]
            stored = json.loads(self.execution.objects[uri.split("/", 3)[3]])
            self._indexes = stored.get("indexes") or list(range(first, len(stored["items"])))
            self.items |= {} if is_again else dict(enumerate(stored["items"]))
            return first
        self.worked[is_again, self._indexes[child]] += 1
        return self._indexes[child]

    def _list(self, arguments: dict[str, Any]) -> Any:
        failed, start, page = self._failed[arguments["ArrayJobId"]], int(arguments.get("NextToken", 0)), 2_500
        listed = [
            {"ArrayProperties": {"Index": child}, "StatusReason": reason}
            for child, reason in failed[start : start + page]
        ]
        return {"JobSummaryList": listed, **({"NextToken": str(start + page)} if start + page < len(failed) else {})}


def test_every_array_of_a_long_list_has_its_fallback(made: Resources) -> None:
    items = list(range(10_002))
    queues = Countless({4}, {0, 5_000, 5_001, 10_001}, {5_001})
    _check(queues, queues.run(definition(made, "ArrayFanOut"), items), items)
    assert queues.sizes == {False: [5_001, 5_001], True: [2, 2]}


def test_the_largest_list_of_which_all_runs_again_fits_into_the_payload(made: Resources) -> None:
    """The interpreter measures what each state hands on."""
    items = ["x" * 16] * 10_000  # 190,001 bytes
    queues = Countless(set(), range(10_000))

    output = queues.run(definition(made, "ArrayFanOut"), items)

    assert (output["succeeded"], output["jobIds"]) == (10_000, ["job-0", "job-1"])
    assert queues.sizes == {False: [10_000], True: [10_000]}
    assert set(queues.worked.values()) == {1}
    assert len(queues.worked) == 20_000


@settings(max_examples=examples(0.4))
@given(data=st.data(), size=st.integers(1, 35), strategy=st.sampled_from(STRATEGIES))
def test_every_item_is_counted_once(made: Resources, data: st.DataObject, size: int, strategy: str) -> None:
    some = st.sets(st.integers(0, size - 1))
    queues = Queues(data.draw(some), data.draw(some), data.draw(some))
    queues.execution.shuffle = data.draw(st.booleans())
    items = data.draw(st.lists(st.sampled_from(AWKWARD), min_size=size, max_size=size))

    _check(queues, queues.run(definition(made, strategy), items), items)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_role_may_submit_to_both_queues(made: Resources, strategy: str) -> None:
    resources = {
        resource
        for logical_id, found in made.items()
        if found["Type"] == "AWS::IAM::Policy" and logical_id.startswith(f"{strategy}Role")
        for statement in found["Properties"]["PolicyDocument"]["Statement"]
        if "batch:SubmitJob" in statement["Action"]
        for resource in statement["Resource"]
    }
    assert {name for name in resources if "job-queue" in name} == {FALLBACK, FALLBACK.replace("on-demand", "bulk")}


def test_the_queue_itself_is_no_fallback() -> None:
    stack = new_stack()
    same = queue(stack)
    with pytest.raises(ConfigurationError, match=r"FLOW012"):
        ArrayFanOut(stack, "Tiles", job=job(stack), queue=same, fallback_queue=same)


def test_items_that_could_not_run_again_are_refused(made: Resources) -> None:
    with pytest.raises(Failure, match=r"FanOut\.TooManyItems: .* up to 196,608 "):
        Queues(set(), set()).run(definition(made, "ArrayFanOut"), ["x" * 98_301] * 2)
    with pytest.raises(Failure, match=r"FanOut\.TooManyItems: .* up to 1,333 items"):
        Queues(set(), set()).run(definition(made, "MapFanOut"), [0] * 1_334)
