"""Job definitions: a container with its size, rights, logs, retries and timeout."""

import math
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import jsii
from aws_cdk import Duration, RemovalPolicy, Size, SizeRoundingBehavior, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.batch.arguments import check_environment, check_range, resolved, where
from constructs_lib.batch.fargate_sizes import check_fargate_size
from constructs_lib.batch.image import JobImage
from constructs_lib.batch.retry import Retry
from constructs_lib.errors import ConfigurationError
from constructs_lib.limits import MIN_MEMORY_MIB, MIN_TIMEOUT_SECONDS


class Platform(Enum):
    """Where a job can run; the environments of its queue must be of the same kind."""

    EC2 = "EC2"
    FARGATE = "FARGATE"


@jsii.implements(iam.IGrantable)
class ContainerJob(batch.EcsJobDefinition):
    """A job definition with one container.

    The job may do what is granted to it and nothing else: pass it wherever aws-cdk-lib takes an ``IGrantable``, as in
    ``bucket.grant_read(job)``. Its output goes to its own log group.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html and
    https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        image: what it runs.
        vcpus: processors; whole ones on EC2, the sizes of Fargate on Fargate.
        memory: a hard limit, at least 4 MiB on EC2, the sizes of Fargate on Fargate.
        platform: ``Platform.EC2`` or ``Platform.FARGATE``. Default: EC2.
        gpus: of the instance, for this job alone; EC2 only. Default: none.
        command: replaces the image's CMD; ``Ref::name`` stands for a parameter. Default: the image's.
        environment: variables; the names must not start with ``AWS_BATCH``. Default: none.
        secrets: variables whose values come from Secrets Manager or the Parameter Store. Default: none.
        parameters: default values for ``Ref::name`` in the command. Default: none.
        retry: how often, and after which failures. Default: 3 attempts after a Spot reclaim or an image that could not
            be pulled; a program that fails is not tried again.
        timeout: of an attempt, at least a minute; AWS Batch then ends it. Default: one hour.
        job_role: what the program may do. Default: a new role with no rights.
        execution_role: what ECS does for the job: pull the image, write logs, read secrets. Default: a new role with
            just these rights.
        log_group: where its output goes. Default: a new group, deleted with the stack.
        log_retention: how long the new group keeps it. Default: one month.
        readonly_root_filesystem: the container cannot write to its image's files. Default: it can.
        user: the user in the container, ``uid:gid``. Default: the image's.
        ephemeral_storage: of the task, 21 to 200 GiB; Fargate only. Default: 20 GiB.
        architecture: of the processor; Fargate only, on EC2 the environment decides. Default: the image's, else x86_64.
        linux_parameters: shared memory, devices, init process. Default: none.
        volumes: EFS file systems and directories of the host. Default: none.
        scheduling_priority: within a share of a fair-share queue, 0 to 9999. Default: none.
        propagate_tags: give the definition's tags to the tasks. Default: they are given.
        job_definition_name: physical name. Default: made by CloudFormation.

    Raises:
        ConfigurationError: a size that does not exist, a GPU on Fargate, a reserved variable, a number out of range.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: JobImage,
        vcpus: float,
        memory: Size,
        platform: Platform = Platform.EC2,
        gpus: int = 0,
        command: Sequence[str] | None = None,
        environment: Mapping[str, str] | None = None,
        secrets: Mapping[str, batch.Secret] | None = None,
        parameters: Mapping[str, str] | None = None,
        retry: Retry | None = None,
        timeout: Duration | None = None,
        job_role: iam.IRole | None = None,
        execution_role: iam.IRole | None = None,
        log_group: logs.ILogGroup | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        readonly_root_filesystem: bool = False,
        user: str | None = None,
        ephemeral_storage: Size | None = None,
        architecture: ec2.InstanceArchitecture | None = None,
        linux_parameters: batch.LinuxParameters | None = None,
        volumes: Sequence[batch.EcsVolume] | None = None,
        scheduling_priority: int | None = None,
        propagate_tags: bool = True,
        job_definition_name: str | None = None,
    ) -> None:
        place = where("ContainerJob", scope, construct_id)
        retry = retry or Retry()
        timeout = timeout or Duration.hours(1)
        _check_size(place, platform, vcpus, memory, gpus)
        _check_fargate_only(place, platform, ephemeral_storage, architecture)
        check_environment(place, {**(environment or {}), **(secrets or {})})
        check_range(
            f"{place} timeout",
            None if timeout.is_unresolved() else timeout.to_seconds(),
            MIN_TIMEOUT_SECONDS,
            math.inf,
            code="BATCH013",
            unit=" s",
        )
        retry.check(place)
        # What the definition refers to has to exist before it, so it cannot be made below it.
        parts = Construct(scope, f"{construct_id}Container")
        self.platform = platform
        self.image = image
        self.log_group: logs.ILogGroup = log_group or _log_group(parts, log_retention)
        self.job_role: iam.IRole = job_role or _job_role(parts)
        super().__init__(
            scope,
            construct_id,
            container=_container(
                parts,
                platform,
                gpus=gpus,
                ephemeral_storage=ephemeral_storage,
                architecture=architecture or image.architecture,
                image=image.container_image,
                cpu=vcpus,
                memory=memory,
                command=command,
                environment=environment,
                secrets=secrets,
                job_role=self.job_role,
                execution_role=execution_role,
                logging=ecs.LogDriver.aws_logs(stream_prefix=construct_id, log_group=self.log_group),
                readonly_root_filesystem=readonly_root_filesystem,
                user=user,
                linux_parameters=linux_parameters,
                volumes=volumes,
            ),
            parameters=parameters,
            retry_attempts=retry.attempts,
            retry_strategies=list(retry.conditions),
            timeout=timeout,
            scheduling_priority=scheduling_priority,
            propagate_tags=propagate_tags,
            job_definition_name=job_definition_name,
        )

    @property
    @jsii.member(jsii_name="grantPrincipal")
    def grant_principal(self) -> iam.IPrincipal:
        """The job's role: what receives the rights that are granted to the job."""
        return self.job_role


