"""The launch template of our EC2 instances: IMDSv2 only, and an encrypted gp3 root volume."""

from functools import cache
from typing import Final

from aws_cdk import Size
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.limits import ECS_IMAGE_ROOT_VOLUME_GIB

ROOT_DEVICE: Final = "/dev/xvda"
"""The root device of Amazon's ECS-optimized images."""


def make_launch_template(scope: Construct, root_volume: Size | None) -> ec2.LaunchTemplate:
    """Make the launch template of a compute environment.

    Args:
        scope: the compute environment.
        root_volume: size of the root volume, which also holds the images and the writable layers of containers; None
            means that of Amazon's images.
    """
    size_gib = ECS_IMAGE_ROOT_VOLUME_GIB if root_volume is None else int(root_volume.to_gibibytes())
    return ec2.LaunchTemplate(
        scope,
        "LaunchTemplate",
        require_imdsv2=True,
        # AWS Batch runs containers on the network of the instance, so one hop is enough for them; whatever puts another
        # network in between, such as Docker within a job, does not reach the instance's role.
        http_put_response_hop_limit=1,
        block_devices=[ec2.BlockDevice(device_name=ROOT_DEVICE, volume=_volume(size_gib))],
    )


@cache  # the same for most environments, and aws-cdk-lib makes each of them in another process
def _volume(size_gib: int) -> ec2.BlockDeviceVolume:
    return ec2.BlockDeviceVolume.ebs(
        size_gib, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3, delete_on_termination=True
    )
