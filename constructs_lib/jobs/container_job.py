"""Job definitions: a container with its size, rights, logs, retries and timeout."""

from collections.abc import Mapping, Sequence
from typing import Unpack

import jsii
from aws_cdk import Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
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
from constructs_lib.jobs.definition_options import DefinitionOptions, check_definition, definition_arguments
from constructs_lib.jobs.linux_parameters import LinuxParameters
from constructs_lib.jobs.program import Program
from constructs_lib.queues.rate_limit import check_consumed, render_consumed
from constructs_lib.storage.job_storage import JobStorage
from constructs_lib.storage.mounts import Mounts


@checked
@documented
@jsii.implements(iam.IGrantable)
class ContainerJob(batch.EcsJobDefinition):
    """A job definition with one container.

    The job may do what is granted to it and nothing else: pass it wherever aws-cdk-lib takes an ``IGrantable``, as in
    ``bucket.grant_read(job)``. Its output goes to its own log group. The log group and the roles belong to a construct
    beside the definition, ``<id>Container``, because they have to exist before it.
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
        secrets: variables from Secrets Manager or the Parameter Store, as a `JobSecret`, or as a ``batch.Secret`` of
            aws-cdk-lib, which grants more. Default: none.
        parameters: default values for ``Ref::name`` in the command. Default: none.
        retry: how often, and after which failures. Default: 3 attempts after a Spot reclaim or an image that could not
            be pulled; a program that fails is not tried again.
        job_role: what the program may do. Default: a new role with no rights.
        execution_role: what ECS does for the job: pull the image, write logs, read secrets. Default: a new role with
            just these rights.
        readonly_root_filesystem: the container cannot write to its image's files. Default: it can.
        user: the user in the container, ``uid:gid``. Default: the image's.
        ephemeral_storage: of the task, 21 to 200 GiB; Fargate only. Default: 20 GiB.
        assign_public_ip: give the task a public address, which it needs in public subnets to reach anything; Fargate
            only, on EC2 the subnet decides. Default: none.
        architecture: of the processor; Fargate only, on EC2 the environment decides. Default: the image's, else x86_64.
        linux_parameters: shared memory, directories in memory, devices, swap, init process; all but the last for EC2
            only. Default: none.
        ulimits: of the container, such as open files or locked memory; EC2 only. Default: Docker's on the instance.
        storage: what it reads and writes, with the rights, the volumes and the variables for it: ``S3Storage``,
            ``EfsStorage``, ``S3FilesStorage``, ``LustreStorage``, ``HostScratch``. Default: none.
        volumes: volumes of aws-cdk-lib, to which you give the rights and the way. Default: none.
        consumes: how much the job takes of each `RateLimit` or other consumable resource; it waits while there is not
            enough. Default: none.

    Raises:
        ConfigurationError: a size that does not exist, options of EC2 on Fargate or of Fargate on EC2, an image for
            another processor than the job's, a reserved variable, a number out of range.
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
        consumes: Mapping[batch.IConsumableResource, int] | None = None,
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
        """Of the processor; None when it is not known."""
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
        mounts.attach(self, self.job_role)
        render_ephemeral_storage(self, ephemeral_storage)
        if image.credentials:
            render_credentials(self, image.credentials)
        render_consumed(self, consumes or {})
        warn_of_moving_images(self, [image])

    @property
    @jsii.member(jsii_name="grantPrincipal")
    def grant_principal(self) -> iam.IPrincipal:
        """The job's role: what receives the rights that are granted to the job."""
        return self.job_role
