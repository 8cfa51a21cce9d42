"""The stack that the scenarios run: a fan-out on Fargate, in public subnets, with what tells of its jobs.

A job sleeps for a while and ends with an exit code, both of which its item names. Nothing of the stack costs anything
while no job runs.
"""

import json
from pathlib import Path
from typing import Any, Final

from aws_cdk import App, Aws, CfnOutput, DefaultStackSynthesizer, Duration, RemovalPolicies, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from constructs_lib import (
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    MapFanOut,
    Platform,
)

MAX_VCPUS: Final = 1
IMAGE: Final = "public.ecr.aws/docker/library/busybox:1.37"
_JOB_TIMEOUT: Final = Duration.minutes(10)
_TIMEOUT: Final = Duration.minutes(30)


def synthesize(directory: Path, name: str, *, version: int = 1) -> dict[str, Any]:
    """Write the cloud assembly of the stack; its template.

    Args:
        directory: of the assembly.
        name: of the stack, and the beginning of the name of the queue.
        version: 2 gives the queue another name, which replaces it, and the job another variable, which makes a revision
            of it.
    """
    app = App(analytics_reporting=False, outdir=str(directory))
    # Deployed by CreateStack as it is: whoever runs this need not have bootstrapped the account.
    stack = Stack(app, name, synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False))
    _build(stack, version)
    RemovalPolicies.of(stack).destroy()
    app.synth()
    template: dict[str, Any] = json.loads((directory / f"{name}.template.json").read_text())
    return template


def _build(stack: Stack, version: int) -> None:
    public = ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        max_azs=2,
        nat_gateways=0,
        subnet_configuration=[public],
        restrict_default_security_group=False,  # takes a Lambda function
    )
    environment = FargateComputeEnvironment(
        stack,
        "Fargate",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
        max_vcpus=MAX_VCPUS,
    )
    queue = JobQueue(stack, "Queue", compute_environments=[environment], job_queue_name=f"{stack.stack_name}-{version}")
    job = ContainerJob(
        stack,
        "Job",
        image=JobImage.from_registry(IMAGE),
        command=["sh", "-c", "sleep $0; exit $1", "Ref::seconds", "Ref::code"],
        parameters={"seconds": "0", "code": "0"},
        environment={"VERSION": str(version)},
        platform=Platform.FARGATE,
        vcpus=0.25,
        memory=Size.mebibytes(512),
        assign_public_ip=True,
        timeout=_JOB_TIMEOUT,
    )
    fan_out = MapFanOut(
        stack,
        "Items",
        job=job,
        queue=queue,
        parameters={"seconds": "{% $states.input.item.seconds %}", "code": "{% $states.input.item.code %}"},
    )
    machine = BatchStateMachine(stack, "Machine", definition=fan_out, timeout=_TIMEOUT)
    told = sqs.Queue(stack, "Told", enforce_ssl=True)
    pattern = events.EventPattern(
        source=["aws.batch"], detail_type=["Batch Job State Change"], detail={"jobQueue": [queue.job_queue_arn]}
    )
    events.Rule(stack, "Changes", event_pattern=pattern, targets=[targets.SqsQueue(told)])
    powerless = iam.Role(stack, "Powerless", assumed_by=iam.AccountPrincipal(Aws.ACCOUNT_ID))
    for output, value in {
        "QueueArn": queue.job_queue_arn,
        "JobArn": job.job_definition_arn,
        "EnvironmentArn": environment.compute_environment_arn,
        "MachineArn": machine.state_machine_arn,
        "ToldUrl": told.queue_url,
        "PowerlessArn": powerless.role_arn,
    }.items():
        CfnOutput(stack, output, value=value)
