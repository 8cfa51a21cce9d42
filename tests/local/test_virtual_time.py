"""Pipelines of days in a moment: jobs by a function, everything else as it is."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.testing.local_aws import LocalAws

HOUR = 60 * 60
DAY = 24 * HOUR
START = 1_800_000_000.0


def behave(job: Job) -> tuple[float, Ending]:
    """An hour each; `forever` never ends, `twice` fails at first."""
    if job.spec.name == "forever":
        return float("inf"), Ending(0)
    return HOUR, Ending(1 if job.spec.name == "twice" and len(job.attempts) == 1 else 0)


@pytest.fixture(scope="module")
def local_aws_options() -> dict[str, Any]:
    clock = VirtualClock(START)
    return {"clock": clock, "runner": SimulatedRunner(behave, clock), "iam": False}


@pytest.fixture(scope="module")
def machine(local_aws: LocalAws) -> "Machine":
    made = Machine(local_aws)
    made.set_up()
    return made


class Machine:
    """State machines over one queue of four vCPUs."""

    def __init__(self, local_aws: LocalAws) -> None:
        self.aws = local_aws
        self._states = local_aws.client("stepfunctions")
        self._count = 0

    def set_up(self) -> None:
        batch = self.aws.client("batch")
        batch.create_compute_environment(
            computeEnvironmentName="place",
            type="MANAGED",
            computeResources={
                "type": "FARGATE",
                "maxvCpus": 4,
                "subnets": ["subnet-1"],
                "securityGroupIds": ["sg-1"],
            },
        )
        order = [{"order": 1, "computeEnvironment": "place"}]
        batch.create_job_queue(jobQueueName="queue", priority=1, computeEnvironmentOrder=order)
        batch.register_job_definition(
            jobDefinitionName="job",
            type="container",
            platformCapabilities=["FARGATE"],
            containerProperties={
                "image": "image",
                "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
                "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}],
            },
        )

    def run(self, states: dict[str, Any], execution_input: Any = None, **definition: Any) -> dict[str, Any]:
        self._count += 1
        text = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **definition}
        arn = self._states.create_state_machine(
            name=f"machine-{self._count}",
            definition=json.dumps(text),
            roleArn="arn:aws:iam::123456789012:role/states",
        )["stateMachineArn"]
        started = self._states.start_execution(stateMachineArn=arn, input=json.dumps(execution_input or {}))
        while True:
            described: dict[str, Any] = self._states.describe_execution(executionArn=started["executionArn"])
            if described["status"] != "RUNNING":
                return described


def submit(name: str, size: int | None = None, **state: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {"JobName": name, "JobQueue": "queue", "JobDefinition": "job"}
    if size:
        arguments["ArrayProperties"] = {"Size": size}
    resource = "arn:aws:states:::batch:submitJob.sync"
    return {"Type": "Task", "Resource": resource, "Arguments": arguments, "End": True, **state}


def seconds(described: dict[str, Any]) -> float:
    took: timedelta = described["stopDate"] - described["startDate"]
    return took.total_seconds()


def test_a_wait_of_a_day(machine: Machine) -> None:
    moments = {"first": "{% $millis() %}"}
    described = machine.run(
        {
            "Note": {"Type": "Pass", "Output": moments, "Next": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": DAY, "Next": "Tell"},
            "Tell": {"Type": "Pass", "Output": "{% [$states.input.first, $millis(), $now()] %}", "End": True},
        }
    )
    first, last, now = json.loads(described["output"])
    assert last - first == DAY * 1000
    assert datetime.fromisoformat(now).timestamp() == pytest.approx(last / 1000, abs=0.001)
    assert seconds(described) == DAY


def test_a_wait_until_a_moment(machine: Machine) -> None:
    wait = {"Type": "Wait", "Timestamp": "2040-01-01T00:00:00Z", "End": True}
    described = machine.run({"Wait": wait})
    assert described["stopDate"].timestamp() == datetime.fromisoformat("2040-01-01T00:00:00+00:00").timestamp()


def test_retries_back_off_for_hours(machine: Machine) -> None:
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3600, "BackoffRate": 2, "MaxAttempts": 3}
    gone = submit("work", Retry=[retry])
    gone["Arguments"]["JobQueue"] = "nowhere"
    described = machine.run({"Try": gone})
    assert described["status"] == "FAILED"
    assert seconds(described) == (1 + 2 + 4) * HOUR


def test_jobs_wait_for_their_turn_and_take_their_time(machine: Machine) -> None:
    described = machine.run({"Work": submit("work", 10)})
    assert seconds(described) == 3 * HOUR, "ten jobs, four at a time"
    job = json.loads(described["output"])
    assert job["StoppedAt"] - job["CreatedAt"] == 3 * HOUR * 1000


def test_an_attempt_ends_by_its_timeout_after_14_days(machine: Machine) -> None:
    task = submit("forever")
    task["Arguments"]["Timeout"] = {"AttemptDurationSeconds": 14 * DAY}
    described = machine.run({"Work": task})
    assert described["error"] == "States.TaskFailed"
    cause = json.loads(described["cause"])
    assert cause["StatusReason"] == "Job attempt duration exceeded timeout"
    assert seconds(described) == 14 * DAY


def test_a_task_that_times_out_ends_its_job(machine: Machine) -> None:
    described = machine.run({"Work": submit("forever", TimeoutSeconds=2 * HOUR)})
    assert (described["status"], described["error"]) == ("FAILED", "States.Timeout")
    assert seconds(described) == 2 * HOUR
    jobs = machine.aws.client("batch").list_jobs(jobQueue="queue", jobStatus="FAILED")["jobSummaryList"]
    [ended] = [job for job in jobs if job["stoppedAt"] >= described["stopDate"].timestamp() * 1000]
    assert ended["jobName"] == "forever"


def test_an_execution_times_out(machine: Machine) -> None:
    wait = {"Type": "Wait", "Seconds": 3 * DAY, "End": True}
    described = machine.run({"Wait": wait}, TimeoutSeconds=DAY)
    assert described["status"] == "TIMED_OUT"
    assert seconds(described) == DAY


def test_branches_and_iterations_run_side_by_side(machine: Machine) -> None:
    def branch(hours: int) -> dict[str, Any]:
        wait = {"Type": "Wait", "Seconds": hours * HOUR, "End": True}
        return {"StartAt": f"Wait {hours}", "States": {f"Wait {hours}": wait}}

    wait = {"Type": "Wait", "Seconds": "{% $states.input * 3600 %}", "End": True}
    described = machine.run(
        {
            "Both": {"Type": "Parallel", "Branches": [branch(1), branch(5), branch(3)], "Next": "Each"},
            "Each": {
                "Type": "Map",
                "Items": "{% [1..6] %}",
                "MaxConcurrency": 2,
                "ItemProcessor": {"StartAt": "Wait", "States": {"Wait": wait}},
                "End": True,
            },
        }
    )
    assert described["status"] == "SUCCEEDED"
    assert seconds(described) == 5 * HOUR + 12 * HOUR, "two at a time: 1+3+5 beside 2+4+6 hours"


def test_a_job_that_is_retried_takes_twice_the_time(machine: Machine) -> None:
    task = submit("twice")
    task["Arguments"]["RetryStrategy"] = {"Attempts": 2}
    described = machine.run({"Work": task})
    assert seconds(described) == 2 * HOUR
    assert [attempt["Container"]["ExitCode"] for attempt in json.loads(described["output"])["Attempts"]] == [1, 0]
