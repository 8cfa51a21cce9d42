"""AWS::FSx: file systems, which nothing is stored in.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_FSx.html
"""

import hashlib
from typing import Any, ClassVar

from moto.fsx.models import fsx_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler

_KINDS = {
    "LustreConfiguration": "lustre_configuration",
    "OntapConfiguration": "ontap_configuration",
    "OpenZFSConfiguration": "open_zfs_configuration",
    "WindowsConfiguration": "windows_configuration",
}


class _FileSystem(ResourceHandler):
    attributes: ClassVar = {
        "Id": lambda file_system: file_system.file_system_id,
        "DNSName": lambda file_system: file_system.dns_name,
        "LustreMountName": lambda file_system: (file_system.lustre_configuration or {})["MountName"],
        "ResourceARN": lambda file_system: file_system.resource_arn,
        "RootVolumeId": lambda file_system: (file_system.open_zfs_configuration or {})["RootVolumeId"],
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        file_system = _fsx(desired).create_file_system(
            client_request_token=desired.name,
            file_system_type=properties["FileSystemType"],
            storage_capacity=0,
            storage_type="SSD",
            subnet_ids=list(properties["SubnetIds"]),
            security_group_ids=list(properties.get("SecurityGroupIds") or []),
            tags=None,
            kms_key_id=properties.get("KmsKeyId"),
            file_system_type_version=None,
            **dict.fromkeys(_KINDS.values()),
        )
        return Made(file_system.file_system_id, file_system)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        file_system, after = made.model, change.after
        changed, gone = change.tags()
        _fsx(desired).tag_resource(file_system.resource_arn, changed)
        _fsx(desired).untag_resource(file_system.resource_arn, gone)
        file_system.storage_capacity = int(after.get("StorageCapacity") or 0)
        file_system.storage_type = after.get("StorageType", "SSD")
        for name, member in _KINDS.items():
            given = after.get(name)
            setattr(file_system, member, dict(given) if given else None)
        _name_parts(file_system, after)

    def remove(self, made: Made, desired: Desired) -> None:
        _fsx(desired).delete_file_system(made.physical_id, desired.name, None, None, None)
        _fsx(desired).tagger.delete_all_tags_for_resource(made.model.resource_arn)


def _name_parts(file_system: Any, properties: Properties) -> None:
    """Name what clients mount; AWS does so at random, but for Lustre's first kind of deployment."""
    digest = hashlib.sha256(file_system.file_system_id.encode()).hexdigest()
    if file_system.file_system_type == "LUSTRE":
        lustre = file_system.lustre_configuration = file_system.lustre_configuration or {}
        first = lustre.get("DeploymentType", "SCRATCH_1") == "SCRATCH_1" and "FileSystemTypeVersion" not in properties
        lustre["MountName"] = "fsx" if first else digest[:8]
    if file_system.file_system_type == "OPENZFS":
        zfs = file_system.open_zfs_configuration = file_system.open_zfs_configuration or {}
        zfs["RootVolumeId"] = f"fsvol-{digest[:17]}"


def _fsx(desired: Desired) -> Any:
    return fsx_backends[desired.services.account][desired.services.region]


HANDLERS: dict[str, Handler] = {"AWS::FSx::FileSystem": _FileSystem()}
