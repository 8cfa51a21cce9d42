"""Every way to submit a job, each after a state that waits for an answer: meanwhile something else can be deployed."""

from typing import Any

from aws_cdk import Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    ArrayPipeline,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    MapFanOut,
    PipelineStage,
    Platform,
    SubmitJob,
)


class DeployedPipelines(Stack):
    """State machines named after what they submit; the jobs print a word."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        environment = FargateComputeEnvironment(self, "Fargate", vpc=vpc, max_vcpus=16)
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["echo", "before"],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        parts: dict[str, Any] = {"job": job, "queue": JobQueue(self, "Queue", compute_environments=[environment])}
        self._questions = sqs.Queue(self, "Questions", enforce_ssl=True)
        self._machine("Submit", SubmitJob(self, "Submit it", **parts))
        self._machine("Map", MapFanOut(self, "Each", **parts))
        self._machine("Array", ArrayFanOut(self, "Tiles", **parts))
        self._machine("Distributed", DistributedFanOut(self, "Areas", **parts))
        stages = [PipelineStage(name=name, **parts) for name in ("Clean", "Render")]
        self._machine("Stages", ArrayPipeline(self, "Scenes", stages=stages))

    def _machine(self, name: str, work: Any) -> None:
        ask = tasks.SqsSendMessage.jsonata(
            self,
            f"Ask {name}",
            queue=self._questions,
            message_body=sfn.TaskInput.from_text("{% $states.context.Task.Token %}"),
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            outputs="{% $states.input %}",
        )
        BatchStateMachine(self, f"{name}Machine", definition=ask.next(work))
