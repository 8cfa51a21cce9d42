"""The states of a RunnableWatch, walked with what AWS Batch may answer."""

import json
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_sns as sns

from constructs_lib import RunnableWatch, StuckJobAction
from tests.unit.workflows.interpreter import Execution, Failure
from tests.unit.workflows.synthesized import QUEUE_ARN, Resources, definition, job, queue, resources_of

GIVEN = {"jobId": "j1", "jobName": "tile", "queue": QUEUE_ARN, "attempts": 0, "array": False, "cancelled": False}
HANDED_OVER = {**GIVEN, "waitedSeconds": 7200}
RUNNABLE = {"JobId": "j1", "JobName": "tile", "JobDefinition": "tiles:3", "Status": "RUNNABLE", "Attempts": []}
FAILED = {**RUNNABLE, "Status": "FAILED", "RetryStrategy": {"Attempts": 2, "EvaluateOnExit": []}, "Container": {}}
REASON = "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement"


@pytest.fixture(scope="module")
def resources() -> Resources:
    def build(stack: Stack) -> None:
        bulk, work, topic = queue(stack), job(stack), sns.Topic(stack, "Topic")
        other = batch.JobQueue.from_job_queue_arn(stack, "Other", f"{QUEUE_ARN}-other")
        resubmit = StuckJobAction.resubmit(other, share_identifier="maps")
        actions = {"Silent": StuckJobAction.resubmit(other), "Told": resubmit.and_notify(topic)}
        for name, action in actions.items():
            RunnableWatch(stack, name, queues=[bulk], after=Duration.hours(2), action=action, jobs=[work])

    return resources_of(build)


class Aws:
    """Answers with one job after the other, and keeps what it was asked to do."""

    def __init__(self, *jobs: dict[str, Any], refuses: str | None = None) -> None:
        self.jobs, self.refuses = iter(jobs), refuses
        self.calls: dict[str, dict[str, Any]] = {}
        tasks = ("cancelJob", "describeJobDefinitions", "submitJob", "publish", "startExecution")
        self.execution = Execution({"describeJobs": self.describe} | {name: self._task(name) for name in tasks})

    def describe(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls["describeJobs"] = arguments
        return {"Jobs": [job for job in [next(self.jobs)] if job]}

    def _task(self, name: str) -> Any:
        def answer(arguments: dict[str, Any]) -> dict[str, Any]:
            self.calls[name] = arguments
            if name == self.refuses:
                raise Failure("Batch.ClientException", "It does not like it.")
            return {"JobId": "j2", "JobDefinitions": [{"ContainerProperties": {}}]}

        return answer

    @property
    def told(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.calls["publish"]["Message"])
        return message


def act(resources: Resources, aws: Aws, given: dict[str, Any] = HANDED_OVER, watch: str = "Told") -> dict[str, Any]:
    output: dict[str, Any] = aws.execution.run(definition(resources, f"{watch}Acting"), given)
    return output


def test_a_job_behind_the_head_of_its_queue_is_waited_for_in_ever_longer_pauses(resources: Resources) -> None:
    aws = Aws(*[RUNNABLE] * 10, FAILED)
    assert act(resources, aws) == {"jobId": "j1", "outcome": "resubmitted", "copy": "j2"}
    assert aws.execution.waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_the_copy_goes_to_the_other_queue_with_the_share_and_as_many_attempts(resources: Resources) -> None:
    aws = Aws(RUNNABLE, {**FAILED, "Tags": {"team": "maps", "aws:batch:job": "x"}})
    act(resources, aws)
    copy = aws.calls["submitJob"]
    assert copy["JobQueue"] == f"{QUEUE_ARN}-other"
    assert (copy["ShareIdentifier"], copy["SchedulingPriorityOverride"]) == ("maps", 0)
    assert copy["RetryStrategy"] == {"Attempts": 2}
    assert copy["Tags"] == {"team": "maps", "constructs-lib:resubmitted-from": "j1"}
    assert "ConsumableResourcePropertiesOverride" not in copy


@pytest.mark.parametrize(
    ("job_share", "copied"),
    [
        ({}, {}),
        ({"ShareIdentifier": "own"}, {"ShareIdentifier": "own", "SchedulingPriorityOverride": 0}),
        (
            {"ShareIdentifier": "own", "SchedulingPriority": 7},
            {"ShareIdentifier": "own", "SchedulingPriorityOverride": 7},
        ),
    ],
)
def test_a_copy_without_a_share_of_its_own_has_that_of_the_job(
    resources: Resources, job_share: dict[str, Any], copied: dict[str, Any]
) -> None:
    aws = Aws(RUNNABLE, {**FAILED, **job_share})
    act(resources, aws, watch="Silent")
    copy = aws.calls["submitJob"]
    assert {name: copy[name] for name in ("ShareIdentifier", "SchedulingPriorityOverride") if name in copy} == copied


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ({**RUNNABLE, "Status": "RUNNING"}, "started"),
        ({**RUNNABLE, "Status": "SUCCEEDED", "Attempts": [{}]}, "started"),
        ({**RUNNABLE, "Attempts": [{}]}, "started"),
        (FAILED, "gone"),
        ({}, "gone"),
    ],
    ids=["runs", "ran", "is tried again", "cancelled by somebody", "unknown"],
)
def test_a_job_that_waits_no_more_is_left_alone(resources: Resources, found: dict[str, Any], outcome: str) -> None:
    aws = Aws(found)
    assert act(resources, aws)["outcome"] == outcome
    assert aws.calls.keys() == {"describeJobs", "publish"}
    assert aws.told["outcome"] == outcome


