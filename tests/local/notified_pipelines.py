"""A stack whose executions, jobs, queues and environments somebody is told of, deployed in virtual time."""

import json
from datetime import timedelta
from typing import Any

from aws_cdk import App, CfnOutput, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    MapFanOut,
    Notifications,
    Occasion,
    Platform,
    Retry,
)
from constructs_lib.local import Ending, Job
from constructs_lib.testing import DeployedStack, LocalAws
from tests.waiting import until

MINUTE = 60


def behave(job: Job) -> tuple[float, Ending]:
    """A job takes a minute, and fails if its name or item says so, and if its list is long."""
    variables = {item["name"]: item["value"] for item in job.spec.container.get("environment", [])}
    work = "fails" if "ITEMS_URI" in variables else job.spec.name
    if items := variables.get("ITEMS"):
        work = json.loads(items)[job.index or 0]
    return MINUTE, Ending(3 if "fails" in str(work) else 0)


class Notified(Stack):
    """Two pipelines and a queue for single jobs."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Notified")
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        environment = FargateComputeEnvironment(self, "Capacity", vpc=vpc, max_vcpus=256)
        queue = JobQueue(self, "Queue", compute_environments=[environment], cancel_unplaceable=False)
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_registry("busybox:1.37"),
            platform=Platform.FARGATE,
            vcpus=1,
            memory=Size.gibibytes(2),
            timeout=Duration.days(30),
            retry=Retry(attempts=1),
        )
        arrays = BatchStateMachine(self, "Arrays", definition=ArrayFanOut(self, "Tiles", job=job, queue=queue))
        maps = BatchStateMachine(self, "Maps", definition=MapFanOut(self, "Areas", job=job, queue=queue))
        typo = BatchStateMachine(
            self, "Typo", definition=sfn.Fail(self, "Wrong", error="Typo", cause="no such é thing")
        )
        topic = sns.Topic(self, "Topic", master_key=kms.Key(self, "Key"))
        mailbox, programs = sqs.Queue(self, "Mailbox"), sqs.Queue(self, "Programs")
        topic.add_subscription(subscriptions.SqsSubscription(mailbox))
        small = JobQueue(self, "Small", compute_environments=[self._small(vpc)], cancel_unplaceable=False)
        Notifications(self, "Alerts", topic=topic, machines=[arrays, maps, typo], queues=[queue, small])
        Notifications(
            self,
            "Events",
            machines=[arrays],
            on=[Occasion.EXECUTION_STARTED, Occasion.EXECUTION_SUCCEEDED, Occasion.EXECUTION_FAILED],
            targets=[targets.SqsQueue(programs)],
        )
        CfnOutput(self, "MailboxUrl", value=mailbox.queue_url)
        CfnOutput(self, "ProgramsUrl", value=programs.queue_url)
        CfnOutput(self, "QueueArn", value=queue.job_queue_arn)
        CfnOutput(self, "SmallArn", value=small.job_queue_arn)
        CfnOutput(self, "JobArn", value=job.job_definition_arn)

    def _small(self, vpc: ec2.IVpc) -> batch.FargateComputeEnvironment:
        """Capacity for one job of one vCPU, by a role that a test can take away."""
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("batch.amazonaws.com"))
        environment = batch.FargateComputeEnvironment(
            self, "SmallCapacity", vpc=vpc, maxv_cpus=1, service_role=role, compute_environment_name="small-capacity"
        )
        CfnOutput(self, "RoleName", value=role.role_name)
        return environment


class Inbox:
    """The messages that were sent about the deployed stack."""

    def __init__(self, local: LocalAws, stack: DeployedStack) -> None:
        self.local, self.stack = local, stack
        self._sqs = local.client("sqs")
        self._read: list[dict[str, Any]] = []

    def message(self, wanted: str) -> dict[str, Any]:
        """The message whose subject has a text, once it is there."""
        return until(lambda: next((item for item in self.messages() if wanted in item["Subject"]), None))

    def start(self, machine: str, payload: Any) -> str:
        """Start a state machine; the ARN of its execution."""
        arn = self.stack.physical_id(machine, resource_type="AWS::StepFunctions::StateMachine")
        started = self.local.client("stepfunctions").start_execution(stateMachineArn=arn, input=json.dumps(payload))
        return str(started["executionArn"])

    def everything_fails(self) -> None:
        """Let pipelines and a job fail, and time pass: environments are looked at, and jobs are collected."""
        for machine in ("Arrays", "Maps", "Typo"):
            self.start(machine, {"items": ["fails", "works"]})
        outputs = self.stack.outputs
        batch = self.local.client("batch")
        batch.submit_job(jobName="fails", jobQueue=outputs["QueueArn"], jobDefinition=outputs["JobArn"])
        self.local.aws.advance(timedelta(minutes=20))

    def rest(self) -> None:
        """Wait until no execution runs any more: neither of a pipeline nor of what sends messages."""
        states = self.local.client("stepfunctions")
        machines = [item["stateMachineArn"] for item in states.list_state_machines()["stateMachines"]]

        def running() -> list[Any]:
            return [
                execution
                for machine in machines
                if "Reader" not in machine
                for execution in states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]
            ]

        until(lambda: not running())

    def messages(self) -> list[dict[str, Any]]:
        """All messages until now."""
        self._read += [json.loads(body) for body in self.bodies("MailboxUrl")]
        return self._read

    def bodies(self, url: str) -> list[str]:
        """What is in a queue, which is taken out."""
        found = []
        while messages := self._sqs.receive_message(QueueUrl=self.stack.outputs[url], MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                found.append(message["Body"])
                self._sqs.delete_message(QueueUrl=self.stack.outputs[url], ReceiptHandle=message["ReceiptHandle"])
        return found
