"""What the storage of a job makes of its definition: volumes, variables, and rights of its role."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.level1 import cfn_job_definition
from constructs_lib.core.names import check_variables
from constructs_lib.core.platform import Platform
from constructs_lib.rules import Rule
from constructs_lib.storage.checks import check_platform
from constructs_lib.storage.efs_volume_checks import check_efs_volume
from constructs_lib.storage.job_storage import JobStorage


class Mounts:
    """All storage of one job, checked.

    Args:
        place: the job.
        platform: where it runs.
        storage: ours.
        volumes: volumes of aws-cdk-lib.
        environment: the job's own variables.
    """

    def __init__(
        self,
        place: ArgumentPath,
        platform: Platform,
        storage: Sequence[JobStorage],
        volumes: Sequence[batch.EcsVolume],
        environment: Mapping[str, str],
    ) -> None:
        self._storage = storage
        for index, item in enumerate(storage):
            item.check(place.of("storage").at(index), platform)
            check_variables(place.of("storage").at(index), item.variables)
        for index, volume in enumerate(volumes):
            _check_volume(place.of("volumes").at(index), platform, volume)
        _check_paths(place, [volume.container_path for volume in volumes], storage)
        self.environment = _merged(place.of("storage"), environment, storage)
        self._first = len(volumes)
        self._mounted = [item for item in storage if item.mount_path]
        made = [item.volume(_name(item.mount_path or "")) for item in self._mounted]
        for item, own in zip(self._mounted, made, strict=True):
            if isinstance(own, batch.EfsVolume):
                check_efs_volume(place.of("storage").at(self._storage.index(item)), own)
        self.volumes = [*volumes, *(volume for volume in made if volume)]

    def attach(self, job: Construct, role: iam.IRole, volumes: str = "ContainerProperties.Volumes") -> None:
        """Give the job's role its rights, and the volumes what aws-cdk-lib has no class for.

        Args:
            job: the job definition.
            role: the job's.
            volumes: where they are in the properties of the definition.
        """
        for item in self._storage:
            item.grant(role)
        for index, item in enumerate(self._mounted, self._first):
            for name, value in item.volume_overrides().items():
                cfn_job_definition(job).add_property_override(f"{volumes}.{index}.{name}", value)


def _check_volume(place: ArgumentPath, platform: Platform, volume: batch.EcsVolume) -> None:
    if isinstance(volume, batch.EfsVolume):
        check_efs_volume(place, volume)
    if isinstance(volume, batch.HostVolume):
        check_platform(
            place,
            platform,
            Platform.EC2,
            what="a directory of the host",
            fix="Use Platform.EC2, or ephemeral_storage for scratch space on Fargate.",
        )


def _check_paths(place: ArgumentPath, taken: Sequence[str], storage: Sequence[JobStorage]) -> None:
    paths = set(taken)
    for index, item in enumerate(storage):
        if item.mount_path in paths:
            raise Rule.ONE_VOLUME_PER_DIRECTORY.error(
                place.of("storage").at(index),
                got=f"{item.mount_path}, where something is mounted already",
                fix="Choose another mount_path.",
            )
        if item.mount_path:
            paths.add(item.mount_path)


def _merged(place: ArgumentPath, environment: Mapping[str, str], storage: Sequence[JobStorage]) -> dict[str, str]:
    merged = dict(environment)
    for index, item in enumerate(storage):
        for name, value in item.variables.items():
            if name in merged:
                raise Rule.STORAGE_VARIABLE.error(
                    place.at(index),
                    got=f"the variable {name}, which the job has already",
                    fix="Choose another variable.",
                )
            merged[name] = value
    return merged


def _name(path: str) -> str:
    """A name that AWS Batch takes: letters, digits, hyphens and underscores."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in path.strip("/"))
