"""A pipeline among what its account has already: networks, groups, a file system, roles, logs, topics and buckets."""

from pathlib import Path

from aws_cdk import App, CfnOutput, Environment, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

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
PINNED = Environment(account="123456789012", region="eu-central-1")
DIGITS = {"Lookup": "1111aaa", "Attributes": "2222bbb"}
BY_ID = {
    "vpc_id": "vpc-0aaa1111bbbb2222c",
    "availability_zones": ["eu-central-1a", "eu-central-1b"],
    "private_subnet_ids": ["subnet-0aaa1111", "subnet-0bbb2222"],
    "private_subnet_route_table_ids": ["rtb-0aaa1111", "rtb-0bbb2222"],
}


def pipeline(app: App, name: str, *, is_looked_up: bool) -> None:
    """Jobs in a network that is looked up, or given by its attributes, and what they use."""
    stack, digits = Stack(app, name, env=PINNED), DIGITS[name]
    if is_looked_up:
        vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_name="shared")
    else:
        vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", **BY_ID)
        vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
    own = ec2.SecurityGroup(stack, "Own", vpc=vpc)
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", f"sg-0{digits}")
    own.connections.allow_from(group, ec2.Port.tcp(443))
    compute = FargateComputeEnvironment(
        stack, "Compute", vpc=vpc, max_vcpus=8, security_groups=[own, group], vpc_subnets=ec2.SubnetSelection()
    )
    files = efs.FileSystem.from_file_system_attributes(
        stack, "Files", file_system_id=f"fs-0{digits}", security_group=group
    )
    efs.AccessPoint(stack, "Point", file_system=files)
    queue = JobQueue(stack, "Queue", compute_environments=[compute])
    account = f"arn:aws:iam::{stack.account}:role"
    job = ContainerJob(
        stack,
        "Job",
        image=JobImage.from_directory(stack, "Image", CONTAINER),
        command=["handlers.echo:handler"],
        platform=Platform.FARGATE,
        vcpus=0.25,
        memory=Size.mebibytes(512),
        job_role=iam.Role.from_role_arn(stack, "Role", f"{account}/teams/{name}-worker"),
        log_group=logs.LogGroup.from_log_group_name(stack, "Logs", f"/shared/{name}"),
    )
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", f"results-of-{name.lower()}")
    topic = sns.Topic.from_topic_arn(stack, "Topic", f"arn:aws:sns:eu-central-1:123456789012:{name}-done")
    done = tasks.SnsPublish(stack, "Publish", topic=topic, message=sfn.TaskInput.from_text("done"))
    BatchStateMachine(
        stack, "Machine", definition=ArrayFanOut(stack, "Work", job=job, queue=queue, bucket=bucket).next(done)
    )
    CfnOutput(stack, "OwnGroup", value=own.security_group_id)


def taking_over(app: App) -> None:
    """A stack that makes what another one imports."""
    stack = Stack(app, "TakingOver", env=PINNED)
    bucket = s3.CfnBucket(stack, "Bucket", bucket_name="results-of-lookup")
    role = iam.CfnRole(
        stack,
        "Role",
        role_name="Lookup-worker",
        path="/teams/",
        assume_role_policy_document={
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
            ],
        },
    )
    logs.CfnLogGroup(stack, "Logs", log_group_name="/shared/Lookup", retention_in_days=7)
    CfnOutput(stack, "RoleArn", value=role.attr_arn)
    CfnOutput(stack, "BucketArn", value=bucket.attr_arn)


def refused(app: App, name: str, **options: str) -> None:
    """A role with a policy or a boundary that its account has not."""
    stack = Stack(app, name, env=PINNED)
    principal = iam.ServicePrincipal("ec2.amazonaws.com")
    found = {key: iam.ManagedPolicy.from_managed_policy_name(stack, key, value) for key, value in options.items()}
    policies = [found["policy"]] if "policy" in found else []
    iam.Role(
        stack,
        "Role",
        assumed_by=principal,
        managed_policies=policies,
        permissions_boundary=found.get("boundary"),
    )


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    pipeline(app, "Lookup", is_looked_up=True)
    pipeline(app, "Attributes", is_looked_up=False)
    taking_over(app)
    refused(app, "WithBoundary", boundary="Company/Boundary")
    refused(app, "WithPolicy", policy="CompanyPolicy")
    app.synth()
