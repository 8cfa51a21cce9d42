"""Jobs that never start are cancelled, submitted elsewhere or told of, after hours that pass in a moment."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from moto.events.models import events_backends

from constructs_lib import (
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    Platform,
    RunnableWatch,
    StuckJob,
)
from constructs_lib.local.account import ACCOUNT, REGION
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.scheduler.job import Job
from constructs_lib.local.virtual_clock import VirtualClock
from constructs_lib.testing.local_aws import DeployedStack, LocalAws

pytestmark = pytest.mark.local

HOUR = 3600
HOLDING = 100
"""Hours that a job has the capacity of its queue."""


def behave(job: Job) -> tuple[float, Ending]:
    """A job takes as many hours as its name says; one that is tried again fails at first."""
    hours, _, kind = job.spec.name.partition("-")
    return float(hours.replace("_", ".")) * HOUR, Ending(1 if kind == "again" and len(job.attempts) == 1 else 0)


class Watched(Stack):
    """A queue for each action, with room for one job at a time, and one queue to go to."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Watched")
        self._vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        self._job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_registry("busybox:1.37"),
            platform=Platform.FARGATE,
            vcpus=1,
            memory=Size.gibibytes(2),
            environment={"DEFINED": "yes"},
            timeout=Duration.days(30),
        )
        topic = sns.Topic(self, "Topic")
        messages = sqs.Queue(self, "Messages")
        other = self._queue("Other")
        self._watch("Cancelled", StuckJob.cancel())
        self._watch("Moved", StuckJob.resubmit(other).and_notify(topic))
        self._watch("Told", StuckJob.notify(topic), tell_blocked=topic)
        CfnOutput(self, "JobName", value=self._job.job_definition_arn)
        for name, value in {"Topic": topic.topic_arn, "MessagesArn": messages.queue_arn}.items():
            CfnOutput(self, f"{name}Name", value=value)
        CfnOutput(self, "Mailbox", value=messages.queue_url)

    def _queue(self, name: str) -> JobQueue:
        environment = FargateComputeEnvironment(self, f"{name}Capacity", vpc=self._vpc, max_vcpus=1)
        queue = JobQueue(self, f"{name}Queue", compute_environments=[environment])
        CfnOutput(self, name, value=queue.job_queue_arn)
        return queue

    def _watch(self, name: str, action: StuckJob, tell_blocked: sns.ITopic | None = None) -> None:
        RunnableWatch(
            self,
            f"{name}Watch",
            queues=[self._queue(name)],
            jobs=[self._job],
            after=Duration.hours(1),
            action=action,
            tell_blocked=tell_blocked,
        )


class Queues:
    """The deployed stack."""

    def __init__(self, local: LocalAws, stack: DeployedStack) -> None:
        self.clock = local.aws.clock
        self.iam = local.aws.iam
        self.batch, self._states, self._sqs = (local.client(name) for name in ("batch", "stepfunctions", "sqs"))
        self._stack = stack
        self._told: dict[str, dict[str, Any]] = {}
        local.client("sns").subscribe(
            TopicArn=stack.outputs["TopicName"],
            Protocol="sqs",
            Endpoint=stack.outputs["MessagesArnName"],
            Attributes={"RawMessageDelivery": "true"},
        )

    def submit(self, queue: str, name: str, **options: Any) -> str:
        queue_arn, job = self._stack.outputs[queue], self._stack.outputs["JobName"]
        submitted = self.batch.submit_job(jobName=name, jobQueue=queue_arn, jobDefinition=job, **options)
        return str(submitted["jobId"])

    def ended(self, job_id: str) -> dict[str, Any]:
        """A job when it has ended."""
        while (job := self.describe(job_id))["status"] not in {"SUCCEEDED", "FAILED"}:
            pass
        return job

    def describe(self, job_id: str) -> dict[str, Any]:
        [job] = self.batch.describe_jobs(jobs=[job_id])["jobs"]
        return dict(job)

    def acts(self, watch: str) -> list[dict[str, Any]]:
        """What the executions that acted on a job say of it, the last first."""
        machine = self._stack.physical_id(f"{watch}WatchActing", resource_type="AWS::StepFunctions::StateMachine")
        found = []
        for execution in self._states.list_executions(stateMachineArn=machine)["executions"]:
            arn = execution["executionArn"]
            while (described := self._states.describe_execution(executionArn=arn))["status"] == "RUNNING":
                pass
            assert described["status"] == "SUCCEEDED", described
            found.append({"name": execution["name"], **json.loads(described["output"])})
        return found

    def told(self, job_id: str) -> dict[str, Any]:
        """What the topic is told of a job."""
        url = self._stack.outputs["Mailbox"]
        deadline = time.monotonic() + 10
        while job_id not in self._told and time.monotonic() < deadline:
            for message in self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                body = json.loads(message["Body"])
                assert body["jobId"] not in self._told, "told twice"
                self._told[body["jobId"]] = body
        return self._told[job_id]

    def blocked(self, queue: str, job_id: str, reason: str) -> None:
        """The event of a job that AWS Batch finds to block its queue."""
        described = self.describe(job_id)
        event = {
            "Source": "aws.batch",
            "DetailType": "Batch Job Queue Blocked",
            "Resources": [described["jobArn"], self._stack.outputs[queue]],
            "Detail": json.dumps({**described, "statusReason": reason}, default=str),
            "Time": self.clock.now(),
        }
        events_backends[ACCOUNT][REGION].put_events([event])


