"""The launch template of our EC2 instances: IMDSv2 only, encrypted gp3 volumes, and what they run when they start."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from aws_cdk import Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.compute.ec2.capacity_reservation import CapacityReservation
from constructs_lib.compute.ec2.scratch import InstanceScratch
from constructs_lib.compute.ec2.user_data import multipart
from constructs_lib.core.level1 import cfn_launch_template
from constructs_lib.limits import ECS_IMAGE_ROOT_VOLUME_GIB

ROOT_DEVICE: Final = "/dev/xvda"
"""The root device of Amazon's ECS-optimized images, and of those made from them."""


def make_launch_template(
    scope: Construct,
    root_volume: Size | None,
    *,
    own_image: bool = False,
    scratch: InstanceScratch | None = None,
    user_data: ec2.UserData | None = None,
    reservation: CapacityReservation | None = None,
    commands: Sequence[str] = (),
    machine_image: ec2.IMachineImage | None = None,
    role: iam.IRole | None = None,
    security_group: ec2.ISecurityGroup | None = None,
) -> ec2.LaunchTemplate:
    """Make the launch template of a compute environment.

    Args:
        scope: the compute environment.
        root_volume: size of the root volume, which also holds the images and the writable layers of containers; None
            means that of the machine image.
        own_image: whether the image is the caller's, so that its size is not known.
        scratch: scratch space to mount. Default: none.
        user_data: what the caller wants to be run. Default: nothing.
        reservation: capacity reservations to use. Default: any open one.
        commands: ours, of a shell, to run first. Default: none.
        machine_image: what to start. Default: that of the compute environment.
        role: of the instances. Default: that of the compute environment.
        security_group: of the instances. Default: that of the compute environment.
    """
    scratch_devices = scratch.block_devices if scratch else []
    template = ec2.LaunchTemplate(
        scope,
        "LaunchTemplate",
        require_imdsv2=True,
        # AWS Batch runs containers on the network of the instance, so one hop is enough for them; whatever puts another
        # network in between, such as Docker within a job, does not reach the instance's role.
        http_put_response_hop_limit=1,
        block_devices=[_root(root_volume, own_image=own_image), *scratch_devices],
        user_data=multipart(user_data, [*commands, *(scratch.commands if scratch else ())]),
        machine_image=machine_image,
        role=role,
        security_group=security_group,
    )
    if reservation is not None:
        cfn_launch_template(template).add_property_override(
            "LaunchTemplateData.CapacityReservationSpecification", reservation.specification
        )
    return template


def _root(size: Size | None, *, own_image: bool) -> ec2.BlockDevice:
    if size is not None:
        return ec2.BlockDevice(device_name=ROOT_DEVICE, volume=_volume(size.to_gibibytes()))
    return ec2.BlockDevice(device_name=ROOT_DEVICE, volume=_volume(None if own_image else ECS_IMAGE_ROOT_VOLUME_GIB))


@cache  # the same for most environments, and aws-cdk-lib makes each of them in another process
def _volume(size_gib: float | None) -> ec2.BlockDeviceVolume:
    return ec2.BlockDeviceVolume(
        ec2.EbsDeviceProps(
            volume_size=size_gib, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3, delete_on_termination=True
        )
    )
