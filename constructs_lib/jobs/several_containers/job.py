"""Jobs of several containers that share a task: a program, and what prepares, feeds or watches it."""

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
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, filled, flat
from constructs_lib.core.platform import Platform
from constructs_lib.jobs.checks import check_public_ip
from constructs_lib.jobs.container import (
    make_container,
    make_job_role,
    make_log_group,
    processor_of_images,
    render_ephemeral_storage,
    warn_of_moving_images,
)
from constructs_lib.jobs.definition_options import (
    DefinitionOptions,
    check_definition,
    definition_arguments,
    render_kept_revisions,
)
from constructs_lib.jobs.program import Program
from constructs_lib.jobs.several_containers.checks import check_containers, check_shared_directories, check_task_size
from constructs_lib.jobs.several_containers.container import JobContainer
from constructs_lib.jobs.several_containers.rendering import TASK, VOLUMES, render_task, shared_volumes
from constructs_lib.queues.consumed import check_consumed, render_consumed
from constructs_lib.storage.job_storage import JobStorage
from constructs_lib.storage.mounts import Mounts


@checked
@documented
@jsii.implements(iam.IGrantable)
class MultiContainerJob(batch.EcsJobDefinition):
    """A job definition with one to ten containers, which start in order, share directories and end together.

    The job succeeds when its essential containers do; when one of these ends, all others are stopped. All containers
    share the job role, so each has the permissions that are granted to the job. Their logs are in one group, in streams
    with their names. Step Functions cannot wait for such jobs, because it would add container overrides, which AWS
    Batch rejects for them. `SubmitJob` accepts them with ``wait=False``; the fan-outs do not accept them.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/multi-container-jobs.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        containers: one to ten, at least one of them essential. On Fargate the sum of their sizes must be a size of
            Fargate.
        platform: ``Platform.EC2`` or ``Platform.FARGATE``. Default: EC2.
        shared_directories: paths of new, empty directories that all containers of one job share. Default: no
            directories.
        log_group: log group of the output. Default: a new group, deleted with the stack.
        ephemeral_storage: of the task, 21 to 200 GiB; Fargate only. Default: 20 GiB.
        assign_public_ip: give the task a public IP address; Fargate only. Default: no.
        architecture: of the processor; Fargate only. Default: the images', else x86_64.
        storage: of all containers, as for `ContainerJob`. Default: no storage.
        consumes: how much the job uses of each `RateLimit`. Default: no consumable resources.

    Raises:
        ConfigurationError: too many containers, or two with the same name; no essential container; a start order that
            is circular, or waits for the end of an essential container; a size that the platform does not offer.
    """

    @flat
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        containers: Sequence[JobContainer],
        platform: Platform = Platform.EC2,
        shared_directories: Sequence[str] = (),
        ephemeral_storage: Size | None = None,
        assign_public_ip: bool = False,
        architecture: ec2.InstanceArchitecture | None = None,
        storage: Sequence[JobStorage] = (),
        consumes: Mapping[IConsumableResourceRef, int] | None = None,
        **options: Unpack[DefinitionOptions],
    ) -> None:
        given = filled(DefinitionOptions, options)
        parameters = given["parameters"]
        place = ArgumentPath("MultiContainerJob", scope, construct_id)
        check_containers(place.of("containers"), platform, containers)
        check_task_size(place, platform, containers, ephemeral_storage, architecture)
        check_public_ip(place, platform, assign_public_ip)
        check_consumed(place, consumes or {})
        check_definition(place, given)
        mounts = [Mounts(place, platform, storage, (), container.environment or {}) for container in containers]
        taken = [volume.container_path for volume in mounts[0].volumes]
        check_shared_directories(place.of("shared_directories"), shared_directories, taken)
        self.program = Program([word for each in containers for word in each.command or ()], parameters)
        self.program.check_length(place)
        execution_role = given["execution_role"]
        parts = Construct(scope, f"{construct_id}Container")
        self.platform = platform
        self.containers = tuple(containers)
        self.assign_public_ip = assign_public_ip
        self.architecture: ec2.InstanceArchitecture | None = architecture or processor_of_images(
            container.image for container in containers
        )
        """Of the processor; None if it is unknown."""
        self.log_group: logs.ILogGroup = given["log_group"] or make_log_group(parts, given["log_retention"])
        self.job_role: iam.IRole = given["job_role"] or make_job_role(parts)
        volumes = [*mounts[0].volumes, *shared_volumes(shared_directories)]
        definitions: list[batch.IEcsContainerDefinition] = []
        for container, own in zip(containers, mounts, strict=True):
            definition = make_container(
                Construct(parts, container.name),
                platform,
                **container.arguments(),
                ephemeral_storage=ephemeral_storage,
                assign_public_ip=assign_public_ip,
                architecture=architecture or container.image.architecture,
                environment=own.environment or None,
                job_role=self.job_role,
                execution_role=execution_role,
                logging=ecs.LogDriver.aws_logs(stream_prefix=construct_id, log_group=self.log_group),
                volumes=volumes or None,
            )
            execution_role = definition.execution_role  # that of the first group, for all groups
            definitions.append(definition)
        super().__init__(
            scope,
            construct_id,
            container=definitions[0],
            **definition_arguments(given),
        )
        render_kept_revisions(self, given)
        shared = range(len(taken), len(volumes))
        render_task(self, platform, containers, definitions, shared=shared)
        mounts[0].attach(self, self.job_role, VOLUMES)
        render_ephemeral_storage(self, ephemeral_storage, TASK)
        render_consumed(self, consumes or {})
        warn_of_moving_images(self, [container.image for container in containers])

    @property
    @jsii.member(jsii_name="grantPrincipal")
    def grant_principal(self) -> iam.IPrincipal:
        """The job's role, which receives the permissions that are granted to the job."""
        return self.job_role