@pytest.fixture(scope="module")
def local_aws_options() -> dict[str, Any]:
    clock = VirtualClock()
    return {"clock": clock, "runner": SimulatedRunner(behave, clock)}


@pytest.fixture(scope="module")
def watched(local_aws: LocalAws) -> Iterator[Queues]:
    made = Queues(local_aws, local_aws.deploy(Watched(App())))
    yield made
    assert made.iam.denials == []


def hours(job: dict[str, Any]) -> float:
    return round((job["stoppedAt"] - job["createdAt"]) / 1000 / HOUR, 2)


def test_a_job_that_waits_too_long_is_cancelled(watched: Queues) -> None:
    with watched.clock.working():
        holder = watched.submit("Cancelled", f"{HOLDING}")
        stuck = watched.submit("Cancelled", "1-stuck")
    job = watched.ended(stuck)
    assert job["status"] == "FAILED"
    assert job["statusReason"] == "3600 seconds in RUNNABLE, cancelled by Watched/CancelledWatch. "
    assert watched.ended(holder)["status"] == "SUCCEEDED"
    assert [(act["name"], act["outcome"]) for act in watched.acts("Cancelled")] == [(f"{stuck}-0", "cancelled")]


def test_a_job_that_starts_in_time_is_left_alone(watched: Queues) -> None:
    acts = watched.acts("Cancelled")
    with watched.clock.working():
        watched.submit("Cancelled", "0_9")
        patient = watched.submit("Cancelled", "1-patient")
    assert watched.ended(patient)["status"] == "SUCCEEDED"
    assert hours(watched.describe(patient)) == 1.9
    assert watched.acts("Cancelled") == acts


def test_a_job_that_is_tried_again_has_the_whole_time_again(watched: Queues) -> None:
    acts = watched.acts("Cancelled")
    with watched.clock.working():
        again = watched.submit("Cancelled", "0_4-again", retryStrategy={"attempts": 2})
        watched.submit("Cancelled", "0_9")  # has the capacity between the attempts
    assert watched.ended(again)["status"] == "SUCCEEDED"
    assert hours(watched.describe(again)) == 1.7
    assert watched.acts("Cancelled") == acts


