"""Map runs: tolerated failures, the end of the other children, stopping, updating, retrying."""

from collections.abc import Callable
from typing import Any

import pytest

Start = Callable[..., Any]
MakeMap = Callable[..., dict[str, Any]]

ITEMS = "{% $states.input.items %}"
SYNC = "arn:aws:states:::batch:submitJob.sync"
SUBMIT = {"JobQueue": "q", "JobDefinition": "d"}
EXCEEDED = ("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")
FAIL_ODD = {
    "C": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input % 2 = 1 %}", "Next": "F"}], "Default": "P"},
    "F": {"Type": "Fail", "Error": "Odd", "Cause": "{% $string($states.input) %}"},
    "P": {"Type": "Pass", "End": True},
}


def job(name: str = "{% $states.input %}") -> dict[str, Any]:
    return {"T": {"Type": "Task", "Resource": SYNC, "Arguments": {**SUBMIT, "JobName": name}, "End": True}}


def test_children_are_listed_in_pages_and_by_status(start: Start, make_map: MakeMap) -> None:
    execution = start(make_map(FAIL_ODD, Items=ITEMS, ToleratedFailureCount=9), {"items": list(range(7))})
    execution.output()
    assert len(execution.children(statusFilter="FAILED")) == 3
    arn = execution.map_run()["mapRunArn"]
    pages = execution.client.get_paginator("list_executions").paginate(mapRunArn=arn, PaginationConfig={"PageSize": 3})
    found = [[child["name"] for child in page["executions"]] for page in pages]
    assert [len(page) for page in found] == [3, 3, 1]
    assert len({name for page in found for name in page}) == 7


@pytest.mark.parametrize(
    ("fields", "succeeds"),
    [
        ({}, False),
        ({"ToleratedFailureCount": 2}, False),
        ({"ToleratedFailureCount": 3}, True),
        ({"ToleratedFailureCount": "{% $states.input.count %}"}, True),
        ({"ToleratedFailurePercentage": 42}, False),
        ({"ToleratedFailurePercentage": 43}, True),
        ({"ToleratedFailurePercentage": "{% 100 %}", "ToleratedFailureCount": 2}, False),
    ],
)
def test_tolerated_failures(start: Start, make_map: MakeMap, fields: dict[str, Any], succeeds: Any) -> None:
    items = {"items": list(range(7)), "count": 3}
    execution = start(make_map(FAIL_ODD, Items=ITEMS, **fields), items)
    if succeeds:
        outputs = execution.output()
        assert [found for found in outputs if isinstance(found, int)] == [0, 2, 4, 6]
        assert [found["Error"] for found in outputs if isinstance(found, dict)] == ["Odd"] * 3
        assert execution.map_run()["itemCounts"]["failed"] == 3
    else:
        assert execution.failure() == EXCEEDED
        assert execution.map_run()["status"] == "FAILED"


def test_items_of_a_failed_batch_have_all_failed(start: Start, make_map: MakeMap) -> None:
    fail = {"F": {"Type": "Fail"}}
    fields = {"Items": ITEMS, "ItemBatcher": {"MaxItemsPerBatch": 3}, "ToleratedFailureCount": 2}
    assert start(make_map(fail, **fields), {"items": [1, 2, 3]}).failure() == EXCEEDED
    assert (
        start(make_map(fail, **{**fields, "ToleratedFailureCount": 3}), {"items": [1, 2, 3]}).output()[0]["Status"]
        == "FAILED"
    )


@pytest.mark.parametrize(
    ("field", "value", "cause"),
    [
        (
            "ToleratedFailureCount",
            "{% 'x' %}",
            'The ToleratedFailureCount field has the value "x" which is not a valid integer',
        ),
        ("ToleratedFailurePercentage", "{% 101 %}", "ToleratedFailurePercentage must be between 0 and 100"),
        ("ItemBatcher", {"MaxItemsPerBatch": "{% 0 %}"}, "MaxItemsPerBatch must be a positive integer"),
    ],
)
def test_values_that_only_show_at_run_time(start: Start, make_map: MakeMap, field: str, value: Any, cause: str) -> None:
    error, told = start(make_map(Items=[1], **{field: value})).failure()
    assert error == "States.Runtime"
    assert cause in told


