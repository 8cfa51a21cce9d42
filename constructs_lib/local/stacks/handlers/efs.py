"""AWS::EFS: file systems, the ways into them and their mount targets, by moto's backend.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_EFS.html
"""

import json
from typing import Any, ClassVar

from moto.efs.exceptions import AccessPointNotFound
from moto.efs.models import efs_backends

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.ec2.subnets import zone


class _FileSystem(ResourceHandler):
    attributes: ClassVar = {
        "Arn": lambda file_system: file_system.file_system_arn,
        "FileSystemId": lambda file_system: file_system.file_system_id,
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        file_system = _efs(desired).create_file_system(
            desired.name,
            properties.get("PerformanceMode", "generalPurpose"),
            boolean(properties.get("Encrypted", False)),
            properties.get("KmsKeyId"),
            properties.get("ThroughputMode", "bursting"),
            0,
            zone(desired, "AvailabilityZoneName") if "AvailabilityZoneName" in properties else None,
            backup=False,
            tags=[],
        )
        return Made(file_system.file_system_id, file_system)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        _tag(desired, made.physical_id, change, "FileSystemTags")
        file_system, after = made.model, change.after
        file_system.throughput_mode = after.get("ThroughputMode", "bursting")
        file_system.provisioned_throughput_in_mibps = float(after.get("ProvisionedThroughputInMibps") or 0)
        file_system.lifecycle_policies = list(after.get("LifecyclePolicies") or [])
        file_system._backup = (after.get("BackupPolicy") or {}).get("Status") == "ENABLED"  # noqa: SLF001 - moto has no other way
        policy = after.get("FileSystemPolicy")
        file_system.file_system_policy = json.dumps(policy) if isinstance(policy, dict) else policy

    def remove(self, made: Made, desired: Desired) -> None:
        _efs(desired).delete_file_system(made.physical_id)
        _forget_tags(desired, made.physical_id)


class _AccessPoint(ResourceHandler):
    attributes: ClassVar = {
        "Arn": lambda point: point.access_point_arn,
        "AccessPointId": lambda point: point.access_point_id,
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        backend, file_system = _efs(desired), properties["FileSystemId"]
        backend.describe_file_systems(file_system_id=file_system)
        point = backend.create_access_point(
            properties.get("ClientToken", desired.name),
            [],
            file_system,
            _numbers(properties.get("PosixUser") or {}),
            {
                name: _numbers(value) if isinstance(value, dict) else value
                for name, value in (properties.get("RootDirectory") or {}).items()
            },
        )
        return Made(point.access_point_id, point)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        _tag(desired, made.physical_id, change, "AccessPointTags")

    def remove(self, made: Made, desired: Desired) -> None:
        backend = _efs(desired)
        if made.physical_id not in backend.access_points:
            raise AccessPointNotFound(made.physical_id)
        backend.delete_access_point(made.physical_id)
        _forget_tags(desired, made.physical_id)


class _MountTarget(ResourceHandler):
    attributes: ClassVar = {
        "Id": lambda target: target.mount_target_id,
        "IpAddress": lambda target: target.ip_address,
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        groups = list(properties.get("SecurityGroups") or []) or None
        target = _efs(desired).create_mount_target(
            properties["FileSystemId"], properties["SubnetId"], properties.get("IpAddress"), groups
        )
        return Made(target.mount_target_id, target)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if not change.is_new and change.touches("SecurityGroups"):
            groups = list(change.after["SecurityGroups"])
            _efs(desired).modify_mount_target_security_groups(made.physical_id, groups)

    def remove(self, made: Made, desired: Desired) -> None:
        _efs(desired).delete_mount_target(made.physical_id)


def _efs(desired: Desired) -> Any:
    return efs_backends[desired.services.account][desired.services.region]


def _tag(desired: Desired, resource_id: str, change: Change, name: str) -> None:
    changed, gone = change.tags(name)
    _efs(desired).tag_resource(resource_id, changed)
    _efs(desired).untag_resource(resource_id, gone)


def _forget_tags(desired: Desired, resource_id: str) -> None:
    _efs(desired).tagging_service.delete_all_tags_for_resource(resource_id)


def _numbers(owner: dict[str, Any]) -> dict[str, Any]:
    """Users and groups are numbers; templates may have them as texts. Permissions are octal, and stay a text."""
    numbers: dict[str, Any] = {}
    for name, value in owner.items():
        if name == "Permissions":
            numbers[name] = str(value)
        else:
            numbers[name] = [int(item) for item in value] if isinstance(value, list) else int(value)
    return numbers


HANDLERS: dict[str, Handler] = {
    "AWS::EFS::AccessPoint": _AccessPoint(),
    "AWS::EFS::FileSystem": _FileSystem(),
    "AWS::EFS::MountTarget": _MountTarget(),
}
