"""ArrayFanOut: its definition over lists of every size, and what it makes of failures."""

import json
from typing import Any

import pytest

from constructs_lib.limits import MAX_CONTAINER_OVERRIDES_CHARACTERS, STEP_FUNCTIONS_CAUSE_CHARACTERS
from tests.unit.workflows.interpreter import Execution, Failure, Task, job_failure
from tests.unit.workflows.synthesized import Resources, definition, statements

RESULTS = "s3://<FanOutBucket6B15AD43>/fan-out/Machine/run-1/"

AWKWARD = [None, [1, 2], [], [[1]], {"a": []}, 'say "hi"\n\\', "Zürich 🗺", "$states {% 1 %}", 0, False, "", 1.5]


def succeed(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"JobId": "job-1", "JobName": arguments["JobName"], "Status": "SUCCEEDED", "Container": {"Image": "tiles"}}


def run(machine: dict[str, Any], given: Any, submit: Task = succeed, **tasks: Task) -> tuple[Any, list[Any], Execution]:
    """The output, the arguments of every call, and the execution."""
    calls: list[Any] = []

    def recorded(task: Task) -> Task:
        return lambda arguments: calls.append(arguments) or task(arguments)  # type: ignore[func-returns-value]

    execution = Execution(
        {name: recorded(task) for name, task in {"submitJob.sync": submit, "putObject": put, **tasks}.items()}
    )
    return execution.run(machine, given), calls, execution


def put(arguments: dict[str, Any]) -> dict[str, Any]:
    assert arguments
    return {"ETag": "1"}


def environment(submit: dict[str, Any]) -> dict[str, str]:
    return {variable["Name"]: variable["Value"] for variable in submit["ContainerOverrides"]["Environment"]}


def test_no_items_is_a_success_without_a_job(array_machine: dict[str, Any]) -> None:
    output, calls, _ = run(array_machine, {"items": []})

    assert output == {"total": 0, "succeeded": 0, "failed": 0, "failedIndexes": [], "jobIds": []}
    assert calls == []


@pytest.mark.parametrize("item", AWKWARD)
def test_one_item_is_a_single_job(array_machine: dict[str, Any], item: Any) -> None:
    output, [submit], _ = run(array_machine, {"items": [item]})

    assert "ArrayProperties" not in submit
    assert json.loads(environment(submit)["ITEMS"]) == [item]
    assert output["jobIds"] == ["job-1"]
    assert (output["total"], output["succeeded"], output["failed"], output["failedIndexes"]) == (1, 1, 0, [])


@pytest.mark.parametrize("items", [[1, 2], AWKWARD, list(range(37))], ids=["2", "awkward", "37"])
def test_more_items_are_one_array_job(array_machine: dict[str, Any], items: list[Any]) -> None:
    output, [submit], _ = run(array_machine, {"items": items})

    assert submit["ArrayProperties"] == {"Size": len(items)}
    assert json.loads(environment(submit)["ITEMS"]) == items
    assert environment(submit)["RESULTS_URI"] == output["resultsUri"]
    assert output["resultsUri"].startswith(RESULTS)
    assert output["resultsUri"].endswith("/results")
    assert "itemsUri" not in output
    assert output["total"] == output["succeeded"] == len(items)


@pytest.mark.parametrize("items", [["x" * 7_000], [{"i": i} for i in range(1_000)], ["é" * 1_000] * 2])
def test_a_long_list_goes_through_s3(array_machine: dict[str, Any], items: list[Any]) -> None:
    output, [stored, submit], _ = run(array_machine, {"items": items})

    variables = environment(submit)
    assert stored["Body"] == {"items": items}
    assert stored["Bucket"] == "<FanOutBucket6B15AD43>"
    assert variables["ITEMS_URI"] == output["itemsUri"] == f"s3://{stored['Bucket']}/{stored['Key']}"
    assert output["itemsUri"].removesuffix("/items.json") == output["resultsUri"].removesuffix("/results")
    assert "ITEMS" not in variables


