"""A state machine for each strategy over the same queue and job, and what state machines written by hand need."""

from aws_cdk import App, CfnOutput, RemovalPolicy, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3

from constructs_lib import (
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    ItemSource,
    JobImage,
    JobQueue,
    Platform,
    Strategy,
    fan_out,
)

LINES = "lists/items.jsonl"


def synthesize(outdir: str) -> None:
    """Make the app."""
    app = App(outdir=outdir, analytics_reporting=False)
    stack = Stack(app, "Choosing")
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=1)
    environment = FargateComputeEnvironment(stack, "Fargate", vpc=vpc, max_vcpus=4_000)
    queue = JobQueue(stack, "Queue", compute_environments=[environment])
    job = ContainerJob(
        stack,
        "Job",
        image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
        platform=Platform.FARGATE,
        vcpus=0.25,
        memory=Size.mebibytes(512),
    )
    data = s3.Bucket(stack, "Data", removal_policy=RemovalPolicy.DESTROY)
    for strategy in Strategy:
        items = ItemSource.json_lines(data, LINES) if strategy is Strategy.DISTRIBUTED else "{% $states.input.items %}"
        steps = fan_out(stack, strategy.value, job=job, queue=queue, items=items, strategy=strategy)
        BatchStateMachine(stack, f"{strategy.value}Machine", definition=steps)
    CfnOutput(stack, "QueueArn", value=queue.job_queue_arn)
    CfnOutput(stack, "JobArn", value=job.job_definition_arn)
    CfnOutput(stack, "DataName", value=data.bucket_name)
    app.synth()
