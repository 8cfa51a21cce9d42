"""Child executions: inputs, contexts, histories, failures, and the end of a map run."""

import threading
import time
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


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def map_run(execution: Any) -> dict[str, Any]:
    runs = execution.client.list_map_runs(executionArn=execution.arn)["mapRuns"]
    described: dict[str, Any] = execution.client.describe_map_run(mapRunArn=runs[0]["mapRunArn"])
    return described


def children(execution: Any, **options: Any) -> list[dict[str, Any]]:
    arn = map_run(execution)["mapRunArn"]
    listed: list[dict[str, Any]] = execution.client.list_executions(mapRunArn=arn, **options)["executions"]
    return listed


@pytest.mark.parametrize("items", [[], [0], list(range(300))])
@pytest.mark.parametrize("concurrency", [0, 1, 7, "{% $states.input.c %}"])
def test_outputs_are_in_order(start: Start, make_map: MakeMap, items: list[int], concurrency: Any) -> None:
    body = {"P": {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True}}
    execution = start(make_map(body, Items=ITEMS, MaxConcurrency=concurrency), {"items": items, "c": 3})
    assert execution.output() == [item * 2 for item in items]
    counts = map_run(execution)["executionCounts"]
    assert (counts["total"], counts["succeeded"], counts["running"]) == (len(items), len(items), 0)


@pytest.mark.parametrize("express", [True, False])
def test_batches(start: Start, make_map: MakeMap, *, express: bool) -> None:
    batcher = {"MaxItemsPerBatch": "{% $states.input.size %}", "BatchInput": {"size": "{% $states.input.size %}"}}
    selector = {"n": "{% $states.context.Map.Item.Value %}", "at": "{% $states.context.Map.Item.Index %}"}
    states = make_map(Items=ITEMS, ItemBatcher=batcher, ItemSelector=selector, express=express)
    execution = start(states, {"items": [5, 6, 7], "size": 2})
    assert execution.output() == [
        {"BatchInput": {"size": 2}, "Items": [{"n": 5, "at": 0}, {"n": 6, "at": 1}]},
        {"BatchInput": {"size": 2}, "Items": [{"n": 7, "at": 2}]},
    ]
    counts = map_run(execution)
    assert (counts["itemCounts"]["total"], counts["executionCounts"]["total"]) == (3, 2)
    assert sorted(child["itemCount"] for child in children(execution)) == [1, 2]


def test_json_path(start: Start, make_map: MakeMap) -> None:
    states = make_map(
        ItemsPath="$.items",
        ItemBatcher={"MaxItemsPerBatchPath": "$.size", "BatchInput": {"size.$": "$.size"}},
        ToleratedFailurePercentagePath="$.percentage",
        ResultPath="$.out",
    )
    data = {"items": [1, 2, 3], "size": 2, "percentage": 10.5}
    execution = start(states, data, QueryLanguage="JSONPath")
    batches = [{"BatchInput": {"size": 2}, "Items": [1, 2]}, {"BatchInput": {"size": 2}, "Items": [3]}]
    assert execution.output() == {**data, "out": batches}
    assert map_run(execution)["toleratedFailurePercentage"] == 10.5


def test_each_child_has_its_own_context_and_variables(start: Start, make_map: MakeMap) -> None:
    seen = "{% [$states.context.Execution.Input, $states.context.StateMachine.Name, $exists($states.context.Map)] %}"
    states = {
        "A": {"Type": "Pass", "Assign": {"outer": 1}, "Next": "M"},
        **make_map(
            {"P": {"Type": "Pass", "Output": seen, "Assign": {"outer": 2}, "End": True}},
            Items=[7, "{% $outer %}"],
            Label="each",
            Output={"results": "{% $states.result %}", "outer": "{% $outer %}"},
        ),
    }
    execution = start(states)
    machine = f"{execution.arn.split(':')[6]}/each"
    assert execution.output() == {"results": [[7, machine, False], [1, machine, False]], "outer": 1}


def test_history_of_the_parent_stays_short(start: Start, make_map: MakeMap) -> None:
    execution = start(make_map(job("j"), Items=ITEMS), {"items": [1, 2, 3]})
    execution.output()
    assert [event["type"] for event in execution.events()] == [
        "ExecutionStarted",
        "MapStateEntered",
        "MapStateStarted",
        "MapRunStarted",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]
    child = children(execution)[0]["executionArn"]
    events = execution.client.get_execution_history(executionArn=child)["events"]
    assert [event["id"] for event in events] == list(range(1, 9))
    assert [event["type"] for event in events][:2] == ["ExecutionStarted", "TaskStateEntered"]
    assert events[0]["executionStartedEventDetails"]["input"] in "123"


