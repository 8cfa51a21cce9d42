"""Instances, their disks, and the keys to them."""

from base64 import b64decode
from typing import Any, ClassVar

from moto.ec2.utils import parse_user_data

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.ec2.launch_templates import launchable, volumes
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler, ec2, tag
from constructs_lib.local.stacks.handlers.ec2.subnets import zone

_PLACEMENT = {
    "Affinity": "Affinity",
    "HostId": "HostId",
    "HostResourceGroupArn": "HostResourceGroupArn",
    "PlacementGroupName": "GroupName",
    "Tenancy": "Tenancy",
}


class _Instance(ResourceHandler):
    """A machine that nothing runs on."""

    service = "ec2"
    attributes: ClassVar = {
        "InstanceId": lambda instance: instance.id,
        "AvailabilityZone": lambda instance: instance.availability_zone,
        "PrivateDnsName": lambda instance: instance.private_dns_name,
        "PrivateIp": lambda instance: instance.private_ip,
        "PublicDnsName": lambda instance: instance.public_dns_name or "",
        "PublicIp": lambda instance: instance.public_ip or "",
        "State": lambda instance: {"Code": str(instance.state_code), "Name": instance.state},
        "VpcId": lambda instance: instance.vpc_id,
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        placement = {member: properties[name] for name, member in _PLACEMENT.items() if name in properties}
        if properties.get("AvailabilityZone"):
            placement["AvailabilityZone"] = zone(desired)
        profile, user_data = properties.get("IamInstanceProfile"), properties.get("UserData")
        ours = ("AvailabilityZone", "IamInstanceProfile", "Monitoring", "Tags", "UserData")
        given = {name: value for name, value in properties.items() if name not in ours}
        with launchable(ec2(desired), properties.get("LaunchTemplate")):
            [made] = self.call(
                desired,
                "RunInstances",
                {**given, "BlockDeviceMappings": volumes(properties.get("BlockDeviceMappings") or []) or None},
                {"NetworkInterfaces": _interfaces(properties) or None},
                MinCount=1,
                MaxCount=1,
                Placement=placement or None,
                IamInstanceProfile={"Name": profile} if profile else None,
                Monitoring={"Enabled": boolean(properties.get("Monitoring", False))},
                UserData=b64decode(user_data) if user_data else None,  # boto3 encodes it
            )["Instances"]
        return Made(made["InstanceId"], ec2(desired).get_instance(made["InstanceId"]))

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        backend, instance, after = ec2(desired), made.model, change.after
        tag(backend, instance.id, change)
        instance.disable_api_termination = boolean(after.get("DisableApiTermination", False))
        instance.source_dest_check = boolean(after.get("SourceDestCheck", True))
        instance.instance_initiated_shutdown_behavior = after.get("InstanceInitiatedShutdownBehavior", "stop")
        if change.is_new:
            return
        instance.instance_type = after.get("InstanceType", "m1.small")
        instance.ebs_optimized = boolean(after.get("EbsOptimized", False))
        instance.user_data = parse_user_data(after.get("UserData"))
        instance.monitoring_state = "enabled" if boolean(after.get("Monitoring", False)) else "disabled"
        if change.touches("SecurityGroupIds"):
            groups = [backend.get_security_group_from_id(group) for group in after.get("SecurityGroupIds") or []]
            instance.security_groups = groups or [backend.get_default_security_group(instance.vpc_id)]
            for interface in instance.nics.values():
                interface._group_set = list(instance.security_groups)  # noqa: SLF001 - moto has no other way
        if change.touches("IamInstanceProfile"):
            self._change_profile(backend, instance, after.get("IamInstanceProfile"))

    def remove(self, made: Made, desired: Desired) -> None:
        backend = ec2(desired)
        interfaces = [interface.id for interface in made.model.nics.values() if interface.instance is made.model]
        backend.terminate_instances([made.physical_id])
        for interface in interfaces:
            backend.enis.pop(interface, None)

    @staticmethod
    def _change_profile(backend: Any, instance: Any, profile: str | None) -> None:
        present = backend.iam_instance_profile_associations.get(instance.id)
        if present:
            backend.disassociate_iam_instance_profile(present.id)
        if profile:
            backend.associate_iam_instance_profile(instance.id, iam_instance_profile_name=profile)


class _Volume(Ec2Handler):
    attributes: ClassVar = {"VolumeId": lambda volume: volume.id}

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        return backend.create_volume(
            size=_number(properties.get("Size")) or self._size(backend, properties),
            zone_name=zone(desired),
            snapshot_id=properties.get("SnapshotId"),
            encrypted=boolean(properties.get("Encrypted", False)),
            kms_key_id=properties.get("KmsKeyId"),
            volume_type=properties.get("VolumeType", "gp2"),
            iops=_number(properties.get("Iops")),
            throughput=_number(properties.get("Throughput")),
            multi_attach_enabled=boolean(properties.get("MultiAttachEnabled", False)) or None,
        )

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        names = ("Size", "VolumeType", "Iops", "Throughput", "MultiAttachEnabled")
        if not change.is_new and change.touches(*names):
            size, kind, iops, throughput, several = (change.after.get(name) for name in names)
            ec2(desired).modify_volume(
                made.physical_id,
                _number(size),
                kind or "gp2",
                _number(iops),
                _number(throughput),
                boolean(several) if several is not None else None,
            )

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        names = ("AvailabilityZone", "AvailabilityZoneId", "Encrypted", "KmsKeyId", "OutpostArn", "SnapshotId")
        return Change(before.properties, desired.properties).touches(*names) or None

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_volume(made.physical_id)

    @staticmethod
    def _size(backend: Any, properties: Properties) -> int:
        if "SnapshotId" not in properties:
            message = "The request must contain the parameter size or snapshotId"
            raise HandlerError(message)
        return int(backend.get_snapshot(properties["SnapshotId"]).volume.size)


class _VolumeAttachment(ResourceHandler):
    def make(self, desired: Desired) -> Made:
        volume, instance, device = (desired.properties.get(name) for name in ("VolumeId", "InstanceId", "Device"))
        ec2(desired).attach_volume(volume, instance, device or "/dev/sdh")
        return Made(f"{volume}|{instance}")

    def remove(self, made: Made, desired: Desired) -> None:
        volume, instance = made.physical_id.split("|")
        ec2(desired).detach_volume(volume, instance, None)


class _KeyPair(Ec2Handler):
    """A key of one's own, or a new one, whose private part is kept where AWS keeps it."""

    attributes: ClassVar = {"KeyPairId": lambda pair: pair.id, "KeyFingerprint": lambda pair: pair.key_fingerprint}

    def make(self, desired: Desired) -> Made:
        made = super().make(desired)
        made.physical_id = desired.properties["KeyName"]
        if made.model.material:
            desired.services.client("ssm").put_parameter(
                Name=_parameter(made.model), Type="SecureString", Value=made.model.key_material
            )
        return made

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        name, material = properties["KeyName"], properties.get("PublicKeyMaterial")
        if material:
            return backend.import_key_pair(name, material.encode(), {})
        return backend.create_key_pair(name, properties.get("KeyType", "rsa"), {})

    def destroy(self, backend: Any, made: Made) -> None:
        if not backend.delete_key_pair(made.physical_id):
            raise HandlerError(f"The key pair '{made.physical_id}' does not exist", "NotFound")

    def remove(self, made: Made, desired: Desired) -> None:
        super().remove(made, desired)
        if made.model.material:
            desired.services.client("ssm").delete_parameter(Name=_parameter(made.model))


def _interfaces(properties: Properties) -> list[Properties]:
    given = properties.get("NetworkInterfaces") or []
    return [{**item, "Groups": item["GroupSet"]} if item.get("GroupSet") else item for item in given]


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _parameter(pair: Any) -> str:
    return f"/ec2/keypair/{pair.id}"


HANDLERS: dict[str, Handler] = {
    "AWS::EC2::Instance": _Instance(),
    "AWS::EC2::KeyPair": _KeyPair(),
    "AWS::EC2::Volume": _Volume(),
    "AWS::EC2::VolumeAttachment": _VolumeAttachment(),
}
