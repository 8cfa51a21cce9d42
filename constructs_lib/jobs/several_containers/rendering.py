"""Combines container definitions of aws-cdk-lib into the task of one job: ``EcsProperties``.

aws-cdk-lib has no class for jobs of several containers; its class for one container is used for each of them: for
images, permissions of the execution role, secrets, logs and sizes.
"""

from collections.abc import Sequence

from aws_cdk import aws_batch as batch
from constructs import Construct

from constructs_lib.core.level1 import cfn_job_definition, container_properties
from constructs_lib.core.platform import Platform
from constructs_lib.jobs.several_containers.container import JobContainer

_Properties = batch.CfnJobDefinition.ContainerPropertiesProperty
_Task = batch.CfnJobDefinition.EcsTaskPropertiesProperty
_Container = batch.CfnJobDefinition.TaskContainerPropertiesProperty
_Dependency = batch.CfnJobDefinition.TaskContainerDependencyProperty
_Mount = batch.CfnJobDefinition.MountPointProperty
_Credentials = batch.CfnJobDefinition.RepositoryCredentialsProperty

TASK = "EcsProperties.TaskProperties.0"
"""Path of the task in the properties of a job definition."""
VOLUMES = f"{TASK}.Volumes"
"""Path of the volumes of a task in the properties of a job definition."""


def shared_volumes(paths: Sequence[str]) -> list[batch.EcsVolume]:
    """Volumes without a path on the host, which Docker or Fargate creates for the task."""
    return [batch.EcsVolume.host(name=f"shared-{index}", container_path=path) for index, path in enumerate(paths)]


def render_task(
    job: batch.EcsJobDefinition,
    platform: Platform,
    containers: Sequence[JobContainer],
    definitions: Sequence[batch.IEcsContainerDefinition],
    *,
    shared: range,
) -> None:
    """Put all containers into a job definition that was made with the first one.

    Args:
        job: the definition.
        platform: of the job.
        containers: with names, order and credentials.
        definitions: of the same containers, with everything else.
        shared: the numbers of the volumes that are shared directories.
    """
    resource = cfn_job_definition(job)
    first = container_properties(job)
    others = [_rendered(job, definition) for definition in definitions[1:]]
    rendered = zip(containers, [first, *others], strict=True)
    mounts = [_mount(volume) for volume in definitions[0].volumes]
    task = _task(first, [_container(container, properties, mounts) for container, properties in rendered])
    resource.container_properties = None
    resource.ecs_properties = batch.CfnJobDefinition.EcsPropertiesProperty(task_properties=[task])
    if platform is Platform.FARGATE:  # which has no hosts, and accepts only a name
        for index in shared:
            resource.add_property_deletion_override(f"{VOLUMES}.{index}.Host")


def _rendered(scope: Construct, definition: batch.IEcsContainerDefinition) -> _Properties:
    # Only a job definition can do it; this one is gone before anything is synthesized.
    job = batch.EcsJobDefinition(scope, "Rendering", container=definition)
    properties = container_properties(job)
    scope.node.try_remove_child("Rendering")
    return properties


def _task(first: _Properties, containers: list[_Container]) -> _Task:
    fargate = first.fargate_platform_configuration
    return _Task(
        containers=containers,
        ephemeral_storage=first.ephemeral_storage,
        execution_role_arn=first.execution_role_arn,
        network_configuration=first.network_configuration,
        platform_version="LATEST" if fargate else None,
        runtime_platform=first.runtime_platform,
        task_role_arn=first.job_role_arn,
        volumes=first.volumes,
    )


def _container(container: JobContainer, properties: _Properties, mounts: list[_Mount]) -> _Container:
    credentials = container.image.credentials
    return _Container(
        name=container.name,
        essential=container.essential,
        depends_on=[_Dependency(container_name=name, condition=when) for name, when in container.after.items()] or None,
        image=properties.image,
        repository_credentials=_Credentials(credentials_parameter=credentials.secret_arn) if credentials else None,
        command=properties.command,
        environment=properties.environment,
        secrets=properties.secrets,
        resource_requirements=properties.resource_requirements,
        linux_parameters=properties.linux_parameters,
        log_configuration=properties.log_configuration,
        mount_points=mounts or None,
        readonly_root_filesystem=properties.readonly_root_filesystem,
        ulimits=properties.ulimits,
        user=properties.user,
    )


def _mount(volume: batch.EcsVolume) -> _Mount:
    return _Mount(container_path=volume.container_path, source_volume=volume.name, read_only=volume.readonly)
