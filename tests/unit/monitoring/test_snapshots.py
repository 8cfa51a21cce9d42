"""A workflow puts what AWS Batch says of queues and compute environments into metrics."""

import json
from typing import Any

import pytest

from constructs_lib import JobMetrics
from tests.unit.core.right_calls import Parts
from tests.unit.monitoring.conftest import IMPORTED, Template, template_of
from tests.unit.monitoring.test_job_metrics import text
from tests.unit.resources import named, resources
from tests.unit.workflows.interpreter import Execution, Failure

NOW = 1_700_000_000_000
ENVIRONMENTS = [
    {"ComputeEnvironmentArn": "arn:a", "Status": "VALID", "State": "ENABLED", "ComputeResources": {"MaxvCpus": 256}},
    {"ComputeEnvironmentArn": "arn:b", "Status": "INVALID", "State": "DISABLED", "ComputeResources": {"MaxvCpus": 64}},
    {"ComputeEnvironmentArn": "arn:c", "Status": "VALID", "State": "ENABLED"},  # unmanaged
]


@pytest.fixture(scope="module")
def machine(measured: Template) -> dict[str, Any]:
    found = named(measured, "AWS::StepFunctions::StateMachine", "JobMetricsSnapshotsMachine")
    definition: dict[str, Any] = json.loads(text(found["Properties"]["DefinitionString"]))
    return definition


def put(machine: dict[str, Any], snapshot: Any) -> list[dict[str, Any]]:
    """What is put into metrics, for a snapshot of each queue or a failure."""
    calls: list[dict[str, Any]] = []

    def look(arguments: dict[str, Any]) -> Any:
        assert arguments["JobQueue"]
        if isinstance(snapshot, Failure):
            raise snapshot
        return snapshot

    def keep(arguments: dict[str, Any]) -> Any:
        calls.append(arguments)
        return {}

    def describe(arguments: dict[str, Any]) -> Any:
        assert arguments["ComputeEnvironments"]
        return {"ComputeEnvironments": ENVIRONMENTS}

    tasks = {"getJobQueueSnapshot": look, "putMetricData": keep, "describeComputeEnvironments": describe}
    Execution(tasks).run(machine, {})
    *of_queues, of_environments = calls
    assert [
        (each["Dimensions"][0]["Value"], each["MetricName"], each["Value"]) for each in of_environments["MetricData"]
    ] == [
        ("arn:a", "Invalid", 0),
        ("arn:a", "MaxVCpus", 256),
        ("arn:b", "Invalid", 1),
        ("arn:b", "MaxVCpus", 0),
        ("arn:c", "Invalid", 0),
    ]
    return of_queues


def values(call: dict[str, Any]) -> dict[str, float]:
    return {each["MetricName"]: each["Value"] for each in call["MetricData"]}


def test_each_queue_has_its_own_numbers(machine: dict[str, Any]) -> None:
    calls = put(
        machine,
        {
            "FrontOfQueue": {"Jobs": [{"JobArn": "a", "EarliestTimeAtPosition": 0}, {"JobArn": "b"}]},
            "QueueUtilization": {"TotalCapacityUsage": [{"CapacityUnit": "VCPU", "Quantity": 12.5}]},
        },
    )
    assert [call["Namespace"] for call in calls] == ["ConstructsLib/Batch"] * 3
    assert calls[2]["MetricData"][0]["Dimensions"] == [{"Name": "JobQueue", "Value": IMPORTED}]
    for call in calls:
        found = values(call)
        assert (found["Waiting"], found["VCpus"]) == (2, 12.5)
        assert found["FrontSeconds"] > NOW / 1000


@pytest.mark.parametrize("jobs", [[{"JobArn": "a", "EarliestTimeAtPosition": 9e15}], []])
def test_the_front_of_a_queue_is_never_of_the_future(machine: dict[str, Any], jobs: list[Any]) -> None:
    [call, *_] = put(machine, {"FrontOfQueue": {"Jobs": jobs}, "QueueUtilization": {"TotalCapacityUsage": []}})
    assert values(call) == {"Waiting": len(jobs), "FrontSeconds": 0, "VCpus": 0}


def test_what_a_region_does_not_report_is_left_out(machine: dict[str, Any]) -> None:
    [call, *_] = put(machine, {"FrontOfQueue": {"Jobs": []}})
    assert values(call) == {"Waiting": 0, "FrontSeconds": 0}


def test_a_queue_that_is_gone_is_left_out(machine: dict[str, Any]) -> None:
    assert put(machine, Failure("Batch.ClientException", "Invalid Job Queue")) == []


def test_it_is_started_as_often_as_asked_and_nothing_is_made_up_for(measured: Template) -> None:
    [schedule] = resources(measured, "AWS::Scheduler::Schedule").values()
    assert schedule["Properties"]["ScheduleExpression"] == "rate(10 minutes)"
    assert schedule["Properties"]["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 0


def test_its_role_asks_for_these_queues_and_puts_metrics_of_this_namespace(measured: Template) -> None:
    policy = named(measured, "AWS::IAM::Policy", "JobMetricsSnapshotsMachineRoleDefaultPolicy")
    statements = {str(each["Action"]): each for each in policy["Properties"]["PolicyDocument"]["Statement"]}
    assert IMPORTED in statements["batch:GetJobQueueSnapshot"]["Resource"]
    condition = statements["cloudwatch:PutMetricData"]["Condition"]
    assert condition == {"StringEquals": {"cloudwatch:namespace": "ConstructsLib/Batch"}}


def test_without_it_there_is_no_workflow(parts: Parts) -> None:
    JobMetrics(parts.stack, "JobMetrics", queues=[parts.queue], measure_queues=False)
    template = template_of(parts.stack)
    assert resources(template, "AWS::StepFunctions::StateMachine") == {}
    assert resources(template, "AWS::Scheduler::Schedule") == {}
