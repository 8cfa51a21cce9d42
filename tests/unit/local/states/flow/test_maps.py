"""Inline Map and Parallel: concurrency, scopes, errors."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.waiting import until

Start = Callable[..., Any]

SYNC = "arn:aws:states:::batch:submitJob.sync"
SUBMIT = {"JobQueue": "q", "JobDefinition": "d"}


def mapping(states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    processor = {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": next(iter(states)), "States": states}
    return {
        "M": {"Type": "Map", "ItemProcessor": processor, "Items": "{% $states.input.items %}", "End": True, **fields}
    }


@pytest.mark.parametrize("items", [[], [1], list(range(45))])
@pytest.mark.parametrize("concurrency", [0, 1, "{% $states.input.c %}"])
def test_results_are_in_order(start: Start, items: list[int], concurrency: Any) -> None:
    body = {"P": {"Type": "Pass", "Output": "{% $states.input * 2 %}", "End": True}}
    out = start(mapping(body, MaxConcurrency=concurrency), {"items": items, "c": 7}).output()
    assert out == [item * 2 for item in items]


def test_tasks_see_the_iteration(start: Start, jobs: Any) -> None:
    jobs.requests.clear()
    body = {
        "T": {
            "Type": "Task",
            "Resource": SYNC,
            "Arguments": {
                **SUBMIT,
                "JobName": "{% $prefix & $states.context.Map.Item.Index %}",
                "ContainerOverrides": {"Environment": "{% [{'Name': 'V', 'Value': $string($states.input)}] %}"},
            },
            "Assign": {"own": "{% $states.result.JobName %}"},
            "Output": "{% $states.input.v & $states.result.Status %}",
            "Next": "P",
        },
        "P": {"Type": "Pass", "Output": "{% [$own, $states.input, $states.context.Map.Item.Value] %}", "End": True},
    }
    states = mapping(
        body, ItemSelector={"v": "{% $states.context.Map.Item.Value %}", "all": "{% $count($states.input.items) %}"}
    )
    states = {"A": {"Type": "Pass", "Assign": {"prefix": "p"}, "Next": "M"}, **states}
    assert start(states, {"items": ["a", "b"]}).output() == [["p0", "aSUCCEEDED", "a"], ["p1", "bSUCCEEDED", "b"]]
    values = sorted(request["containerOverrides"]["environment"][0]["value"] for request in jobs.requests)
    assert values == ['{"v":"a","all":2}', '{"v":"b","all":2}']


def test_failures_that_iterations_catch(start: Start) -> None:
    body = {
        "T": {
            "Type": "Task",
            "Resource": SYNC,
            "Arguments": {**SUBMIT, "JobName": "{% $states.input %}"},
            "Output": {"ok": True},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed", "Output": "{% $states.errorOutput.Error %}"}],
            "End": True,
        },
        "Failed": {"Type": "Pass", "Output": {"ok": False, "why": "{% $states.input %}"}, "End": True},
    }
    out = start(mapping(body, Assign={"r": "{% $states.result %}"}), {"items": ["job", "fail", "job"]}).output()
    assert out == [{"ok": True}, {"ok": False, "why": "States.TaskFailed"}, {"ok": True}]


@pytest.mark.parametrize("handler", ["States.TaskFailed", "States.ALL"])
def test_failed_iteration_keeps_its_error(start: Start, handler: str) -> None:
    body = {"T": {"Type": "Task", "Resource": SYNC, "Arguments": {**SUBMIT, "JobName": "fail"}, "End": True}}
    states = mapping(body, Catch=[{"ErrorEquals": [handler], "Next": "C", "Output": "{% $states.errorOutput.Error %}"}])
    states["C"] = {"Type": "Succeed"}
    assert start(states, {"items": [1, 2]}).output() == "States.TaskFailed"


def test_failed_iteration_terminates_the_other_jobs(start: Start, jobs: Any) -> None:
    before = set(jobs.by_id)
    body = {
        "W": {"Type": "Wait", "Seconds": "{% $states.input = 'fail' ? 1 : 0 %}", "Next": "T"},
        "T": {"Type": "Task", "Resource": SYNC, "Arguments": {**SUBMIT, "JobName": "{% $states.input %}"}, "End": True},
    }
    execution = start(mapping(body), {"items": ["forever", "fail", "forever"]})
    assert execution.failure()[0] == "States.TaskFailed"
    submitted = [job for job in jobs.by_id if job not in before and jobs.by_id[job]["jobName"] == "forever"]
    assert len(submitted) == 2
    assert set(submitted) <= set(jobs.terminated)
    assert "MapIterationAborted" in [event["type"] for event in execution.events()]


def test_stopped_map_terminates_its_jobs(start: Start, jobs: Any) -> None:
    before = set(jobs.by_id)
    arguments = {**SUBMIT, "JobName": "forever"}
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}]
    body = {"T": {"Type": "Task", "Resource": SYNC, "Arguments": arguments, "Retry": retry, "End": True}}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Wrong"}]
    execution = start({**mapping(body, Catch=catch), "Wrong": {"Type": "Succeed"}}, {"items": list(range(60))})
    until(lambda: len(jobs.by_id) >= len(before) + 40)
    execution.client.stop_execution(executionArn=execution.arn)
    assert execution.wait()["status"] == "ABORTED"
    submitted = set(jobs.by_id) - before
    assert len(submitted) == 40
    assert submitted <= set(jobs.terminated)


def test_cause_names_the_innermost_state_once(start: Start) -> None:
    body = {"P": {"Type": "Pass", "Output": "{% $states.input.none %}", "End": True}}
    error, cause = start(mapping(body), {"items": [{}]}).failure()
    assert error == "States.QueryEvaluationError"
    assert cause.count("An error occurred while executing the state") == 1
    assert "the state 'P'" in cause


def test_items_must_be_an_array(start: Start) -> None:
    body = {"P": {"Type": "Pass", "End": True}}
    error, cause = start(mapping(body), {"items": "x"}).failure()
    assert error == "States.QueryEvaluationError"
    assert "Expected 'array', but was 'string'" in cause


def test_map_iterations_are_events_of_the_execution(start: Start) -> None:
    body = {"T": {"Type": "Task", "Resource": SYNC, "Arguments": {**SUBMIT, "JobName": "j"}, "End": True}}
    execution = start(mapping(body), {"items": [1, 2, 3]})
    execution.output()
    assert len(execution.events()) == 3 * 8 + 6


def test_parallel_branches_have_own_variables(start: Start) -> None:
    def branch(value: int) -> dict[str, Any]:
        return {
            "StartAt": f"A{value}",
            "States": {
                f"A{value}": {"Type": "Pass", "Assign": {"mine": value}, "Next": f"B{value}"},
                f"B{value}": {"Type": "Pass", "Output": "{% [$mine, $outer, $states.input.k] %}", "End": True},
            },
        }

    states = {
        "S": {"Type": "Pass", "Assign": {"outer": "o"}, "Next": "B"},
        "B": {
            "Type": "Parallel",
            "Arguments": {"k": "{% $states.input.k + 1 %}"},
            "Branches": [branch(1), branch(2)],
            "Output": {"all": "{% $states.result %}", "in": "{% $states.input %}"},
            "End": True,
        },
    }
    assert start(states, {"k": 1}).output() == {"all": [[1, "o", 2], [2, "o", 2]], "in": {"k": 1}}
