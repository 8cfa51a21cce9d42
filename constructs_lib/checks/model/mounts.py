"""The file systems that jobs mount, and where those can be reached.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/efs-volumes.html,
https://docs.aws.amazon.com/batch/latest/userguide/s3files-volumes.html and
https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.checks.model.capacity import Environment
from constructs_lib.checks.model.jobs import Definition, Path
from constructs_lib.checks.model.resources import Model, Resource
from constructs_lib.checks.model.values import items, member
from constructs_lib.templates.unknown import resources_in

NFS: Final = 2049
LUSTRE: Final = 988
_VOLUMES: Final = (
    ("EfsVolumeConfiguration", "FileSystemId", "AWS::EFS::FileSystem"),
    ("S3FilesVolumeConfiguration", "FileSystemArn", "AWS::S3Files::FileSystem"),
)
_TARGETS: Final = {
    "AWS::EFS::FileSystem": "AWS::EFS::MountTarget",
    "AWS::S3Files::FileSystem": "AWS::S3Files::MountTarget",
}
_LUSTRE_SYSTEM: Final = "AWS::FSx::FileSystem"


@dataclass(frozen=True, eq=False)
class Mount:
    """A file system of the templates that jobs mount.

    Args:
        system: the file system.
        path: where a definition, or the template of instances, names it.
    """

    system: Resource
    path: Path


@dataclass(frozen=True, eq=False)
class MountTarget:
    """Where a file system is reached.

    Args:
        resource: of the template.
    """

    resource: Resource

    @property
    def subnet(self) -> Any:
        """The subnet that it is in."""
        return self.resource.properties.get("SubnetId")

    @property
    def security_groups(self) -> list[Any] | None:
        """Its security groups; None if they are not known, or those of the VPC."""
        return items(self.resource.properties.get("SecurityGroups")) or None


def mounts_of(definition: Definition, model: Model) -> Iterator[Mount]:
    """The file systems with mount targets that jobs of a definition mount."""
    for volume, path in definition.volumes:
        for name, key, kind in _VOLUMES:
            system = model.resource(member(volume, name, key))
            if system and system.type == kind:
                yield Mount(system, (*path, name, key))


def targets_of(system: Resource, model: Model) -> list[MountTarget] | None:
    """The mount targets of a file system; None if others may be of it."""
    found = []
    for target in model.of_type(_TARGETS[system.type]):
        owner = model.resource(target.properties.get("FileSystemId"))
        if owner is None:
            return None
        if owner is system:
            found.append(MountTarget(target))
    return found


def lustre_of(environment: Environment, model: Model) -> Iterator[Resource]:
    """The Lustre file systems that the user data of an environment's instances names."""
    named = environment.launch_template
    template = model.resource(member(named, "LaunchTemplateId") or member(named, "LaunchTemplateName"))
    text = member(template.properties, "LaunchTemplateData", "UserData") if template else None
    for system in model.of_type(_LUSTRE_SYSTEM):
        if system.key in resources_in(text):
            yield system
