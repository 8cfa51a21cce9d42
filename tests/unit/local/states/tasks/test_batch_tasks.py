"""batch:submitJob and batch:submitJob.sync against a job service."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.waiting import until

Start = Callable[..., Any]

SYNC = "arn:aws:states:::batch:submitJob.sync"
SUBMIT = {"JobName": "job", "JobQueue": "q", "JobDefinition": "d"}
MANAGED = {"name": "MANAGED_BY_AWS", "value": "STARTED_BY_STEP_FUNCTIONS"}


def task(arguments: Any, **fields: Any) -> dict[str, Any]:
    return {"T": {"Type": "Task", "Resource": SYNC, "Arguments": arguments, "End": True, **fields}}


def test_request_has_boto_casing(start: Start, jobs: Any) -> None:
    arguments = {
        **SUBMIT,
        "ShareIdentifier": "team",
        "SchedulingPriorityOverride": 3,
        "PropagateTags": True,
        "ArrayProperties": {"Size": "{% $states.input.n / 2 %}"},
        "ContainerOverrides": {
            "Environment": "{% [{'Name': 'ITEMS', 'Value': $string($states.input.items)}] %}",
            "ResourceRequirements": [{"Type": "VCPU", "Value": "1"}],
        },
        "Parameters": {"keepThisCase": "x"},
        "RetryStrategy": {"EvaluateOnExit": [{"OnExitCode": "0", "Action": "EXIT"}]},
        "Tags": {"costCentre": "1"},
    }
    start(task(arguments), {"n": 8, "items": ['"ü', None]}).output()
    assert jobs.requests[-1] == {
        "jobName": "job",
        "jobQueue": "q",
        "jobDefinition": "d",
        "shareIdentifier": "team",
        "schedulingPriorityOverride": 3,
        "propagateTags": True,
        "arrayProperties": {"size": 4},
        "containerOverrides": {
            "environment": [{"name": "ITEMS", "value": '["\\"ü",null]'}, MANAGED],
            "resourceRequirements": [{"type": "VCPU", "value": "1"}],
        },
        "parameters": {"keepThisCase": "x"},
        "retryStrategy": {"evaluateOnExit": [{"onExitCode": "0", "action": "EXIT"}]},
        "tags": {"costCentre": "1"},
    }
    assert isinstance(jobs.requests[-1]["arrayProperties"]["size"], int)


def test_arguments_as_one_expression(start: Start, jobs: Any) -> None:
    start(task("{% $merge([$states.input, {'JobName': 'merged'}]) %}"), SUBMIT).output()
    assert jobs.requests[-1]["jobName"] == "merged"


def test_result_has_step_functions_casing(start: Start) -> None:
    out = start(task(SUBMIT)).output()
    assert out.pop("JobId")
    assert out == {
        "JobName": "job",
        "Status": "SUCCEEDED",
        "CreatedAt": 1700000000000,
        "Container": {
            "ExitCode": 1,
            "Vcpus": 1,
            "Environment": [{"Name": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"}],
        },
        "ArrayProperties": {"Size": 2, "StatusSummary": {"FAILED": 1, "SUCCEEDED": 1}},
        "Tags": {"costCentre": "Ä1"},
    }


def test_submitting_without_waiting(start: Start) -> None:
    states = task({**SUBMIT, "JobName": "forever"}, Resource="arn:aws:states:::batch:submitJob")
    names = {"JobArn", "JobName", "JobId", "SdkHttpMetadata", "SdkResponseMetadata"}
    assert start(states).output().keys() == names


def test_failed_job_is_a_failed_task(start: Start) -> None:
    execution = start(task({**SUBMIT, "JobName": "fail"}))
    error, cause = execution.failure()
    assert error == "States.TaskFailed"
    assert json.loads(cause)["Container"]["ExitCode"] == 1
    assert "Ä" in cause
    assert [event["type"] for event in execution.events()] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskFailed",
        "ExecutionFailed",
    ]


def test_caught_failure(start: Start) -> None:
    states = {
        **task(
            {**SUBMIT, "JobName": "fail"},
            Catch=[
                {"ErrorEquals": ["Batch.ServerException"], "Next": "Never"},
                {
                    "ErrorEquals": ["States.TaskFailed"],
                    "Next": "Report",
                    "Assign": {"job": "{% $parse($states.errorOutput.Cause).JobId %}"},
                    "Output": {"error": "{% $states.errorOutput.Error %}", "in": "{% $states.input.k %}"},
                },
            ],
            Assign={"never": "{% $states.result.Nothing %}"},
        ),
        "Report": {"Type": "Pass", "Output": "{% {'job': $job, 'seen': $states.input} %}", "End": True},
        "Never": {"Type": "Fail"},
    }
    out = start(states, {"k": "v"}).output()
    assert out["job"]
    assert out["seen"] == {"error": "States.TaskFailed", "in": "v"}


def test_refused_submit(start: Start) -> None:
    error, cause = start(task({**SUBMIT, "JobName": "refuse"})).failure()
    assert error == "Batch.ClientException"
    assert cause.startswith("JobQueue nowhere not found. (Service: AWSBatch; Status Code: 400; Error Code: Client")


def test_throttled_submit_is_retried(start: Start, jobs: Any) -> None:
    jobs.refusals.extend(["TooManyRequestsException", "ServerException"])
    retry = {
        "ErrorEquals": ["Batch.TooManyRequestsException", "Batch.ServerException"],
        "IntervalSeconds": 1,
        "MaxAttempts": 2,
        "MaxDelaySeconds": 1,
        "JitterStrategy": "FULL",
    }
    assert start(task(SUBMIT, Retry=[retry])).output()["Status"] == "SUCCEEDED"
    assert not jobs.refusals


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({**SUBMIT, "jobName": "x"}, "The field 'jobName' is not supported by Step Functions"),
        ({**SUBMIT, "Parameters": {"n": 5}}, "The value for the field 'n' must be a STRING"),
    ],
)
def test_unsupported_arguments(start: Start, arguments: Any, problem: str) -> None:
    error, cause = start(task(arguments)).failure()
    assert error == "States.Runtime"
    assert cause.endswith(f"could not be used to start the Task: [{problem}]")


def test_stopped_execution_terminates_its_job(start: Start, jobs: Any) -> None:
    jobs.requests.clear()
    execution = start(task({**SUBMIT, "JobName": "forever"}))
    until(lambda: jobs.requests)
    execution.client.stop_execution(executionArn=execution.arn, error="Mine", cause="Enough.")
    described = execution.wait()
    assert (described["status"], described["error"], described["cause"]) == ("ABORTED", "Mine", "Enough.")
    assert jobs.terminated[-1] in jobs.by_id
    assert execution.events()[-1]["type"] == "ExecutionAborted"


def test_an_execution_can_be_stopped_at_once(start: Start) -> None:
    execution = start(task({**SUBMIT, "JobName": "forever"}))
    execution.client.stop_execution(executionArn=execution.arn)
    assert execution.wait()["status"] == "ABORTED"


def test_timeout_terminates_the_job(start: Start, jobs: Any) -> None:
    before = len(jobs.terminated)
    states = task(
        {**SUBMIT, "JobName": "forever"},
        TimeoutSeconds="{% $states.input.s %}",
        Catch=[
            {"ErrorEquals": ["States.TaskFailed"], "Next": "Wrong"},
            {"ErrorEquals": ["States.Timeout"], "Next": "Late"},
        ],
    )
    states |= {"Late": {"Type": "Succeed", "Output": "late"}, "Wrong": {"Type": "Fail"}}
    assert start(states, {"s": 1}).output() == "late"
    until(lambda: len(jobs.terminated) == before + 1)


def test_failing_branch_terminates_the_jobs_of_the_others(start: Start, jobs: Any) -> None:
    before = len(jobs.terminated)
    running = [{"StartAt": name, "States": {name: task({**SUBMIT, "JobName": "forever"})["T"]}} for name in ("R", "S")]
    failing = {
        "StartAt": "W",
        "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "T"}, **task({**SUBMIT, "JobName": "fail"})},
    }
    error, _ = start({"B": {"Type": "Parallel", "Branches": [running[0], failing, running[1]], "End": True}}).failure()
    assert error == "States.TaskFailed"
    until(lambda: len(jobs.terminated) == before + 2)