def test_child_as_the_api_shows_it(start: Start, make_map: MakeMap) -> None:
    execution = start(make_map(Items=[{"a": "ü"}], Label="each"))
    execution.output()
    run = execution.client.list_map_runs(executionArn=execution.arn)["mapRuns"][0]
    prefix, machine = execution.arn.removesuffix(":e").split(":execution:")
    assert run["mapRunArn"].startswith(f"{prefix}:mapRun:{machine}/each:")
    assert run["stateMachineArn"] == f"{prefix}:stateMachine:{machine}/each"
    (listed,) = children(execution)
    assert listed["executionArn"] == f"{prefix}:execution:{machine}/each:{listed['name']}"
    described = execution.client.describe_execution(executionArn=listed["executionArn"])
    assert described["mapRunArn"] == listed["mapRunArn"] == run["mapRunArn"]
    assert (described["input"], described["output"]) == ('{"a":"ü"}', '{"a":"ü"}')
    assert described["stopDate"] >= described["startDate"]
    of_child = execution.client.describe_state_machine_for_execution(executionArn=listed["executionArn"])
    assert of_child["name"] == machine
    machine_executions = execution.client.list_executions(stateMachineArn=f"{prefix}:stateMachine:{machine}")
    assert [found["executionArn"] for found in machine_executions["executions"]] == [execution.arn]


def test_children_are_listed_in_pages_and_by_status(start: Start, make_map: MakeMap) -> None:
    execution = start(make_map(FAIL_ODD, Items=ITEMS, ToleratedFailureCount=9), {"items": list(range(7))})
    execution.output()
    assert len(children(execution, statusFilter="FAILED")) == 3
    arn = map_run(execution)["mapRunArn"]
    pages = execution.client.get_paginator("list_executions").paginate(mapRunArn=arn, PaginationConfig={"PageSize": 3})
    found = [[child["name"] for child in page["executions"]] for page in pages]
    assert [len(page) for page in found] == [3, 3, 1]
    assert len({name for page in found for name in page}) == 7


def test_express_child_has_no_history(start: Start, make_map: MakeMap) -> None:
    execution = start(make_map(Items=[1], express=True))
    execution.output()
    arn = children(execution)[0]["executionArn"]
    assert execution.client.describe_execution(executionArn=arn)["status"] == "SUCCEEDED"
    with pytest.raises(execution.client.exceptions.ExecutionDoesNotExist):
        execution.client.get_execution_history(executionArn=arn)


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
        assert map_run(execution)["itemCounts"]["failed"] == 3
    else:
        assert execution.failure() == EXCEEDED
        assert map_run(execution)["status"] == "FAILED"


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
        ("ToleratedFailureCount", "{% 'x' %}", "ToleratedFailureCount must be a non-negative integer"),
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
    counts = map_run(execution)["executionCounts"]
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
    wait_for(lambda: len(jobs.by_id) == len(before) + 60)
    execution.client.stop_execution(executionArn=execution.arn)
    assert execution.wait()["status"] == "ABORTED"
    assert set(jobs.by_id) - before <= set(jobs.terminated)
    run = map_run(execution)
    assert (run["status"], run["executionCounts"]["aborted"]) == ("ABORTED", 60)
    events = execution.client.get_execution_history(executionArn=children(execution)[0]["executionArn"])["events"]
    assert events[-1]["type"] == "ExecutionAborted"


def test_parent_that_times_out_aborts_its_children(start: Start, make_map: MakeMap, jobs: Any) -> None:
    before = set(jobs.by_id)
    execution = start(make_map(job("forever"), Items=[1, 2]), TimeoutSeconds=1)
    assert execution.wait()["status"] == "TIMED_OUT"
    assert set(jobs.by_id) - before <= set(jobs.terminated)
    assert {child["status"] for child in children(execution)} == {"ABORTED"}


