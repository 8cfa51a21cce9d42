"""A release that a person approves before its job runs, with an input of its own."""

from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from constructs_lib import (
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    NetworkAccess,
    Platform,
    SubmitJob,
)


class Releases(Stack):
    """Asks in a queue whether to publish, and publishes."""

    def __init__(self, scope: Construct, construct_id: str, *, channel: str) -> None:
        super().__init__(scope, construct_id)
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT)
        fargate = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=4)
        queue = JobQueue(self, "Queue", compute_environments=[fargate])
        publish = ContainerJob(
            self,
            "Publish",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["sh", "-c", "echo $NAME $VERSION to $CHANNEL"],
            environment={"CHANNEL": channel},
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        approvals = sqs.Queue(self, "Approvals", queue_name="approvals", enforce_ssl=True)
        question = {"token": "{% $states.context.Task.Token %}", "version": "{% $states.input.release.version %}"}
        ask = tasks.SqsSendMessage.jsonata(
            self,
            "Ask",
            queue=approvals,
            message_body=sfn.TaskInput.from_object(question),
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            task_timeout=sfn.Timeout.duration(Duration.hours(8)),
            outputs="{% $merge([$states.input, $states.result]) %}",
        )
        release = SubmitJob(
            self,
            "Release",
            job=publish,
            queue=queue,
            environment={"NAME": "{% $states.input.release.name %}", "VERSION": "{% $states.input.release.version %}"},
            outputs={"by": "{% $states.input.by %}"},
        )
        is_urgent = sfn.Choice.jsonata(self, "Is it urgent?")
        is_urgent.when(sfn.Condition.jsonata("{% $exists($states.input.by) %}"), release)
        is_urgent.otherwise(ask.next(release))
        BatchStateMachine(self, "Machine", definition=is_urgent)


def build(app: App, *, changed: bool) -> None:
    """Later on another channel."""
    Releases(app, "Releases", channel="beta" if changed else "stable")
