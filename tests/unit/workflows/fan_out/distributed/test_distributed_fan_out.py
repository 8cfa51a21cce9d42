"""DistributedFanOut: batches, their jobs, and the summary that is totalled from them."""

import json
from typing import Any

import pytest
from aws_cdk import Stack

from constructs_lib import DistributedFanOut
from constructs_lib.limits import STEP_FUNCTIONS_CAUSE_CHARACTERS
from tests.unit.workflows.distributed_maps import DistributedExecution
from tests.unit.workflows.fan_out.array.test_array_fan_out import AWKWARD, environment
from tests.unit.workflows.interpreter import Failure, Task, evaluate, job_failure
from tests.unit.workflows.synthesized import Resources, all_states, definition, job, queue, resources_of, state_machine


class Service:
    """AWS Batch: gives each child its item as the worker would, and fails those that are told to."""

    def __init__(self, execution: DistributedExecution, failing: set[int], page: int = 3) -> None:
        self.submitted: list[dict[str, Any]] = []
        self.worked: dict[int, Any] = {}
        self._execution, self._failing, self._page = execution, failing, page
        self._failed: dict[str, list[int]] = {}
        execution.tasks |= {"submitJob.sync": self.submit, "listJobs": self.list_jobs}

    def submit(self, arguments: dict[str, Any]) -> Any:
        job_id = f"job-{len(self.submitted)}"
        self.submitted.append(arguments)
        failed = []
        for child in range(arguments.get("ArrayProperties", {}).get("Size", 1)):
            index, item = self._item(environment(arguments), child)
            assert index not in self.worked
            self.worked[index] = item
            if index in self._failing:
                failed.append(child)
        if failed:
            self._failed[job_id] = failed
            raise job_failure(job_id)
        return {"JobId": job_id, "JobName": arguments["JobName"], "Container": {"Environment": "x" * 1_000}}

    def _item(self, variables: dict[str, str], child: int) -> tuple[int, Any]:
        if "ITEMS" in variables:
            return int(variables["ITEM_INDEX"]) + child, json.loads(variables["ITEMS"])[child]
        stored = json.loads(self._execution.objects[variables["ITEMS_URI"].split("/", 3)[3]])
        index = int(variables["ITEM_INDEX"]) + child if "ITEM_INDEX" in variables else stored["indexes"][child]
        return index, stored["items"][child]

    def list_jobs(self, arguments: dict[str, Any]) -> Any:
        failed, start = self._failed[arguments["ArrayJobId"]], int(arguments.get("NextToken", 0))
        page = [{"ArrayProperties": {"Index": child}} for child in failed[start : start + self._page]]
        more = {"NextToken": str(start + self._page)} if start + self._page < len(failed) else {}
        return {"JobSummaryList": page, **more}


@pytest.fixture(scope="module")
def made() -> Resources:
    def build(stack: Stack) -> None:
        parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack)}
        state_machine(stack, DistributedFanOut(stack, "Tiles", **parts, batch_size=10), "Machine")
        counted = DistributedFanOut(stack, "Counted", **parts, batch_size=10, tolerated_failures=2)
        state_machine(stack, counted, "CountedMachine")
        shared = DistributedFanOut(stack, "Shared", **parts, batch_size=10, tolerated_failure_percentage=12.5)
        state_machine(stack, shared, "SharedMachine")
        both = DistributedFanOut(
            stack, "Both", **parts, batch_size=10, tolerated_failures=2, tolerated_failure_percentage=50
        )
        state_machine(stack, both, "BothMachine")

    return resources_of(build)


@pytest.fixture(scope="module")
def machine(made: Resources) -> dict[str, Any]:
    return definition(made)


@pytest.fixture(scope="module")
def thrifty(made: Resources) -> dict[str, Any]:
    """The same machine as if any results were too many to be read at once."""
    text = json.dumps(definition(made))
    assert text.count("bytes <= 100000") == 1
    changed: dict[str, Any] = json.loads(text.replace("bytes <= 100000", "bytes <= 10"))
    return changed


def run(
    machine: dict[str, Any], items: Any, failing: set[int] | None = None, *, shuffle: bool = False, **tasks: Task
) -> tuple[Any, Service, DistributedExecution]:
    execution = DistributedExecution({}, shuffle=shuffle)
    service = Service(execution, failing or set())
    execution.tasks |= {name.replace("_sync", ".sync"): task for name, task in tasks.items()}
    try:
        output = execution.run(machine, {"items": items})
    except Failure as failure:
        if failure.error != "FanOut.TooManyFailures":
            raise
        output = {"failure": json.loads(failure.cause)}
    return output, service, execution


def test_no_items_is_a_success_without_a_job(machine: dict[str, Any]) -> None:
    output, service, execution = run(machine, [])

    assert output == {"total": 0, "succeeded": 0, "failed": 0, "failedIndexes": [], "jobIds": []}
    assert service.submitted == execution.batches == []


