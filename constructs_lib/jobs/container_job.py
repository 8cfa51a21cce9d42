"""Job definitions of one container, with its size, permissions, logs, retries and timeout."""

from collections.abc import Mapping, Sequence
from typing import Unpack

import jsii
from aws_cdk import Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk.interfaces.aws_batch import IConsumableResourceRef
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import as_list
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, filled, flat
from constructs_lib.core.names import check_apart, check_variables
from constructs_lib.core.platform import Platform
from constructs_lib.images.image import JobImage
from constructs_lib.images.python_checks import check_command
from constructs_lib.jobs.checks import (
    check_fargate_options,
    check_linux,
    check_public_ip,
    check_size,
)
from constructs_lib.jobs.container import (
    make_container,
    make_job_role,
    make_log_group,
    render_credentials,
    render_ephemeral_storage,
    warn_of_moving_images,
)
from constructs_lib.jobs.definition_options import (
    DefinitionOptions,
    check_definition,
    definition_arguments,
    render_kept_revisions,
)
from constructs_lib.jobs.linux_parameters import LinuxParameters
from constructs_lib.jobs.program import Program
from constructs_lib.queues.consumed import check_consumed, render_consumed
from constructs_lib.storage.job_storage import JobStorage
from constructs_lib.storage.mounts import Mounts