@pytest.mark.parametrize("character", ["a", '"', "\\", "\n", "é", "漢", "🗺", "\x7f", "\x01"])
def test_what_goes_inline_fits_with_what_others_add(array_machine: dict[str, Any], character: str) -> None:
    def inline(count: int) -> bool:
        nonlocal submitted
        submitted = run(array_machine, {"items": [character * count]})[1][-1]
        return "ITEMS" in environment(submitted)

    submitted: dict[str, Any] = {}
    fits, too_long = 1, 8_192
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        fits, too_long = (middle, too_long) if inline(middle) else (fits, middle)
    assert inline(fits)
    characters = len(json.dumps(submitted["ContainerOverrides"]))
    assert characters <= MAX_CONTAINER_OVERRIDES_CHARACTERS - 1_000
    if character == "a":  # what needs no escape is counted exactly
        assert characters >= MAX_CONTAINER_OVERRIDES_CHARACTERS - 1_536


@pytest.mark.parametrize(
    ("given", "got"),
    [({}, "nothing"), ({"items": None}, "nothing"), ({"items": {"a": 1}}, "object"), ({"items": "a"}, "string")],
)
def test_what_is_no_array_is_refused(array_machine: dict[str, Any], given: Any, got: str) -> None:
    with pytest.raises(Failure, match=f"FanOut.InvalidItems: .* got .*{got}"):
        run(array_machine, given)


def test_a_failed_single_job_is_item_0(array_machine: dict[str, Any]) -> None:
    def fail(_arguments: Any) -> Any:
        raise job_failure("job-9", Attempts=[{"Container": {"ExitCode": 1}}])

    with pytest.raises(Failure) as failure:
        run(array_machine, {"items": ["a"]}, submit=fail)

    assert failure.value.error == "FanOut.TooManyFailures"
    summary = json.loads(failure.value.cause)
    assert summary.pop("resultsUri").startswith(RESULTS)
    assert summary.pop("rerun") == "constructs-lib rerun arn:run-1"
    assert summary == {"total": 1, "succeeded": 0, "failed": 1, "failedIndexes": [0], "jobIds": ["job-9"]}


def failing_array(failed: list[int], page: int) -> tuple[Task, Task]:
    """An array job whose failed children come in pages, in no order."""

    def submit(_arguments: Any) -> Any:
        raise job_failure("array-1", ArrayProperties={"Size": 1_000})

    def list_jobs(arguments: dict[str, Any]) -> Any:
        assert arguments["ArrayJobId"] == "array-1"
        assert arguments["JobStatus"] == "FAILED"
        start = int(arguments.get("NextToken", 0))
        children = [{"JobId": f"array-1:{i}", "ArrayProperties": {"Index": i}} for i in failed[start : start + page]]
        more = {"NextToken": str(start + page)} if start + page < len(failed) else {}
        return {"JobSummaryList": children, **more}

    return submit, list_jobs


@pytest.mark.parametrize("failed", [[3], [36, 0, 5], list(range(36, -1, -1))])
@pytest.mark.parametrize("page", [1, 2, 100])
def test_the_summary_names_the_failed_children(array_machine: dict[str, Any], failed: list[int], page: int) -> None:
    submit, list_jobs = failing_array(failed, page)

    with pytest.raises(Failure) as failure:
        run(array_machine, {"items": list(range(37))}, submit=submit, listJobs=list_jobs)

    summary = json.loads(failure.value.cause)
    assert failure.value.error == "FanOut.TooManyFailures"
    assert summary["failedIndexes"] == sorted(failed)
    assert (summary["total"], summary["failed"], summary["succeeded"]) == (37, len(failed), 37 - len(failed))
    assert summary["jobIds"] == ["array-1"]


def test_an_array_that_never_ran_its_children_failed_all(array_machine: dict[str, Any]) -> None:
    submit, list_jobs = failing_array([], 100)

    with pytest.raises(Failure) as failure:
        run(array_machine, {"items": [1, 2, 3]}, submit=submit, listJobs=list_jobs)

    assert json.loads(failure.value.cause)["failedIndexes"] == [0, 1, 2]