@pytest.mark.parametrize("item", AWKWARD)
def test_one_item_is_a_single_job(machine: dict[str, Any], item: Any) -> None:
    output, service, _ = run(machine, [item])

    [submit] = service.submitted
    assert "ArrayProperties" not in submit
    assert service.worked == {0: item}
    assert (output["total"], output["succeeded"], output["jobIds"]) == (1, 1, ["job-0"])


@pytest.mark.parametrize(
    ("count", "sizes"), [(2, [2]), (10, [10]), (11, [10, None]), (25, [10, 10, 5]), (31, [10, 10, 10, None])]
)
def test_each_batch_is_one_array_job(machine: dict[str, Any], count: int, sizes: list[int | None]) -> None:
    output, service, _ = run(machine, list(range(count)))

    assert [submit.get("ArrayProperties", {}).get("Size") for submit in service.submitted] == sizes
    assert [submit["JobName"] for submit in service.submitted] == [f"Tiles-{10 * place}" for place in range(len(sizes))]
    assert service.worked == {index: index for index in range(count)}
    assert output["resultsUri"].startswith("s3://<FanOutBucket6B15AD43>/fan-out/Machine/run-1/")
    assert {environment(submit)["RESULTS_URI"] for submit in service.submitted} == {output["resultsUri"]}
    assert output["jobIds"] == [f"job-{place}" for place in range(len(sizes))]


def test_awkward_items_arrive_as_they_are(machine: dict[str, Any]) -> None:
    _, service, _ = run(machine, AWKWARD)

    assert service.worked == dict(enumerate(AWKWARD))


@pytest.mark.parametrize("item", ["x" * 7_000, ["é" * 1_500], {"a": ["\\" * 4_000]}])
@pytest.mark.parametrize("count", [1, 3, 12])
def test_a_long_batch_goes_through_an_object_of_its_own(machine: dict[str, Any], item: Any, count: int) -> None:
    output, service, execution = run(machine, [item] * count)

    uris = [environment(submit)["ITEMS_URI"] for submit in service.submitted]
    assert len(set(uris)) == len(service.submitted) == (count + 9) // 10
    assert service.worked == dict(enumerate([item] * count))
    stored = [json.loads(text) for key, text in execution.objects.items() if "/items/" in key]
    assert [list(document) for document in stored] == [["items"]] * len(uris)
    assert output["succeeded"] == count


def test_a_batch_has_a_limit_of_bytes(machine: dict[str, Any]) -> None:
    items = [f"{index}{'x' * 30_000}" for index in range(8)]

    output, service, execution = run(machine, items)

    assert max(len(json.dumps(batch)) for batch in execution.batches) <= 131_072
    assert [len(batch["Items"]) for batch in execution.batches] == [4, 4]
    assert service.worked == dict(enumerate(items))
    assert len(output["jobIds"]) == 2


@pytest.mark.parametrize("item", ["x" * 185_000, "é" * 92_000, {"a": [1] * 60_000}])
def test_an_item_may_be_as_large_as_a_batch(machine: dict[str, Any], item: Any) -> None:
    assert run(machine, [item])[1].worked == {0: item}


def test_what_a_job_reads_does_not_grow_with_the_list(machine: dict[str, Any]) -> None:
    longest = []
    for count in (10, 200):
        _, _, execution = run(machine, ["x" * 1_000] * count)
        longest.append(max(len(text) for key, text in execution.objects.items() if "/items/" in key))
    assert longest[0] == longest[1]


@pytest.mark.parametrize("failing", [set(), {3}, {0, 11, 24}, set(range(25))])
@pytest.mark.parametrize("item", ["short", "x" * 2_000])
def test_items_of_a_batch_need_not_follow_each_other(machine: dict[str, Any], failing: set[int], item: str) -> None:
    items = [f"{item} {index}" for index in range(25)]

    output, service, _ = run(machine, items, failing, shuffle=True)

    assert service.worked == dict(enumerate(items))
    assert output.get("failure", output)["failedIndexes"] == sorted(failing)


@pytest.mark.parametrize("failing", [{0}, {17}, {3, 17}, {9, 10, 20}, set(range(20, 25)), set(range(25))])
def test_the_summary_names_failed_items_by_their_index_in_the_source(
    machine: dict[str, Any], failing: set[int]
) -> None:
    output, service, _ = run(machine, list(range(25)), failing)

    summary = output["failure"]
    assert (summary["total"], summary["succeeded"], summary["failed"]) == (25, 25 - len(failing), len(failing))
    assert summary["failedIndexes"] == sorted(failing)
    assert summary["jobIds"] == ["job-0", "job-1", "job-2"]
    assert len(service.worked) == 25, "all items run, whatever fails"


def test_a_failed_single_job_is_its_item(machine: dict[str, Any]) -> None:
    assert run(machine, list(range(11)), {10})[0]["failure"]["failedIndexes"] == [10]


