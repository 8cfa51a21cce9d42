"""What has to be told of failures, retries and stops beyond the example of each rule, and where it is not known."""

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.checks.checking import find
from constructs_lib.checks.model.files import read_template
from constructs_lib.checks.rule import Finding

SYNC = "arn:aws:states:::batch:submitJob.sync"
THROTTLED = {"ErrorEquals": ["Batch.TooManyRequestsException"]}
ALL = {"ErrorEquals": ["States.ALL"]}
ENDED = {"Action": "EXIT", "OnStatusReason": "*"}


def ids(folder: Path, machine: dict[str, Any], **resources: Any) -> set[str]:
    """The rules about reliability that find something in a state machine."""
    return {finding.rule.id for finding in findings(folder, machine, **resources)}


def findings(folder: Path, machine: dict[str, Any], **resources: Any) -> list[Finding]:
    """What they find."""
    path = folder / "template.json"
    parameters = {"Unknown": {"Type": "String"}, "Errors": {"Type": "CommaDelimitedList"}}
    path.write_text(json.dumps({"Parameters": parameters, "Resources": {"Machine": machine, **resources}}))
    return [finding for finding in find([read_template(path)]) if finding.rule.id.startswith("CHECK5")]


def machine(states: dict[str, Any], kind: str = "STANDARD", **fields: Any) -> dict[str, Any]:
    flow = {"StartAt": next(iter(states)), "States": states, **fields}
    properties = {"RoleArn": "arn", "StateMachineType": kind, "Definition": flow}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}


def submit(**fields: Any) -> dict[str, Any]:
    """A state that submits a job of which nothing is known, and repeats the submit if it is throttled."""
    parameters = {"JobName": "run", "JobQueue": "charts", "JobDefinition": "charts"}
    return {"Type": "Task", "Resource": SYNC, "Parameters": parameters, "Retry": [THROTTLED], "End": True, **fields}


def each(task: dict[str, Any], mode: str = "INLINE", **fields: Any) -> dict[str, Any]:
    processor = {"ProcessorConfig": {"Mode": mode}, "StartAt": "Run", "States": {"Run": task}}
    return {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}


@pytest.mark.parametrize(
    ("retries", "expected"),
    [
        ([THROTTLED], set()),
        ([{"ErrorEquals": ["Batch.AWSBatchException"]}], set()),
        ([{"ErrorEquals": ["Batch.BatchException"]}], set()),
        ([{**THROTTLED, "MaxAttempts": 0}], {"CHECK503"}),
        ([{"ErrorEquals": ["Lambda.TooManyRequestsException"]}], {"CHECK503"}),
        ([], {"CHECK503"}),
        ([ALL], {"CHECK504"}),
        ([{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 2}], {"CHECK504"}),
        ([THROTTLED, {**ALL, "MaxAttempts": 0}], set()),
        ([THROTTLED, {"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 0}, ALL], set()),
        ([THROTTLED, {"ErrorEquals": ["States.Timeout"]}], set()),
        ([{"ErrorEquals": {"Ref": "Errors"}}], set()),
        ([{**THROTTLED, "MaxAttempts": {"Ref": "Unknown"}}], set()),
    ],
)
def test_retries_are_for_throttling_and_not_for_what_the_job_does(
    tmp_path: Path, retries: list[dict[str, Any]], expected: set[str]
) -> None:
    assert ids(tmp_path, machine({"Run": submit(Retry=retries)})) == expected


def test_a_catch_that_leads_back_to_the_submit_repeats_it_too(tmp_path: Path) -> None:
    wait = {"Type": "Wait", "Seconds": 60, "Next": "Run"}
    run = submit(Retry=[], Catch=[{"ErrorEquals": ["Batch.TooManyRequestsException"], "Next": "Wait"}])
    assert ids(tmp_path, machine({"Run": run, "Wait": wait})) == set()
    assert ids(tmp_path, machine({"Run": run, "Wait": {**wait, "Next": "End"}, "End": {"Type": "Succeed"}})) == {
        "CHECK503"
    }


def test_a_submit_that_is_not_waited_for_fails_of_nothing_that_the_job_does(tmp_path: Path) -> None:
    state = submit(Resource="arn:aws:states:::batch:submitJob", Retry=[ALL])
    assert ids(tmp_path, machine({"Run": state}, "EXPRESS")) == set()


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (None, {"CHECK505"}),
        ([{"Action": "RETRY", "OnReason": "*"}], {"CHECK505"}),
        ([{"Action": "exit", "OnExitCode": "1"}], set()),
        ([{"Action": {"Ref": "Unknown"}, "OnExitCode": "1"}], set()),
        ({"Ref": "Unknown"}, set()),
    ],
)
def test_attempts_are_for_reasons(tmp_path: Path, conditions: Any, expected: set[str]) -> None:
    strategy = {"Attempts": 3, **({} if conditions is None else {"EvaluateOnExit": conditions})}
    state = submit()
    state["Parameters"]["RetryStrategy"] = strategy
    assert ids(tmp_path, machine({"Run": state})) == expected
    state["Parameters"]["RetryStrategy"] = {**strategy, "Attempts": 1}
    assert ids(tmp_path, machine({"Run": state})) == set()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (each(submit()), {"CHECK506"}),
        (each(submit(), "DISTRIBUTED"), {"CHECK506"}),
        (each(submit(), "DISTRIBUTED", ToleratedFailurePercentage=5), set()),
        (each(submit(Catch=[{**ALL, "Next": "Run"}])), set()),
        (each(submit(), Catch=[{**ALL, "Next": "Each"}]), set()),
        (each(submit(), Catch={"Ref": "Unknown"}), set()),
        (each(each(submit()), "DISTRIBUTED", ToleratedFailureCount=1), set()),
        ({"Type": "Parallel", "Branches": [{"StartAt": "Run", "States": {"Run": submit()}}], "End": True}, set()),
    ],
)
def test_a_map_catches_the_failures_of_its_jobs_somewhere(
    tmp_path: Path, state: dict[str, Any], expected: set[str]
) -> None:
    assert ids(tmp_path, machine({"Each": state})) == expected