def _container(
    scope: Construct,
    platform: Platform,
    *,
    gpus: int,
    ephemeral_storage: Size | None,
    architecture: ec2.InstanceArchitecture | None,
    **shared: Any,
) -> batch.IEcsContainerDefinition:
    if platform is Platform.EC2:
        return batch.EcsEc2ContainerDefinition(scope, "Definition", gpu=gpus or None, **shared)
    return batch.EcsFargateContainerDefinition(
        scope,
        "Definition",
        assign_public_ip=False,
        ephemeral_storage_size=ephemeral_storage,
        fargate_cpu_architecture=_cpu_architecture(architecture),
        fargate_operating_system_family=ecs.OperatingSystemFamily.LINUX,
        **shared,
    )


def _cpu_architecture(architecture: ec2.InstanceArchitecture | None) -> ecs.CpuArchitecture:
    return ecs.CpuArchitecture.ARM64 if architecture == ec2.InstanceArchitecture.ARM_64 else ecs.CpuArchitecture.X86_64


def _log_group(scope: Construct, retention: logs.RetentionDays) -> logs.LogGroup:
    return logs.LogGroup(scope, "Logs", retention=retention, removal_policy=RemovalPolicy.DESTROY)


def _job_role(scope: Construct) -> iam.Role:
    # The condition keeps other accounts' tasks from using the role:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    account = {"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
    return iam.Role(
        scope,
        "JobRole",
        assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com", conditions=account),
        description="What the program of a job may do",
    )


def _check_size(place: str, platform: Platform, vcpus: float, memory: Size, gpus: int) -> None:
    if not resolved(vcpus) or memory.is_unresolved():
        return
    mebibytes = int(memory.to_mebibytes(rounding=SizeRoundingBehavior.FLOOR))
    if platform is Platform.FARGATE:
        _refuse_if(
            gpus > 0,
            place=place,
            got=f"{gpus} GPUs on Fargate",
            expected="Fargate has no GPUs",
            fix="Use Platform.EC2 and an environment with GPU instances.",
        )
        check_fargate_size(place, vcpus, mebibytes)
        return
    _refuse_if(
        vcpus != int(vcpus) or vcpus < 1,
        place=place,
        got=f"{vcpus:g} vCPUs",
        expected="jobs on EC2 have whole vCPUs, at least 1",
        fix=f"Ask for {max(1, math.ceil(vcpus))}, or use Platform.FARGATE for less than one.",
    )
    _refuse_if(
        mebibytes < MIN_MEMORY_MIB,
        place=place,
        got=f"{mebibytes} MiB of memory",
        expected=f"AWS Batch needs at least {MIN_MEMORY_MIB} MiB",
        fix="Ask for what the program needs.",
    )


def _check_fargate_only(
    place: str, platform: Platform, ephemeral_storage: Size | None, architecture: ec2.InstanceArchitecture | None
) -> None:
    given = {"ephemeral_storage": ephemeral_storage, "architecture": architecture}
    for name, value in given.items():
        _refuse_if(
            platform is Platform.EC2 and value is not None,
            place=f"{place} {name}",
            got="a value on EC2",
            expected="only jobs on Fargate have it",
            fix="On EC2 the compute environment decides: leave it out.",
        )


def _refuse_if(wrong: bool, *, place: str, got: str, expected: str, fix: str) -> None:
    if wrong:
        raise ConfigurationError(code="BATCH012", where=place, got=got, expected=expected, fix=fix)
