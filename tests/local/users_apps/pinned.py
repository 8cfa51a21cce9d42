"""One stack for development and one for production, each pinned to its account and region."""

from aws_cdk import App, CfnOutput, Environment, RemovalPolicy, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ContainerJob,
    CostTags,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    Platform,
)

ENVIRONMENTS = {
    "Dev": Environment(account="111111111111", region="eu-central-1"),
    "Prod": Environment(account="222222222222", region="us-east-2"),
}


class Reports(Stack):
    """A report for each customer."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        fargate = FargateComputeEnvironment(self, "Fargate", vpc=vpc, max_vcpus=16)
        queue = JobQueue(self, "Queue", compute_environments=[fargate])
        lines = logs.LogGroup(self, "Lines", removal_policy=RemovalPolicy.DESTROY)
        job = ContainerJob(
            self,
            "Report",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["sh", "-c", f"echo {construct_id} of $AWS_REGION"],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
            log_group=lines,
        )
        results = ArrayFanOut(self, "Customers", job=job, queue=queue)
        machine = BatchStateMachine(self, "Daily", definition=results)
        CfnOutput(self, "Machine", value=machine.state_machine_arn)


def build(app: App, *, changed: bool) -> None:
    """Both stacks; later everything has a cost center."""
    for name, env in ENVIRONMENTS.items():
        reports = Reports(app, f"{name}Reports", env=env)
        if changed:
            CostTags(tags={"cost-center": "4711"}).apply(reports)