@pytest.mark.parametrize(
    ("kind", "following", "expected"),
    [
        ("STANDARD", {"Type": "Succeed"}, {"CHECK508"}),
        ("EXPRESS", {"Type": "Succeed"}, set()),
        (
            "STANDARD",
            {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:batch:describeJobs", "Parameters": {}, "End": True},
            set(),
        ),
    ],
)
def test_who_does_not_wait_may_ask_for_the_job_afterwards(
    tmp_path: Path, kind: str, following: dict[str, Any], expected: set[str]
) -> None:
    state = {**submit(Resource="arn:aws:states:::batch:submitJob"), "Next": "After"}
    del state["End"]
    assert ids(tmp_path, machine({"Run": state, "After": following}, kind)) == expected


@pytest.mark.parametrize(
    ("resource", "fields", "expected"),
    [
        ("arn:aws:states:::lambda:invoke.waitForTaskToken", {}, {"CHECK509"}),
        ("arn:aws:states:::lambda:invoke.waitForTaskToken", {"HeartbeatSeconds": 60}, set()),
        ("arn:aws:states:::ecs:runTask.sync", {}, {"CHECK509"}),
        ("arn:aws:states:::ecs:runTask.sync", {"TimeoutSecondsPath": "$.seconds"}, set()),
        ("arn:aws:states:eu-west-1:123456789012:activity:approve", {}, {"CHECK509"}),
        ("arn:aws:states:::glue:startJobRun.sync", {}, set()),
    ],
)
def test_what_has_no_end_of_its_own_is_bounded_by_its_state_or_by_the_state_machine(
    tmp_path: Path, resource: str, fields: dict[str, Any], expected: set[str]
) -> None:
    ask = {"Type": "Task", "Resource": resource, "Parameters": {}, "Next": "Run", **fields}
    assert ids(tmp_path, machine({"Ask": ask, "Run": submit()})) == expected
    assert ids(tmp_path, machine({"Ask": ask, "Run": submit()}, TimeoutSeconds=3600)) == set()


def test_a_job_that_cannot_start_is_ended_by_its_queue_or_by_who_waits_for_it(tmp_path: Path) -> None:
    queue = {"Type": "AWS::Batch::JobQueue", "Properties": {"JobQueueName": "charts", "Priority": 1}}
    assert ids(tmp_path, machine({"Run": submit()}), Queue=queue) == {"CHECK510"}
    assert ids(tmp_path, machine({"Run": submit(TimeoutSeconds=60)}), Queue=queue) == set()
    assert ids(tmp_path, machine({"Run": submit()}, TimeoutSeconds=60), Queue=queue) == set()
    queue["Properties"] = {"JobQueueName": "charts", "JobStateTimeLimitActions": {"Ref": "Unknown"}}
    assert ids(tmp_path, machine({"Run": submit()}), Queue=queue) == set()


@pytest.mark.parametrize(
    ("strategy", "retries", "expected"),
    [
        ({"Attempts": 1}, [THROTTLED], {"CHECK501"}),
        ({"Attempts": 1}, [ALL], {"CHECK504"}),
        ({"Attempts": 3, "EvaluateOnExit": [{"Action": "EXIT", "OnStatusReason": "*"}]}, [THROTTLED], {"CHECK501"}),
        (
            {
                "Attempts": 3,
                "EvaluateOnExit": [
                    {"Action": "RETRY", "OnStatusReason": "Host EC2*"},
                    {"Action": "EXIT", "OnStatusReason": "*"},
                ],
            },
            [THROTTLED],
            set(),
        ),
        ({"Attempts": 3, "EvaluateOnExit": [{"Action": "EXIT", "OnReason": "*"}]}, [THROTTLED], set()),
    ],
)
def test_a_job_on_spot_is_tried_again_by_its_definition_or_by_its_state(
    tmp_path: Path, strategy: dict[str, Any], retries: list[dict[str, Any]], expected: set[str]
) -> None:
    resources = {"Type": "SPOT", "MaxvCpus": 4, "InstanceTypes": ["m5"], "Subnets": ["subnet-1"]}
    found = findings(tmp_path, **on_spot(resources, strategy, retries))
    assert {finding.rule.id for finding in found} == expected


@pytest.mark.parametrize(
    ("strategy", "got"),
    [
        ({"Attempts": 1}, "1 attempt of jobs"),
        (
            {
                "Attempts": 3,
                "EvaluateOnExit": [
                    {"Action": "RETRY", "OnStatusReason": "Host EC2*"},
                    {"Action": "EXIT", "OnStatusReason": "*"},
                ],
            },
            "an EXIT for `Your Spot Task was interrupted.` of jobs",
        ),
    ],
)
def test_tasks_on_fargate_are_taken_back_with_their_own_reason(
    tmp_path: Path, strategy: dict[str, Any], got: str
) -> None:
    resources = {"Type": "FARGATE_SPOT", "MaxvCpus": 4, "Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    [found] = findings(tmp_path, **on_spot(resources, strategy, [THROTTLED]))
    assert (found.rule.id, found.got) == ("CHECK501", f"{got} in Queue, submitted by state 'Run' of Machine")
    assert found.fix.endswith("RETRY for `Your Spot Task was interrupted*`.")
    strategy["Attempts"] = 3
    strategy["EvaluateOnExit"] = [{"Action": "RETRY", "OnStatusReason": "Your Spot Task*"}, ENDED]
    assert findings(tmp_path, **on_spot(resources, strategy, [THROTTLED])) == []


def on_spot(resources: dict[str, Any], strategy: dict[str, Any], retries: list[dict[str, Any]]) -> dict[str, Any]:
    """A state machine that submits a job to a queue with an environment."""
    container = {"Image": "busybox", "Vcpus": 1, "Memory": 512}
    order = [{"Order": 1, "ComputeEnvironment": {"Ref": "Environment"}}]
    state = submit(Retry=retries, TimeoutSeconds=60)
    state["Parameters"] |= {"JobQueue": {"Ref": "Queue"}, "JobDefinition": {"Ref": "Job"}}
    given = {"Type": "container", "ContainerProperties": container, "RetryStrategy": strategy}
    environment = {"Type": "MANAGED", "ComputeResources": resources}
    queue = {"Priority": 1, "ComputeEnvironmentOrder": order}
    return {
        "machine": machine({"Run": state}),
        "Job": {"Type": "AWS::Batch::JobDefinition", "Properties": given},
        "Environment": {"Type": "AWS::Batch::ComputeEnvironment", "Properties": environment},
        "Queue": {"Type": "AWS::Batch::JobQueue", "Properties": queue},
    }