def test_a_job_that_starts_when_it_is_cancelled_goes_on(resources: Resources) -> None:
    aws = Aws(RUNNABLE, {**RUNNABLE, "Status": "STARTING"})
    assert act(resources, aws)["outcome"] == "started"
    assert "submitJob" not in aws.calls


@pytest.mark.parametrize("watch", ["Told", "Silent"])
def test_a_refused_copy_fails_the_execution(resources: Resources, watch: str) -> None:
    aws = Aws(RUNNABLE, FAILED, refuses="submitJob")
    with pytest.raises(Failure, match=r"Batch\.ClientException: It does not like it\."):
        act(resources, aws, watch=watch)
    if watch == "Told":
        assert (aws.told["outcome"], aws.told["error"]) == ("lost", "Batch.ClientException")


def test_the_reason_of_aws_is_in_the_job_and_in_the_message(resources: Resources) -> None:
    aws = Aws(RUNNABLE, FAILED)
    act(resources, aws, {**HANDED_OVER, "reason": REASON * 20, "jobName": "t" * 128})
    cancelled = aws.calls["cancelJob"]["Reason"]
    assert cancelled.startswith(f"7200 seconds in RUNNABLE, cancelled by Stack/Told. {REASON}")
    assert len(cancelled) == 1_024
    assert aws.told["reason"] == REASON * 20
    assert len(aws.calls["publish"]["Subject"]) == 100


def wait(resources: Resources, aws: Aws, **event: Any) -> Any:
    given = {"jobId": "j1", "jobName": "tile", "jobQueue": QUEUE_ARN, "status": "RUNNABLE", "attempts": [], **event}
    return aws.execution.run(definition(resources, "ToldWaiting"), given)


def test_a_job_that_starts_in_time_costs_six_states(resources: Resources) -> None:
    aws = Aws({**RUNNABLE, "Status": "RUNNING"})
    wait(resources, aws)
    assert len(aws.execution.visited) == 6
    assert "startExecution" not in aws.calls


@pytest.mark.parametrize("change", [{"IsCancelled": True}, {"Attempts": [{}]}, {"Status": "FAILED"}])
def test_a_job_that_does_not_wait_since_then_is_left_alone(resources: Resources, change: dict[str, Any]) -> None:
    aws = Aws({**RUNNABLE, **change})
    wait(resources, aws)
    assert "startExecution" not in aws.calls


def test_a_stuck_job_is_handed_over_with_its_reason(resources: Resources) -> None:
    aws = Aws({**RUNNABLE, "StatusReason": REASON, "Attempts": [{}]})
    wait(resources, aws, attempts=[{}])
    assert aws.calls["startExecution"]["Name"] == "j1-1"
    assert aws.calls["startExecution"]["Input"]["reason"] == REASON


def test_an_event_that_is_delivered_twice_acts_once(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(RUNNABLE)

    def exists(_: dict[str, Any]) -> None:
        raise Failure("StepFunctions.ExecutionAlreadyExistsException", "Execution Already Exists: 'j1-0'")

    monkeypatch.setitem(aws.execution.tasks, "startExecution", exists)
    wait(resources, aws)
    assert aws.execution.visited[-1] == "It is seen to"


def test_a_job_that_its_queue_has_cancelled_is_handed_over_at_once(resources: Resources) -> None:
    aws = Aws()
    wait(resources, aws, status="FAILED", statusReason="Canceled by JobStateTimeLimit action due to reason: X")
    assert aws.execution.waits == []
    assert aws.calls["startExecution"]["Input"]["cancelled"] is True
