"""Items whose memory was too small run again with more, on the queue that they are on, in all strategies."""

import json
from collections import Counter
from typing import Any

import pytest
from aws_cdk import Size, Stack
from aws_cdk import aws_batch as batch
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib import (
    ArrayFanOut,
    ConfigurationError,
    ContainerJob,
    DistributedFanOut,
    JobImage,
    MapFanOut,
    Platform,
)
from tests.properties import examples
from tests.unit.workflows.distributed_maps import DistributedExecution
from tests.unit.workflows.fan_out.array.test_array_fan_out import AWKWARD, environment
from tests.unit.workflows.interpreter import Failure, job_failure
from tests.unit.workflows.synthesized import Resources, definition, job, new_stack, queue, resources_of, state_machine
from worker.contract import Contract
from worker.items import find_item

STRATEGIES = ["MapFanOut", "ArrayFanOut", "DistributedFanOut"]
FALLBACK = "arn:aws:batch:eu-west-1:111122223333:job-queue/on-demand"
OWN = "Essential container in task exited"
KILLED = {"ExitCode": 137, "Reason": "OutOfMemoryError: Container killed due to memory usage"}
SILENTLY_KILLED = {"ExitCode": 137}
RECLAIMED = "Host EC2 (instance i-0abc) terminated."
OF_JOB, STEPS = 512, (1_024, 4_096)
Ran = tuple[bool, int, int]
"""Whether on the fallback queue, with how many MiB, and which item."""


class Queues:
    """Two queues whose jobs need some memory, and read their item as the worker does."""

    def __init__(self, needs: dict[int, int], *, reclaimed: set[int] | None = None) -> None:
        self.needs, self.reclaimed = needs, reclaimed or set()
        self.failing: set[int] = set()
        self.killed: dict[str, Any] = KILLED
        self.worked: list[Ran] = []
        self.variables: list[str | None] = []
        self.items: dict[int, Any] = {}
        self.execution = DistributedExecution({"submitJob.sync": self._submit, "listJobs": self._list})
        self._failed: dict[str, list[dict[str, Any]]] = {}
        self._jobs = 0

    def run(self, machine: dict[str, Any], items: Any) -> dict[str, Any]:
        try:
            output: dict[str, Any] = self.execution.run(machine, {"items": items})
        except Failure as failure:
            if failure.error != "FanOut.TooManyFailures":
                raise
            output = json.loads(failure.cause)
        return output

    def _submit(self, arguments: dict[str, Any]) -> Any:
        again = arguments["JobQueue"] == FALLBACK
        [memory] = [
            int(entry["Value"])
            for entry in arguments["ContainerOverrides"].get(
                "ResourceRequirements", [{"Type": "MEMORY", "Value": OF_JOB}]
            )
        ]
        self._jobs += 1
        job_id = f"job-{self._jobs}"
        size = arguments.get("ArrayProperties", {}).get("Size")
        failed = []
        for child in range(size or 1):
            index = self._read(arguments, child if size else None)
            self.worked.append((again, memory, index))
            if ending := self._ending(index, memory, again=again):
                failed.append({"ArrayProperties": {"Index": child}, **ending})
        if failed:
            self._failed[job_id] = failed
            last = {name: value for name, value in failed[-1].items() if name != "ArrayProperties"}
            before = {"Container": KILLED, "StatusReason": "Timed out"}
            raise job_failure(job_id, Attempts=[before, last], **last)
        return {"JobId": job_id, "JobName": arguments["JobName"]}

    def _ending(self, index: int, memory: int, *, again: bool) -> dict[str, Any] | None:
        if index in self.reclaimed and not again:
            return {"Container": SILENTLY_KILLED, "StatusReason": RECLAIMED}
        if memory < self.needs.get(index, 0):
            return {"Container": self.killed, "StatusReason": OWN}
        return {"Container": {"ExitCode": 1}, "StatusReason": OWN} if index in self.failing else None

    def _read(self, arguments: dict[str, Any], child: int | None) -> int:
        variables = environment(arguments) | ({} if child is None else {"AWS_BATCH_JOB_ARRAY_INDEX": str(child)})
        self.variables.append(variables.get("OWN"))
        objects = self.execution.objects
        index, item = find_item(Contract(variables), lambda uri: objects[uri.split("/", 3)[3]].encode())
        assert self.items.setdefault(index, item) == item
        return index

    def _list(self, arguments: dict[str, Any]) -> Any:
        failed, start, page = self._failed[arguments["ArrayJobId"]], int(arguments.get("NextToken", 0)), 3
        more = {"NextToken": str(start + page)} if start + page < len(failed) else {}
        return {"JobSummaryList": failed[start : start + page], **more}


