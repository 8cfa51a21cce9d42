"""A queue, a bucket and a job, hand-written with aws-cdk-lib, with the settings that ours have by default."""

from aws_cdk import Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct


def queue(scope: Construct, vpc: ec2.IVpc) -> batch.JobQueue:
    """A queue over a Fargate environment."""
    environment = batch.FargateComputeEnvironment(scope, "Fargate", vpc=vpc, maxv_cpus=64)
    reasons = batch.JobStateTimeLimitActionsReason
    return batch.JobQueue(
        scope,
        "Queue",
        compute_environments=[batch.OrderedComputeEnvironment(compute_environment=environment, order=1)],
        priority=1,
        job_state_time_limit_actions=[
            batch.JobStateTimeLimitAction(max_time=Duration.minutes(10), reason=reason)
            for reason in (reasons.COMPUTE_ENVIRONMENT_MAX_RESOURCE, reasons.JOB_RESOURCE_REQUIREMENT)
        ],
    )


def bucket(scope: Construct) -> s3.Bucket:
    """What holds lists and results."""
    return s3.Bucket(
        scope,
        "FanOutBucket",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=RemovalPolicy.RETAIN,
        lifecycle_rules=[
            s3.LifecycleRule(expiration=Duration.days(30), abort_incomplete_multipart_upload_after=Duration.days(1))
        ],
    )


def job(scope: Construct, bucket: s3.Bucket) -> batch.EcsJobDefinition:
    """A job that may read and write below a prefix of the bucket."""
    group = logs.LogGroup(
        scope, "JobLogs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
    )
    role = iam.Role(
        scope,
        "JobRole",
        assumed_by=iam.ServicePrincipal(
            "ecs-tasks.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
        ),
    )
    role.add_to_policy(
        iam.PolicyStatement(actions=["s3:GetObject", "s3:PutObject"], resources=[bucket.arn_for_objects("fan-out/*")])
    )
    retry, reason = batch.Action.RETRY, batch.Reason
    return batch.EcsJobDefinition(
        scope,
        "Job",
        container=batch.EcsFargateContainerDefinition(
            scope,
            "Container",
            image=ecs.ContainerImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["true"],
            cpu=0.25,
            memory=Size.mebibytes(512),
            job_role=role,
            logging=ecs.LogDriver.aws_logs(stream_prefix="Job", log_group=group),
            assign_public_ip=False,
            fargate_cpu_architecture=ecs.CpuArchitecture.X86_64,
            fargate_operating_system_family=ecs.OperatingSystemFamily.LINUX,
        ),
        propagate_tags=True,
        timeout=Duration.hours(1),
        retry_attempts=3,
        retry_strategies=[
            batch.RetryStrategy.of(retry, reason.CANNOT_PULL_CONTAINER),
            batch.RetryStrategy.of(retry, reason.custom(on_status_reason="Your Spot Task was interrupted*")),
            batch.RetryStrategy.of(retry, reason.custom(on_status_reason="CannotPullContainerError:*")),
            batch.RetryStrategy.of(retry, reason.custom(on_status_reason="ResourceInitializationError*")),
            batch.RetryStrategy.of(batch.Action.EXIT, reason.custom(on_reason="*")),
        ],
    )
