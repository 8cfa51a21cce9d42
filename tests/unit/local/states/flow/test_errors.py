"""Which errors Retry and Catch match, and what happens when nothing does."""

from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.local.states.flow.retries import matches

Start = Callable[..., Any]


@pytest.mark.parametrize(
    ("names", "error", "expected"),
    [
        ({"States.TaskFailed"}, "Batch.ServerException", True),
        ({"States.TaskFailed"}, "States.QueryEvaluationError", True),
        ({"States.TaskFailed"}, "States.Timeout", False),
        ({"States.Timeout"}, "States.HeartbeatTimeout", True),
        ({"States.ALL"}, "States.Timeout", True),
        ({"States.ALL"}, "States.DataLimitExceeded", False),
        ({"States.DataLimitExceeded"}, "States.DataLimitExceeded", True),
        ({"States.ALL"}, "States.Runtime", False),
        ({"States.Runtime"}, "States.Runtime", False),
        ({"Mine"}, "Mine", True),
        ({"Mine"}, "Yours", False),
        ({"States.ALL"}, None, True),
    ],
)
def test_matching(names: set[str], error: str | None, expected: bool) -> None:
    assert matches(names, error) is expected


def test_choice_without_a_match(start: Start) -> None:
    states = {
        "C": {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "S"}]},
        "S": {"Type": "Succeed"},
    }
    error, cause = start(states).failure()
    assert error == "States.Runtime"
    assert cause.endswith("Failed to transition out of the state. The state does not point to a next state.")


def test_rule_that_leads_to_the_default_state_leaves_its_assign_alone(start: Start) -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"v": "before"}, "Next": "C"},
        "C": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% true %}", "Next": "S"}],
            "Default": "S",
            "Assign": {"v": "default"},
        },
        "S": {"Type": "Succeed", "Output": "{% $v %}"},
    }
    assert start(states).output() == "before"


def test_fail_may_pass_on_an_error_of_aws(start: Start) -> None:
    assert start({"F": {"Type": "Fail", "Error": "{% 'States.TaskFailed' %}", "Cause": "c"}}).failure() == (
        "States.TaskFailed",
        "c",
    )


def test_failed_expression_in_arguments_is_caught_with_its_whole_cause(start: Start) -> None:
    states = {
        "T": {
            "Type": "Task",
            "Resource": "arn:aws:states:::batch:submitJob.sync",
            "Arguments": {"JobName": "{% $states.input.none %}"},
            "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "S"}],
            "End": True,
        },
        "S": {"Type": "Succeed"},
    }
    assert start(states).output() == {
        "Error": "States.QueryEvaluationError",
        "Cause": "An error occurred while executing the state 'T' (entered at the event id #2). The JSONata expression "
        "'$states.input.none' specified for the field 'Arguments/JobName' returned nothing (undefined).",
    }


@pytest.mark.parametrize("field", ["Output", "Assign"])
def test_failed_expression_over_the_result_is_caught(start: Start, field: str) -> None:
    states = {
        "T": {
            "Type": "Task",
            "Resource": "arn:aws:states:::batch:submitJob.sync",
            "Arguments": {"JobName": "job", "JobQueue": "q", "JobDefinition": "d"},
            "Assign": {"v": "{% $states.result.Status %}"},
            field: {"v": "{% $states.result.none %}"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S", "Output": "{% $states.errorOutput.Error %}"}],
            "End": True,
        },
        "S": {"Type": "Succeed", "Output": "{% [$states.input, $exists($v)] %}"},
    }
    assert start(states).output() == ["States.QueryEvaluationError", False]


def test_stopping_interrupts_the_wait_between_attempts(start: Start, jobs: Any) -> None:
    states = {
        "T": {
            "Type": "Task",
            "Resource": "arn:aws:states:::batch:submitJob.sync",
            "Arguments": {"JobName": "refuse", "JobQueue": "q", "JobDefinition": "d"},
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60}],
            "End": True,
        },
    }
    jobs.requests.clear()
    execution = start(states)
    while not jobs.requests:
        pass
    execution.client.stop_execution(executionArn=execution.arn)
    assert execution.wait(5)["status"] == "ABORTED"


def test_no_log_lines_for_a_failure(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    start({"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}).failure()
    assert not [record for record in caplog.records if record.name.startswith("moto")]