def test_an_array_that_never_ran_its_children_failed_all(machine: dict[str, Any]) -> None:
    def submit(_: Any) -> Any:
        raise job_failure("job-9")

    output, *_ = run(machine, list(range(12)), submitJob_sync=submit, listJobs=lambda _: {"JobSummaryList": []})
    assert output["failure"]["failedIndexes"] == list(range(12))


@pytest.mark.parametrize("failing", [set(), {3, 17}, set(range(25))])
def test_lists_of_many_batches_stay_in_s3(thrifty: dict[str, Any], failing: set[int]) -> None:
    output, _, execution = run(thrifty, list(range(25)), failing)

    summary = output.get("failure", output)
    assert (summary["total"], summary["succeeded"], summary["failed"]) == (25, 25 - len(failing), len(failing))
    assert not {"failedIndexes", "jobIds"} & set(summary)
    assert _object(execution, summary["jobIdsUri"]) == ["job-0", "job-1", "job-2"]
    assert ("failedIndexesUri" in summary) == bool(failing)
    if failing:
        assert sorted(_object(execution, summary["failedIndexesUri"])) == sorted(failing)


def _object(execution: DistributedExecution, uri: str) -> Any:
    return json.loads(execution.objects[uri.split("/", 3)[3]])


@pytest.mark.parametrize("few", ["machine", "thrifty"])
@pytest.mark.parametrize(
    ("error", "cause"), [("Batch.ClientException", "Queue not found. " * 300), ("States.TaskFailed", "")]
)
def test_a_refused_job_keeps_its_error(request: pytest.FixtureRequest, few: str, error: str, cause: str) -> None:
    def refuse(_: Any) -> Any:
        raise Failure(error, cause)

    with pytest.raises(Failure) as failure:
        run(request.getfixturevalue(few), list(range(25)), submitJob_sync=refuse)

    assert (failure.value.error, failure.value.cause) == (error, cause[:1_000])


def test_a_batch_that_cannot_be_stored_keeps_the_error_of_s3(machine: dict[str, Any]) -> None:
    def refuse(_: Any) -> Any:
        raise Failure("S3.S3Exception", "SlowDown")

    with pytest.raises(Failure, match=r"S3\.S3Exception: SlowDown"):
        run(machine, ["x" * 9_000], putObject=refuse)


def test_a_batch_without_an_outcome_is_not_passed_over(machine: dict[str, Any]) -> None:
    def refuse(_: Any) -> Any:
        raise Failure("Batch.AccessDeniedException", "not authorized to perform: batch:ListJobs")

    with pytest.raises(Failure, match=r"FanOut\.IncompleteResults: .* s3://.*/batches/run/manifest\.json"):
        run(machine, list(range(25)), {3}, listJobs=refuse)


@pytest.mark.parametrize(
    ("name", "most"), [("Machine", 0), ("CountedMachine", 2), ("SharedMachine", 3), ("BothMachine", 2)]
)
def test_more_failures_than_tolerated_fail(made: Resources, name: str, most: int) -> None:
    items = list(range(24))
    for failed in (most, most + 1):
        output, *_ = run(definition(made, name), items, set(range(failed)))
        assert ("failure" in output) == (failed > most)
        assert output.get("failure", output)["failedIndexes"] == list(range(failed))


def test_the_cause_fits(machine: dict[str, Any]) -> None:
    ids = [f"4d8b8bff-77b1-44e6-afb8-762c28f1{place:04}" for place in range(900)]
    listed = {"failedIndexes": list(range(99_990_000, 100_000_000)), "jobIds": ids}
    uri = f"s3://{'b' * 63}/fan-out/{'m' * 80}/{'e' * 80}/{ids[0]}/results"
    summary = {"total": 10**8, "succeeded": 10**8 - 10_000, "failed": 10_000, **listed, "resultsUri": uri}

    cause = evaluate(machine["States"]["Tiles: Too many failures"]["Cause"], {"input": {"summary": summary}})

    assert len(cause) <= STEP_FUNCTIONS_CAUSE_CHARACTERS
    told = json.loads(cause)
    assert len(told["failedIndexes"]) + told["failedIndexesOmitted"] == told["failed"] == 10_000
    assert len(told["jobIds"]) + told["jobIdsOmitted"] == 900


@pytest.mark.parametrize("given", [None, {"a": 1}, "text"])
def test_what_is_no_array_is_refused(machine: dict[str, Any], given: Any) -> None:
    with pytest.raises(Failure, match=r"FanOut\.InvalidItems"):
        run(machine, given)


def test_states_say_what_they_do(machine: dict[str, Any]) -> None:
    states = all_states(machine)
    assert all(state.get("Comment") for state in states.values())
    assert all(state["QueryLanguage"] == "JSONata" for state in states.values())
    assert not any("Assign" in state for state in states.values())