def test_failed_map_run_stops_its_other_children(start: Start, make_map: MakeMap, jobs: Any) -> None:
    before = set(jobs.by_id)
    body = {"W": {"Type": "Wait", "Seconds": "{% $states.input = 'fail' ? 1 : 0 %}", "Next": "T"}, **job()}
    items = ["forever", "fail", "forever", "never"]
    execution = start(make_map(body, Items=ITEMS, MaxConcurrency=3), {"items": items})
    assert execution.failure() == EXCEEDED
    submitted = [found for found in jobs.by_id if found not in before and jobs.by_id[found]["jobName"] == "forever"]
    assert len(submitted) == 2
    assert set(submitted) <= set(jobs.terminated)
    counts = execution.map_run()["executionCounts"]
    assert {name: counts[name] for name in ("aborted", "failed", "pending", "running", "total")} == {
        "aborted": 2,
        "failed": 1,
        "pending": 1,
        "running": 0,
        "total": 4,
    }


def test_stopped_execution_terminates_the_jobs_of_its_children(start: Start, make_map: MakeMap, jobs: Any) -> None:
    before = set(jobs.by_id)
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Wrong"}]
    states = {**make_map(job("forever"), Items=ITEMS, Catch=catch), "Wrong": {"Type": "Succeed"}}
    execution = start(states, {"items": list(range(60))})
    execution.until(lambda: len(jobs.by_id) == len(before) + 60)
    execution.client.stop_execution(executionArn=execution.arn)
    assert execution.wait()["status"] == "ABORTED"
    assert set(jobs.by_id) - before <= set(jobs.terminated)
    run = execution.map_run()
    assert (run["status"], run["executionCounts"]["aborted"]) == ("ABORTED", 60)
    events = execution.client.get_execution_history(executionArn=execution.children()[0]["executionArn"])["events"]
    assert events[-1]["type"] == "ExecutionAborted"


def test_parent_that_times_out_aborts_its_children(start: Start, make_map: MakeMap, jobs: Any) -> None:
    before = set(jobs.by_id)
    execution = start(make_map(job("forever"), Items=[1, 2]), TimeoutSeconds=1)
    assert execution.wait()["status"] == "TIMED_OUT"
    assert set(jobs.by_id) - before <= set(jobs.terminated)
    assert {child["status"] for child in execution.children()} == {"ABORTED"}


def test_child_can_be_stopped(start: Start, make_map: MakeMap) -> None:
    execution = start(make_map(job(), Items=["forever", "j"]))
    execution.until(lambda: "MapRunStarted" in [event["type"] for event in execution.events()])
    execution.until(lambda: len(execution.children(statusFilter="SUCCEEDED")) == 1)
    (running,) = execution.children(statusFilter="RUNNING")
    execution.client.stop_execution(executionArn=running["executionArn"], error="Mine", cause="Enough")
    assert [found["Status"] for found in execution.output()] == ["ABORTED", "SUCCEEDED"]
    stopped = execution.client.describe_execution(executionArn=running["executionArn"])
    assert (stopped["status"], stopped["error"], stopped["cause"]) == ("ABORTED", "Mine", "Enough")


def test_map_run_can_be_updated(start: Start, make_map: MakeMap, jobs: Any) -> None:
    before = len(jobs.by_id)
    execution = start(make_map(job("forever"), Items=ITEMS, MaxConcurrency=2), {"items": list(range(9))})
    execution.until(lambda: len(jobs.by_id) == before + 2)
    run = execution.map_run()
    update = {"maxConcurrency": 5, "toleratedFailureCount": 3, "toleratedFailurePercentage": 50.5}
    execution.client.update_map_run(mapRunArn=run["mapRunArn"], **update)
    execution.until(lambda: len(jobs.by_id) == before + 5)
    run = execution.map_run()
    assert {name: run[name] for name in update} == update
    assert (run["executionCounts"]["running"], run["itemCounts"]["total"]) == (5, 9)
    execution.client.stop_execution(executionArn=execution.arn)
    execution.wait()
    with pytest.raises(execution.client.exceptions.ClientError, match="ValidationException"):
        execution.client.update_map_run(mapRunArn=run["mapRunArn"], maxConcurrency=1)


def test_unknown_map_run(start: Start, make_map: MakeMap) -> None:
    client = start(make_map(Items=[])).client
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_map_run(mapRunArn="arn:aws:states:us-east-1:123456789012:mapRun:m/l:none")


def test_retry_starts_a_new_map_run(start: Start, make_map: MakeMap) -> None:
    retry = [{"ErrorEquals": [EXCEEDED[0]], "IntervalSeconds": 1, "MaxAttempts": 1}]
    execution = start(make_map(FAIL_ODD, Items=[0, 1], Retry=retry))
    assert execution.failure() == EXCEEDED
    runs = execution.client.list_map_runs(executionArn=execution.arn)["mapRuns"]
    assert len({run["mapRunArn"] for run in runs}) == 2
