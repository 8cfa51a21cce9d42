"""Child executions: their inputs, outputs, contexts and histories, and how the API shows them."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

Start = Callable[..., Any]
MakeMap = Callable[..., dict[str, Any]]

ITEMS = "{% $states.input.items %}"
SYNC = "arn:aws:states:::batch:submitJob.sync"
SUBMIT = {"JobQueue": "q", "JobDefinition": "d"}


def job(name: str = "{% $states.input %}") -> dict[str, Any]:
    return {"T": {"Type": "Task", "Resource": SYNC, "Arguments": {**SUBMIT, "JobName": name}, "End": True}}


@pytest.mark.parametrize("items", [[], [0], list(range(300))])
@pytest.mark.parametrize("concurrency", [0, 1, 7, "{% $states.input.c %}"])
def test_outputs_are_in_order(start: Start, make_map: MakeMap, items: list[int], concurrency: Any) -> None:
    body = {"P": {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True}}
    execution = start(make_map(body, Items=ITEMS, MaxConcurrency=concurrency), {"items": items, "c": 3})
    assert execution.output() == [item * 2 for item in items]
    counts = execution.map_run()["executionCounts"]
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
    counts = execution.map_run()
    assert (counts["itemCounts"]["total"], counts["executionCounts"]["total"]) == (3, 2)
    assert sorted(child["itemCount"] for child in execution.children()) == [1, 2]


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
    assert execution.map_run()["toleratedFailurePercentage"] == 10.5


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
    child = execution.children()[0]["executionArn"]
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
    (listed,) = execution.children()
    assert listed["executionArn"] == f"{prefix}:execution:{machine}/each:{listed['name']}"
    described = execution.client.describe_execution(executionArn=listed["executionArn"])
    assert described["mapRunArn"] == listed["mapRunArn"] == run["mapRunArn"]
    assert (described["input"], described["output"]) == ('{"a":"ü"}', '{"a":"ü"}')
    assert described["stopDate"] >= described["startDate"]
    of_child = execution.client.describe_state_machine_for_execution(executionArn=listed["executionArn"])
    assert of_child["name"] == machine
    machine_executions = execution.client.list_executions(stateMachineArn=f"{prefix}:stateMachine:{machine}")
    assert [found["executionArn"] for found in machine_executions["executions"]] == [execution.arn]


def test_express_child_has_no_history(start: Start, make_map: MakeMap) -> None:
    execution = start(make_map(Items=[1], express=True))
    execution.output()
    arn = execution.children()[0]["executionArn"]
    assert execution.client.describe_execution(executionArn=arn)["status"] == "SUCCEEDED"
    with pytest.raises(execution.client.exceptions.ExecutionDoesNotExist):
        execution.client.get_execution_history(executionArn=arn)


def test_limit_of_events_is_that_of_each_child(
    start: Start, make_map: MakeMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    from constructs_lib.local.states.executions import quotas  # noqa: PLC0415 costs half a second

    monkeypatch.setattr(quotas, "STEP_FUNCTIONS_HISTORY_EVENTS", 15)
    again = {
        "P": {"Type": "Pass", "Output": "{% $states.input + 1 %}", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input > 3 %}", "Next": "E"}], "Default": "P"},
        "E": {"Type": "Pass", "End": True},
    }
    execution = start(make_map(again, Items=[3, 3, 3, 3, 3, 0], ToleratedFailureCount=1))
    assert execution.output()[:5] == [4] * 5
    (failed,) = execution.children(statusFilter="FAILED")
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
    child = execution.children()[0]["executionArn"]
    assert len(execution.client.list_map_runs(executionArn=child)["mapRuns"]) == 1


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
    execution = start(make_map(Items=ITEMS), {"items": list(range(50))})
    execution.output()
    execution.until(lambda: not any(thread.name == "child-execution" for thread in threading.enumerate()))
