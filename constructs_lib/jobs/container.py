"""The container of a job definition, with its log group and its roles."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from aws_cdk import Annotations, Aws, RemovalPolicy, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from constructs_lib.core.arguments import as_list
from constructs_lib.core.level1 import cfn_job_definition
from constructs_lib.core.platform import Platform
from constructs_lib.images.image import JobImage
from constructs_lib.jobs.linux_parameters import LinuxParameters
from constructs_lib.rules import Caution


def make_container(
    scope: Construct,
    platform: Platform,
    *,
    gpus: int,
    ulimits: Sequence[batch.Ulimit],
    linux_parameters: batch.LinuxParameters | LinuxParameters | None,
    ephemeral_storage: Size | None,
    assign_public_ip: bool,
    architecture: ec2.InstanceArchitecture | None,
    **shared: Any,
) -> batch.IEcsContainerDefinition:
    """Make the container definition of a platform.

    Args:
        scope: the construct that it belongs to.
        platform: EC2 or Fargate.
        gpus: of the instance; EC2 only.
        ulimits: of the container; EC2 only.
        linux_parameters: of this library or of aws-cdk-lib.
        ephemeral_storage: of the task; Fargate only.
        assign_public_ip: of the task; Fargate only.
        architecture: of the processor; Fargate only. None means x86_64.
        shared: options of both platforms.
    """
    if isinstance(linux_parameters, LinuxParameters):
        linux_parameters = linux_parameters.render(scope)
    shared["linux_parameters"] = linux_parameters
    if platform is Platform.EC2:
        return batch.EcsEc2ContainerDefinition(
            scope, "Definition", gpu=gpus or None, ulimits=as_list(ulimits) or None, **shared
        )
    return batch.EcsFargateContainerDefinition(
        scope,
        "Definition",
        assign_public_ip=assign_public_ip,
        # aws-cdk-lib compares even a token with numbers: see `render_ephemeral_storage`.
        ephemeral_storage_size=None if ephemeral_storage and ephemeral_storage.is_unresolved() else ephemeral_storage,
        fargate_platform_version=ecs.FargatePlatformVersion.LATEST,
        fargate_cpu_architecture=_cpu_architecture(architecture or ec2.InstanceArchitecture.X86_64),
        fargate_operating_system_family=_linux(),
        **shared,
    )


def render_ephemeral_storage(job: batch.EcsJobDefinition, size: Size | None, of: str = "ContainerProperties") -> None:
    """Write a storage size that is a token into a definition for Fargate.

    Args:
        job: the definition.
        size: of the task; aws-cdk-lib has already written known sizes.
        of: path of the container or the task in the properties of the definition.
    """
    if size is not None and size.is_unresolved():
        cfn_job_definition(job).add_property_override(f"{of}.EphemeralStorage.SizeInGiB", size.to_gibibytes())


def render_credentials(job: batch.EcsJobDefinition, credentials: secretsmanager.ISecret) -> None:
    """Write the secret for the image's registry, which aws-cdk-lib grants to the execution role but does not write."""
    cfn_job_definition(job).add_property_override(
        "ContainerProperties.RepositoryCredentials.CredentialsParameter", credentials.secret_arn
    )


def processor_of_images(images: Iterable[JobImage]) -> ec2.InstanceArchitecture | None:
    """The processor that the images of one job are built for; None if it is unknown for all of them."""
    return next((image.architecture for image in images if image.architecture is not None), None)


def warn_of_moving_images(job: Construct, images: Sequence[JobImage]) -> None:
    """Warn, at the job, of images whose name may mean another image later."""
    if any(image.moving for image in images):
        Annotations.of(job).add_warning_v2(
            Caution.MOVING_IMAGE.id,
            "The image has no tag, or the tag `latest`: two jobs of one run may use different images. "
            "Name a version or a digest.",
        )


def make_log_group(scope: Construct, retention: logs.RetentionDays) -> logs.LogGroup:
    """A log group that is deleted with the stack."""
    return logs.LogGroup(scope, "Logs", retention=retention, removal_policy=RemovalPolicy.DESTROY)


def make_job_role(scope: Construct) -> iam.Role:
    """A role without permissions that the containers of this account can assume."""
    return iam.Role(scope, "JobRole", assumed_by=_own_tasks(), description="What the program of a job may do")


# Constant values are made once, because each costs a round trip to the process in which aws-cdk-lib runs.


@cache
def _own_tasks() -> iam.IPrincipal:
    # The condition keeps other accounts from using the role through ECS:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    account = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
    return iam.ServicePrincipal("ecs-tasks.amazonaws.com", conditions=account)


@cache
def _cpu_architecture(architecture: ec2.InstanceArchitecture) -> ecs.CpuArchitecture:
    arm = architecture == ec2.InstanceArchitecture.ARM_64
    return ecs.CpuArchitecture.ARM64 if arm else ecs.CpuArchitecture.X86_64


@cache
def _linux() -> ecs.OperatingSystemFamily:
    return ecs.OperatingSystemFamily.LINUX
