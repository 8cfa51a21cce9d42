"""The launch template of our EC2 instances: IMDSv2 only, and an encrypted gp3 root volume."""

from aws_cdk import Size
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

ROOT_DEVICE = "/dev/xvda"
"""The root device of Amazon's ECS-optimized images."""


def make_launch_template(scope: Construct, root_volume: Size) -> ec2.LaunchTemplate:
    """Make the launch template of a compute environment.

    Args:
        scope: the compute environment.
        root_volume: size of the root volume, which also holds the images and the writable layers of containers.
    """
    return ec2.LaunchTemplate(
        scope,
        "LaunchTemplate",
        require_imdsv2=True,
        # One hop more than the instance itself, so that a container on the bridge network can still ask for its region;
        # its credentials come from ECS, not from here.
        http_put_response_hop_limit=2,
        block_devices=[
            ec2.BlockDevice(
                device_name=ROOT_DEVICE,
                volume=ec2.BlockDeviceVolume.ebs(
                    int(root_volume.to_gibibytes()),
                    encrypted=True,
                    volume_type=ec2.EbsDeviceVolumeType.GP3,
                    delete_on_termination=True,
                ),
            )
        ],
    )