@checked
@documented
@jsii.implements(iam.IGrantable)
class ContainerJob(batch.EcsJobDefinition):
    """A job definition with one container.

    The job is an ``IGrantable`` of aws-cdk-lib and has only the permissions that are granted to it, as by
    ``bucket.grant_read(job)``. Its output is written to its own log group. The log group and the roles are children of
    a construct beside the definition, ``<id>Container``, because they have to exist before it.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html and
    https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        image: of the container.
        vcpus: number of vCPUs; a whole number on EC2, one of the sizes of Fargate on Fargate.
        memory: hard limit; at least 4 MiB on EC2, one of the sizes of Fargate on Fargate.
        platform: ``Platform.EC2`` or ``Platform.FARGATE``. Default: EC2.
        gpus: number of GPUs, reserved for this job; EC2 only. Default: 0.
        command: replaces the image's CMD; ``Ref::name`` is replaced by a parameter. Default: the image's.
        environment: environment variables; the names must not start with ``AWS_BATCH``. Default: no variables.
        secrets: environment variables from Secrets Manager or the Parameter Store, as a `JobSecret`, or as a
            ``batch.Secret`` of aws-cdk-lib, which grants more permissions. Default: no secrets.
        parameters: default values for ``Ref::name`` in the command. Default: no parameters.
        retry: number of attempts, and the failures after which the job is retried. Default: 3 attempts after failures
            of AWS, such as a Spot reclaim or an image that could not be pulled; a program that fails is not retried.
        job_role: the role of the program. Default: a new role without permissions.
        execution_role: the role with which ECS pulls the image, writes logs and reads secrets. Default: a new role with
            only these permissions.
        readonly_root_filesystem: make the container's root file system read-only. Default: no.
        user: of the container, as ``uid:gid``. Default: the image's.
        ephemeral_storage: of the task, 21 to 200 GiB; Fargate only. Default: 20 GiB.
        assign_public_ip: give the task a public IP address, which it needs in public subnets to reach the internet;
            Fargate only, on EC2 the subnet decides. Default: no.
        architecture: of the processor; Fargate only, on EC2 the environment decides. Default: the image's, else x86_64.
        linux_parameters: shared memory, tmpfs, devices, swap and init process; all but the last for EC2 only. Default:
            those of Docker.
        ulimits: limits of the container, such as open files or locked memory; EC2 only. Default: Docker's on the
            instance.
        storage: file systems and buckets, with their permissions, volumes and environment variables: ``S3Storage``,
            ``EfsStorage``, ``S3FilesStorage``, ``LustreStorage``, ``HostScratch``. Default: no storage.
        volumes: volumes of aws-cdk-lib, whose permissions and network access you provide. Default: no volumes.
        consumes: how much the job uses of each `RateLimit` or other consumable resource; it waits until enough is
            available. Default: no consumable resources.

    Raises:
        ConfigurationError: a size that the platform does not offer, options of EC2 on Fargate or of Fargate on EC2, an
            image for another processor than the job's, a reserved variable, a number out of range.
    """

    @flat
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
        readonly_root_filesystem: bool = False,
        user: str | None = None,
        ephemeral_storage: Size | None = None,
        assign_public_ip: bool = False,
        architecture: ec2.InstanceArchitecture | None = None,
        linux_parameters: batch.LinuxParameters | LinuxParameters | None = None,
        ulimits: Sequence[batch.Ulimit] = (),
        storage: Sequence[JobStorage] = (),
        volumes: Sequence[batch.EcsVolume] | None = None,
        consumes: Mapping[IConsumableResourceRef, int] | None = None,
        **options: Unpack[DefinitionOptions],
    ) -> None:
        given = filled(DefinitionOptions, options)
        parameters = given["parameters"]
        place = ArgumentPath("ContainerJob", scope, construct_id)
        check_size(place, platform, vcpus, memory, gpus)
        check_fargate_options(place, platform, ephemeral_storage, architecture, image.architecture)
        check_public_ip(place, platform, assign_public_ip)
        check_linux(place, platform, linux_parameters, ulimits)
        check_variables(place.of("environment"), environment or {})
        check_variables(place.of("secrets"), secrets or {})
        check_consumed(place, consumes or {})
        check_definition(place, given)
        mounts = Mounts(place, platform, storage, volumes or (), environment or {})
        check_apart(place.of("secrets"), mounts.environment, secrets or {})
        check_command(place.of("command"), image.modules, command)
        self.program = Program(
            command or (), parameters, mounts.environment, frozenset(secrets or ()), modules=image.modules
        )
        self.program.check_length(place)
        parts = Construct(scope, f"{construct_id}Container")
        self.image = image
        self.platform = platform
        self.vcpus = vcpus
        self.memory = memory
        self.gpus = gpus
        self.assign_public_ip = assign_public_ip
        self.secrets = dict(secrets or {})
        self.architecture: ec2.InstanceArchitecture | None = architecture or image.architecture
        """Of the processor; None if it is unknown."""
        self.log_group: logs.ILogGroup = given["log_group"] or make_log_group(parts, given["log_retention"])
        self.job_role: iam.IRole = given["job_role"] or make_job_role(parts)
        super().__init__(
            scope,
            construct_id,
            container=make_container(
                parts,
                platform,
                gpus=gpus,
                ulimits=ulimits,
                linux_parameters=linux_parameters,
                ephemeral_storage=ephemeral_storage,
                assign_public_ip=assign_public_ip,
                architecture=architecture or image.architecture,
                image=image.container_image,
                cpu=vcpus,
                memory=memory,
                command=as_list(command),
                environment=mounts.environment or None,
                secrets=secrets,
                job_role=self.job_role,
                execution_role=given["execution_role"],
                logging=ecs.LogDriver.aws_logs(stream_prefix=construct_id, log_group=self.log_group),
                readonly_root_filesystem=readonly_root_filesystem,
                user=user,
                volumes=mounts.volumes or None,
            ),
            **definition_arguments(given),
        )
        render_kept_revisions(self, given)
        mounts.attach(self, self.job_role)
        render_ephemeral_storage(self, ephemeral_storage)
        if image.credentials:
            render_credentials(self, image.credentials)
        render_consumed(self, consumes or {})
        warn_of_moving_images(self, [image])

    @property
    @jsii.member(jsii_name="grantPrincipal")
    def grant_principal(self) -> iam.IPrincipal:
        """The job's role, which receives the permissions that are granted to the job."""
        return self.job_role
