"""A stack whose queues are watched, deployed in virtual time: jobs take as many hours as their names say."""

import json
import time
from typing import Any

from aws_cdk import App, CfnOutput, Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from constructs_lib import (
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    Platform,
    RunnableWatch,
    StuckJobAction,
)
from constructs_lib.local.runners import Ending
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.testing.local_aws import DeployedStack, LocalAws

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
        self._watch("Cancelled", StuckJobAction.cancel())
        self._watch("Moved", StuckJobAction.resubmit(other).and_notify(topic))
        self._watch("Told", StuckJobAction.notify(topic), blocked_topic=topic)
        CfnOutput(self, "JobName", value=self._job.job_definition_arn)
        for name, value in {"Topic": topic.topic_arn, "MessagesArn": messages.queue_arn}.items():
            CfnOutput(self, f"{name}Name", value=value)
        CfnOutput(self, "Mailbox", value=messages.queue_url)

    def _queue(self, name: str, *, patient: bool = False) -> JobQueue:
        environment = FargateComputeEnvironment(self, f"{name}Capacity", vpc=self._vpc, max_vcpus=1)
        queue = JobQueue(self, f"{name}Queue", compute_environments=[environment], cancel_unplaceable=not patient)
        CfnOutput(self, name, value=queue.job_queue_arn)
        return queue

    def _watch(self, name: str, action: StuckJobAction, blocked_topic: sns.ITopic | None = None) -> None:
        RunnableWatch(
            self,
            f"{name}Watch",
            queues=[self._queue(name, patient=blocked_topic is not None)],
            jobs=[self._job],
            after=Duration.hours(1),
            action=action,
            blocked_topic=blocked_topic,
        )


class Queues:
    """The deployed stack."""

    def __init__(self, local: LocalAws, stack: DeployedStack) -> None:
        self.aws, self.clock = local.aws, local.aws.clock
        self.batch, self._states, self._sqs = (local.client(name) for name in ("batch", "stepfunctions", "sqs"))
        self._stack = stack
        self._told: dict[tuple[str, str], dict[str, Any]] = {}
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

    def rest(self) -> None:
        """Wait until all jobs have ended."""
        for job in self.aws.batch.jobs():
            self.ended(job.id)

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

    def told(self, job_id: str, outcome: str = "resubmitted") -> dict[str, Any]:
        """What the topic is told of a job with an outcome."""
        url = self._stack.outputs["Mailbox"]
        deadline = time.monotonic() + 60
        while (job_id, outcome) not in self._told and time.monotonic() < deadline:
            for message in self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                body = json.loads(message["Body"])
                assert (body["jobId"], body["outcome"]) not in self._told, "told twice"
                self._told[body["jobId"], body["outcome"]] = body
        return self._told[job_id, outcome]


def hours(job: dict[str, Any]) -> float:
    return round((job["stoppedAt"] - job["createdAt"]) / 1000 / HOUR, 2)