def _build(stack: Stack) -> None:
    parts: dict[str, Any] = {
        "job": job(stack),
        "queue": queue(stack),
        "memory_steps": [Size.mebibytes(size) for size in STEPS],
    }
    own = MapFanOut(stack, "OwnTiles", **parts, item_environment={"OWN": "{% $states.input.item %}"})
    state_machine(stack, own, "OwnVariables")
    elsewhere = {"fallback_queue": batch.JobQueue.from_job_queue_arn(stack, "Fallback", FALLBACK)}
    for name, more in (("", {}), ("Elsewhere", elsewhere)):
        for kind in (MapFanOut, ArrayFanOut):
            state_machine(stack, kind(stack, f"{kind.__name__}{name}Tiles", **parts, **more), f"{kind.__name__}{name}")
        distributed = DistributedFanOut(stack, f"Distributed{name}Tiles", **parts, **more, batch_size=10)
        state_machine(stack, distributed, f"DistributedFanOut{name}")


@pytest.fixture(scope="module")
def made() -> Resources:
    return resources_of(_build)


def _expected(queues: Queues, count: int, *, elsewhere: bool) -> tuple[Counter[Ran], list[int]]:
    """What runs where with how much, and what fails, told item by item."""
    ran: Counter[Ran] = Counter()
    failed = []
    for index in range(count):
        again, step = False, 0
        sizes = (OF_JOB, *STEPS)
        while True:
            ran[again, sizes[step], index] += 1
            if index in queues.reclaimed and not again and elsewhere:
                again = True
            elif index in queues.reclaimed and not again:
                failed.append(index)
                break
            elif sizes[step] >= queues.needs.get(index, 0):
                failed += [index] if index in queues.failing else []
                break
            elif step == len(STEPS):
                failed.append(index)
                break
            else:
                step += 1
    return ran, failed


def _check(queues: Queues, output: dict[str, Any], items: list[Any], *, elsewhere: bool = False) -> None:
    ran, failed = _expected(queues, len(items), elsewhere=elsewhere)
    assert Counter(queues.worked) == ran
    assert queues.items == dict(enumerate(items))
    assert (output["total"], output["failed"], output["failedIndexes"]) == (len(items), len(failed), failed)
    assert output["succeeded"] == len(items) - len(failed)
    assert len(set(output["jobIds"])) == len(output["jobIds"])


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("killed", [KILLED, SILENTLY_KILLED], ids=["reason", "code"])
def test_only_items_out_of_memory_run_again_and_with_more(
    made: Resources, strategy: str, killed: dict[str, Any]
) -> None:
    queues = Queues({1: 600, 4: 2_000, 5: 2_000, 8: 9_000})
    queues.failing, queues.killed = {2, 4}, killed

    output = queues.run(definition(made, strategy), AWKWARD)

    _check(queues, output, AWKWARD)
    assert output["failedIndexes"] == [2, 4, 8]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_single_item_grows_through_all_sizes(made: Resources, strategy: str) -> None:
    queues = Queues({0: 4_096})
    _check(queues, queues.run(definition(made, strategy), [["alone"]]), [["alone"]])
    assert queues.worked == [(False, 512, 0), (False, 1_024, 0), (False, 4_096, 0)]


