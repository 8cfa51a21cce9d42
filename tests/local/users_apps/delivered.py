"""A pipeline of CDK Pipelines that deploys a stage with the app."""

from typing import Any

from aws_cdk import App, RemovalPolicy, Size, Stack, Stage, pipelines
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib import (
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    MapFanOut,
    NetworkAccess,
    Platform,
)


class Invoices(Stack):
    """The app."""

    def __init__(self, scope: Construct, construct_id: str, *, currency: str) -> None:
        super().__init__(scope, construct_id)
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT)
        fargate = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16)
        queue = JobQueue(self, "Queue", compute_environments=[fargate])
        job = ContainerJob(
            self,
            "Invoice",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["sh", "-c", 'echo "$ITEMS $CURRENCY"'],
            environment={"CURRENCY": currency},
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        BatchStateMachine(self, "Machine", definition=MapFanOut(self, "Each", job=job, queue=queue))


class Deliver(Stage):
    """What is deployed as one."""

    def __init__(self, scope: Construct, construct_id: str, *, currency: str) -> None:
        super().__init__(scope, construct_id)
        Invoices(self, "Invoices", currency=currency)


class Delivery(Stack):
    """The pipeline."""

    def __init__(self, scope: Construct, construct_id: str, *, currency: str, is_checked: bool) -> None:
        super().__init__(scope, construct_id)
        source = s3.Bucket(self, "Source", versioned=True, removal_policy=RemovalPolicy.DESTROY)
        pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            synth=pipelines.ShellStep(
                "Synth",
                input=pipelines.CodePipelineSource.s3(source, "app.zip"),
                commands=["pip install -r requirements.txt", "npx cdk synth"],
            ),
        )
        checks: dict[str, Any] = {"post": [pipelines.ShellStep("Smoke", commands=["./smoke.sh"])]} if is_checked else {}
        pipeline.add_stage(Deliver(self, "Prod", currency=currency), **checks)


def build(app: App, *, changed: bool) -> None:
    """Later in another currency, with a check after the deployment."""
    Delivery(app, "Delivery", currency="USD" if changed else "EUR", is_checked=changed)