def test_a_cause_that_is_cut_off_still_tells_the_job(array_machine: dict[str, Any]) -> None:
    submit, list_jobs = failing_array([1], 100)

    def cut(arguments: Any) -> Any:
        try:
            submit(arguments)
        except Failure as failure:
            raise Failure(failure.error, failure.cause[:-10]) from None

    with pytest.raises(Failure) as failure:
        run(array_machine, {"items": [1, 2, 3]}, submit=cut, listJobs=list_jobs)

    assert json.loads(failure.value.cause)["failedIndexes"] == [1]


def test_a_cause_is_never_too_long(array_machine: dict[str, Any]) -> None:
    submit, list_jobs = failing_array(list(range(10_000)), 5_000)

    with pytest.raises(Failure) as failure:
        run(array_machine, {"items": [0] * 10_000}, submit=submit, listJobs=list_jobs)

    summary = json.loads(failure.value.cause)
    assert len(failure.value.cause) <= STEP_FUNCTIONS_CAUSE_CHARACTERS
    assert summary["failed"] == 10_000
    assert len(summary["failedIndexes"]) + summary["failedIndexesOmitted"] == 10_000
    assert "jobIdsOmitted" not in summary


@pytest.mark.parametrize("items", [[1], [1, 2]])
@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("Batch.ClientException", "JobQueue not found"),
        ("States.TaskFailed", "no job"),
        ("Batch.AccessDeniedException", ""),
    ],
)
def test_a_refused_job_keeps_its_error(array_machine: dict[str, Any], items: list[Any], error: str, cause: str) -> None:
    def refuse(_arguments: Any) -> Any:
        raise Failure(error, cause)

    with pytest.raises(Failure) as failure:
        run(array_machine, {"items": items}, submit=refuse)

    assert (failure.value.error, failure.value.cause) == (error, cause)


class TestCustom:
    GIVEN = {"scenes": [1, 2, 3], "region": "alps"}  # noqa: RUF012

    def test_items_and_environment_come_from_expressions(self, resources: Resources) -> None:
        _, [submit], _ = run(definition(resources, "CustomArrayMachine"), self.GIVEN)

        variables = environment(submit)
        assert (variables["YEAR"], variables["REGION"], variables["ITEMS"]) == ("2026", "alps", "[1,2,3]")

    def test_options_reach_aws_batch(self, resources: Resources) -> None:
        _, [submit], _ = run(definition(resources, "CustomArrayMachine"), self.GIVEN)

        assert submit["JobName"] == "nightly"
        assert submit["RetryStrategy"] == {"Attempts": 2}
        assert submit["Timeout"] == {"AttemptDurationSeconds": 300}
        assert submit["Tags"] == {"Team": "maps", "constructs-lib:submitted-by": "Stack/CustomArray"}
        assert (submit["ShareIdentifier"], submit["SchedulingPriorityOverride"]) == ("maps", 7)
        assert submit["PropagateTags"] is True

    @pytest.mark.parametrize("failed", [[0], [2, 0]])
    def test_tolerated_failures_are_a_success(self, resources: Resources, failed: list[int]) -> None:
        submit, list_jobs = failing_array(failed, 100)

        output, *_ = run(definition(resources, "CustomArrayMachine"), self.GIVEN, submit=submit, listJobs=list_jobs)

        assert output["failedIndexes"] == sorted(failed)

    def test_one_failure_more_fails(self, resources: Resources) -> None:
        submit, list_jobs = failing_array([0, 1, 2], 100)

        with pytest.raises(Failure, match=r"FanOut\.TooManyFailures"):
            run(definition(resources, "CustomArrayMachine"), self.GIVEN, submit=submit, listJobs=list_jobs)


def test_the_role_can_do_what_the_states_do_and_no_more(resources: Resources) -> None:
    rights = statements(resources, "CustomArrayMachineRole")

    assert {action for statement in rights.values() for action in statement["Action"]} == {
        "batch:DescribeJobs",
        "batch:ListJobs",
        "batch:SubmitJob",
        "batch:TagResource",
        "batch:TerminateJob",
        "events:DescribeRule",
        "events:PutRule",
        "events:PutTargets",
        "s3:PutObject",
    }
    assert rights["s3:PutObject"]["Resource"] == "<FanOutBucket6B15AD43.Arn>/fan-out/*"
    assert rights["batch:ListJobs"]["Resource"] == "*"
