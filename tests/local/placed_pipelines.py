"""The same pipeline in several accounts and regions, pinned as production apps are, and one that is pinned nowhere."""

from pathlib import Path

from aws_cdk import App, CfnOutput, Environment, SecretValue, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    Platform,
)

CONTAINER = Path(__file__).parents[2] / "container"
ENVIRONMENTS = {
    "Anywhere": None,
    "Dev": Environment(account="123456789012", region="eu-central-1"),
    "Prod": Environment(account="999999999999", region="us-west-2"),
    "ProdEurope": Environment(account="999999999999", region="eu-central-1"),
    "China": Environment(account="210987654321", region="cn-north-1"),
    "Government": Environment(account="210987654321", region="us-gov-west-1"),
}
PROGRAM = """
import json, os, sys
print(json.dumps({name: value for name, value in os.environ.items() if name.startswith("AWS_") or name == "SECRET"}))
print("in", os.environ["AWS_REGION"], file=sys.stderr)
"""


def pipeline(app: App, name: str, environment: Environment | None) -> Stack:
    """A queue, a job that tells where it is and reads a secret, a workflow, and a rule that hears of its end."""
    stack = Stack(app, name, env=environment)
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0)
    public = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    compute = FargateComputeEnvironment(stack, "Compute", vpc=vpc, max_vcpus=8, vpc_subnets=public)
    queue = JobQueue(stack, "Queue", job_queue_name="queue", compute_environments=[compute])
    value = SecretValue.unsafe_plain_text(f"of {name}")
    secret = secretsmanager.Secret(stack, "Secret", secret_name="of-job", secret_string_value=value)  # noqa: S106 - its name is none
    job = ContainerJob(
        stack,
        "Job",
        image=JobImage.from_directory(stack, "Image", CONTAINER),
        command=["--", "python3", "-c", PROGRAM],
        secrets={"SECRET": batch.Secret.from_secrets_manager(secret)},
        platform=Platform.FARGATE,
        vcpus=0.25,
        memory=Size.mebibytes(512),
    )
    fan_out = ArrayFanOut(stack, "Work", job=job, queue=queue)
    machine = BatchStateMachine(stack, "Machine", state_machine_name="machine", definition=fan_out)
    heard = sqs.Queue(stack, "Heard", queue_name="heard")
    events.Rule(
        stack,
        "Rule",
        event_pattern=events.EventPattern(
            source=["aws.states"], detail={"stateMachineArn": [machine.state_machine_arn], "status": ["SUCCEEDED"]}
        ),
        targets=[targets.SqsQueue(heard)],
    )
    CfnOutput(stack, "Place", value=f"{stack.partition} {stack.account} {stack.region} {stack.url_suffix}")
    return stack


def references(app: App) -> None:
    """A stack that uses a bucket of another region."""
    here = Stack(app, "Producer", env=ENVIRONMENTS["Dev"], cross_region_references=True)
    there = Environment(account="123456789012", region="us-west-2")
    away = Stack(app, "Consumer", env=there, cross_region_references=True)
    bucket = s3.Bucket(here, "Bucket")
    sqs.Queue(away, "Queue", queue_name=bucket.bucket_name)
    CfnOutput(away, "Bucket", value=bucket.bucket_arn)


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    for name, environment in ENVIRONMENTS.items():
        pipeline(app, name, environment)
    references(app)
    app.synth()