def test_variables_of_an_item_stay_its_own_in_all_rounds(made: Resources) -> None:
    queues = Queues({0: 600})
    queues.execution.run(definition(made, "OwnVariables"), {"items": ["a", "b"]})
    assert queues.worked == [(False, 512, 0), (False, 1_024, 0), (False, 512, 1)]
    assert queues.variables == ["a", "a", "b"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_a_timeout_killed_does_not_run_again(made: Resources, strategy: str) -> None:
    queues = Queues({})
    queues.failing = {0, 3}
    timed_out = {"Container": SILENTLY_KILLED, "StatusReason": "Job attempt duration exceeded timeout"}
    queues._ending = lambda index, _, **__: timed_out if index in queues.failing else None  # type: ignore[method-assign]

    output = queues.run(definition(made, strategy), AWKWARD)

    assert output["failedIndexes"] == [0, 3]
    assert len(queues.worked) == len(AWKWARD)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_reclaimed_items_keep_their_size_on_the_fallback_queue(made: Resources, strategy: str) -> None:
    queues = Queues({1: 600, 3: 2_000}, reclaimed={3, 6})
    _check(queues, queues.run(definition(made, f"{strategy}Elsewhere"), AWKWARD), AWKWARD, elsewhere=True)
    assert (True, 512, 6) in queues.worked
    assert (True, 4_096, 3) in queues.worked
    assert (True, 1_024, 1) not in queues.worked


@settings(max_examples=examples(0.4))
@given(data=st.data(), strategy=st.sampled_from(STRATEGIES), name=st.sampled_from(["", "Elsewhere"]))
def test_every_item_is_counted_once(made: Resources, data: st.DataObject, strategy: str, name: str) -> None:
    size = data.draw(st.integers(1, 35))
    some = st.sets(st.integers(0, size - 1))
    needs = data.draw(st.dictionaries(st.integers(0, size - 1), st.sampled_from([1, 600, 2_000, 9_000])))
    queues = Queues(needs, reclaimed=data.draw(some))
    queues.failing = data.draw(some)
    queues.execution.shuffle = data.draw(st.booleans())
    items = data.draw(st.lists(st.sampled_from(AWKWARD), min_size=size, max_size=size))

    output = queues.run(definition(made, f"{strategy}{name}"), items)

    _check(queues, output, items, elsewhere=bool(name))


def test_the_limits_of_a_list_leave_room_for_what_runs_again(made: Resources) -> None:
    with pytest.raises(Failure, match=r"FanOut\.TooManyItems: .* up to 131,072 "):
        Queues({}).execution.run(definition(made, "ArrayFanOut"), {"items": ["x" * 66_000] * 2})
    with pytest.raises(Failure, match=r"FanOut\.TooManyItems: .* up to 705 items"):
        Queues({}).execution.run(definition(made, "MapFanOutElsewhere"), {"items": [0] * 706})


@pytest.mark.parametrize(
    ("steps", "got"),
    [([512], "512 MiB after 512 MiB of the job"), ([1_024, 1_024], "1,024 MiB after 1,024 MiB,")],
)
@pytest.mark.parametrize("kind", [ArrayFanOut, MapFanOut, DistributedFanOut])
def test_sizes_that_do_not_grow_are_refused(kind: Any, steps: list[int], got: str) -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=rf"memory_steps: got {got}.*FLOW020"):
        kind(stack, "Tiles", job=job(stack), queue=queue(stack), memory_steps=[Size.mebibytes(size) for size in steps])


def test_sizes_that_fargate_does_not_offer_are_refused() -> None:
    stack = new_stack()
    image = JobImage.from_registry("tiles:1.0")
    fargate = ContainerJob(
        stack, "Fargate", image=image, vcpus=0.25, memory=Size.mebibytes(512), platform=Platform.FARGATE
    )
    bulk = queue(stack)
    with pytest.raises(ConfigurationError, match=r"0\.25 vCPU with 4096 MiB.*The nearest that exist"):
        ArrayFanOut(stack, "Tiles", job=fargate, queue=bulk, memory_steps=[Size.gibibytes(4)])
    ArrayFanOut(stack, "Fits", job=fargate, queue=bulk, memory_steps=[Size.gibibytes(1), Size.gibibytes(2)])