def test_child_can_be_stopped(start: Start, make_map: MakeMap) -> None:
    execution = start(make_map(job(), Items=["forever", "j"]))
    wait_for(lambda: "MapRunStarted" in [event["type"] for event in execution.events()])
    wait_for(lambda: len(children(execution, statusFilter="SUCCEEDED")) == 1)
    (running,) = children(execution, statusFilter="RUNNING")
    execution.client.stop_execution(executionArn=running["executionArn"], error="Mine", cause="Enough")
    assert [found["Status"] for found in execution.output()] == ["ABORTED", "SUCCEEDED"]
    stopped = execution.client.describe_execution(executionArn=running["executionArn"])
    assert (stopped["status"], stopped["error"], stopped["cause"]) == ("ABORTED", "Mine", "Enough")


def test_map_run_can_be_updated(start: Start, make_map: MakeMap, jobs: Any) -> None:
    before = len(jobs.by_id)
    execution = start(make_map(job("forever"), Items=ITEMS, MaxConcurrency=2), {"items": list(range(9))})
    wait_for(lambda: len(jobs.by_id) == before + 2)
    run = map_run(execution)
    update = {"maxConcurrency": 5, "toleratedFailureCount": 3, "toleratedFailurePercentage": 50.5}
    execution.client.update_map_run(mapRunArn=run["mapRunArn"], **update)
    wait_for(lambda: len(jobs.by_id) == before + 5)
    run = map_run(execution)
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


def test_limit_of_events_is_that_of_each_child(
    start: Start, make_map: MakeMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    from constructs_lib.local.states import quotas  # noqa: PLC0415 costs half a second

    monkeypatch.setattr(quotas, "STEP_FUNCTIONS_HISTORY_EVENTS", 15)
    again = {
        "P": {"Type": "Pass", "Output": "{% $states.input + 1 %}", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input > 3 %}", "Next": "E"}], "Default": "P"},
        "E": {"Type": "Pass", "End": True},
    }
    execution = start(make_map(again, Items=[3, 3, 3, 3, 3, 0], ToleratedFailureCount=1))
    assert execution.output()[:5] == [4] * 5
    (failed,) = children(execution, statusFilter="FAILED")
    described = execution.client.describe_execution(executionArn=failed["executionArn"])
    assert described["error"] == "States.Runtime"
    assert "maximum number of history events" in described["cause"]


def test_nested_map_runs(start: Start, make_map: MakeMap) -> None:
    inner = make_map(
        {"I": {"Type": "Pass", "Output": "{% $states.input + 1 %}", "End": True}}, Items="{% $states.input %}"
    )
    states = make_map({"N": inner["M"]}, Items=[[1], [2, 3]])
    execution = start(states)
    assert execution.output() == [[2], [3, 4]]
    child = children(execution)[0]["executionArn"]
    assert len(execution.client.list_map_runs(executionArn=child)["mapRuns"]) == 1


def test_retry_starts_a_new_map_run(start: Start, make_map: MakeMap) -> None:
    retry = [{"ErrorEquals": [EXCEEDED[0]], "IntervalSeconds": 1, "MaxAttempts": 1}]
    execution = start(make_map(FAIL_ODD, Items=[0, 1], Retry=retry))
    assert execution.failure() == EXCEEDED
    runs = execution.client.list_map_runs(executionArn=execution.arn)["mapRuns"]
    assert len({run["mapRunArn"] for run in runs}) == 2


def test_old_names_of_the_fields(start: Start, make_map: MakeMap) -> None:
    states = make_map(ItemsPath="$.items", Parameters={"item.$": "$$.Map.Item.Value", "all.$": "$.items"})
    states["M"]["Iterator"] = states["M"].pop("ItemProcessor")
    out = start(states, {"items": [1, 2]}, QueryLanguage="JSONPath").output()
    assert out == [{"item": 1, "all": [1, 2]}, {"item": 2, "all": [1, 2]}]


def test_branches_with_map_runs(start: Start, make_map: MakeMap) -> None:
    branches = [
        {"StartAt": name, "States": {name: make_map({f"P{name}": {"Type": "Pass", "End": True}}, Items=[name])["M"]}}
        for name in ("A", "B")
    ]
    execution = start({"S": {"Type": "Parallel", "Branches": branches, "End": True}})
    assert execution.output() == [["A"], ["B"]]
    assert len(execution.client.list_map_runs(executionArn=execution.arn)["mapRuns"]) == 2


def test_no_thread_is_left(start: Start, make_map: MakeMap) -> None:
    start(make_map(Items=ITEMS), {"items": list(range(50))}).output()
    wait_for(lambda: not any(thread.name == "child-execution" for thread in threading.enumerate()))