def test_an_array_that_waits_too_long_is_cancelled_once(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Cancelled", f"{HOLDING}")
        array = watched.submit("Cancelled", "1-stuck", arrayProperties={"size": 20})
    job = watched.ended(array)
    assert job["arrayProperties"]["statusSummary"]["FAILED"] == 20
    assert hours(job) == 1
    assert [act["name"] for act in watched.acts("Cancelled") if act["name"].startswith(array)] == [f"{array}-0"]


def test_an_array_of_which_a_child_has_started_is_left_alone(watched: Queues) -> None:
    array = watched.submit("Cancelled", "2-work", arrayProperties={"size": 3})
    assert watched.ended(array)["status"] == "SUCCEEDED"
    assert hours(watched.describe(array)) == 6


def test_the_time_of_an_array_begins_with_the_end_of_what_it_depends_on(watched: Queues) -> None:
    with watched.clock.working():
        first = watched.submit("Cancelled", "5-first")
        array = watched.submit("Cancelled", "1-then", arrayProperties={"size": 2}, dependsOn=[{"jobId": first}])
    assert watched.ended(array)["status"] == "SUCCEEDED"
    assert hours(watched.describe(array)) == 7


def test_a_job_is_submitted_to_another_queue(watched: Queues) -> None:
    options: dict[str, Any] = {
        "containerOverrides": {
            "command": ["echo", "Ref::word"],
            "environment": [{"name": "GIVEN", "value": "too"}],
            "resourceRequirements": [{"type": "MEMORY", "value": "3072"}],
        },
        "parameters": {"word": "hello"},
        "retryStrategy": {"attempts": 3, "evaluateOnExit": [{"onReason": "Cannot*", "action": "EXIT"}]},
        "timeout": {"attemptDurationSeconds": 7200},
        "tags": {"team": "maps"},
    }
    with watched.clock.working():
        watched.submit("Moved", f"{HOLDING}")
        stuck = watched.submit("Moved", "1-stuck", **options)
    original = watched.ended(stuck)
    [act] = watched.acts("Moved")
    copy = watched.ended(act["copy"])
    assert (original["status"], copy["status"]) == ("FAILED", "SUCCEEDED")
    assert copy["tags"] == {"team": "maps", "constructs-lib:resubmitted-from": stuck}
    alike = ("jobName", "jobDefinition", "parameters", "retryStrategy", "timeout", "propagateTags")
    assert {name: copy[name] for name in alike} == {name: original[name] for name in alike}
    for name in ("command", "environment", "resourceRequirements"):
        assert sorted(map(str, copy["container"][name])) == sorted(map(str, original["container"][name]))
    message = watched.told(stuck)
    assert (message["outcome"], message["copy"]) == ("resubmitted", act["copy"])


def test_an_array_is_submitted_again_as_a_whole(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Moved", f"{HOLDING}")
        array = watched.submit("Moved", "1-stuck", arrayProperties={"size": 3})
    watched.ended(array)
    [copy] = [act["copy"] for act in watched.acts("Moved") if act["jobId"] == array]
    job = watched.ended(copy)
    assert job["arrayProperties"]["statusSummary"]["SUCCEEDED"] == 3
    assert watched.told(array)["copy"] == copy


def test_the_copy_of_an_array_whose_children_run_one_after_another_is_one_too(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Moved", f"{HOLDING}")
        array = watched.submit("Moved", "1-stuck", arrayProperties={"size": 3}, dependsOn=[{"type": "SEQUENTIAL"}])
    copy = watched.ended(watched.told(array)["copy"])
    assert (copy["status"], copy["dependsOn"]) == ("SUCCEEDED", [{"type": "SEQUENTIAL"}])
    assert hours(watched.describe(array)) == 1


def test_the_copy_of_an_array_keeps_the_items_that_its_children_wait_for(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Moved", f"{HOLDING}")
        first = watched.submit("Other", "5-first", arrayProperties={"size": 2})
        stage = [{"jobId": first, "type": "N_TO_N"}]
        second = watched.submit("Moved", "1-second", arrayProperties={"size": 2}, dependsOn=stage)
    told = watched.told(second)
    assert hours(watched.describe(second)) == 10, "a child that waits for its item is cancelled when that has ended"
    copy = watched.ended(told["copy"])
    assert (copy["status"], copy["dependsOn"]) == ("SUCCEEDED", stage)


def test_a_copy_is_never_submitted_again(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Moved", "3")
        copy = watched.submit("Moved", "1-copy", tags={"constructs-lib:resubmitted-from": "some-job"})
    assert watched.ended(copy)["status"] == "SUCCEEDED"
    [act] = [act for act in watched.acts("Moved") if act["jobId"] == copy]
    assert act["outcome"] == "left"
    assert watched.told(copy)["what"] == "The job still waits."


def test_a_job_that_its_queue_has_cancelled_is_submitted_again(watched: Queues) -> None:
    large = [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "4096"}]
    stuck = watched.submit("Moved", "1-large", containerOverrides={"resourceRequirements": large})
    assert watched.ended(stuck)["statusReason"].startswith("Canceled by JobStateTimeLimit action")
    message = watched.told(stuck)
    assert message["outcome"] == "resubmitted"
    assert message["reason"].endswith("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE")


def test_a_topic_is_told_of_a_job_that_waits(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Told", "3")
        waiting = watched.submit("Told", "1-waiting")
    assert watched.ended(waiting)["status"] == "SUCCEEDED"
    message = watched.told(waiting)
    assert (message["outcome"], message["job"], message["waitedSeconds"]) == ("left", "1-waiting", HOUR)
    assert message["reason"].startswith("AWS Batch gives none")


def test_a_topic_is_told_of_a_job_that_blocks_its_queue(watched: Queues) -> None:
    reason = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested"
    job = watched.submit("Told", "0_1")
    watched.blocked("Told", job, reason)
    assert watched.told(job) == {
        "job": "0_1",
        "jobId": job,
        "queue": watched.describe(job)["jobQueue"],
        "reason": reason,
        "outcome": "blocked",
    }
