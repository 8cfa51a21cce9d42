"""For which processor an image is built, told by where its job runs."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.rules import Rule

X86_64 = ec2.InstanceArchitecture.X86_64
ARM_64 = ec2.InstanceArchitecture.ARM_64


def image_architecture(
    place: ArgumentPath, given: ec2.InstanceArchitecture | None, runs_on: IComputeEnvironmentRef | None
) -> ec2.InstanceArchitecture:
    """The processor to build for: what was asked for, else that of the environment, else x86_64.

    Args:
        place: what is being made, for the message.
        given: what was asked for.
        runs_on: the environment that the job runs on; one of Fargate has both processors.

    Raises:
        ConfigurationError: the environment has another processor than was asked for.
    """
    found: ec2.InstanceArchitecture | None = getattr(runs_on, "architecture", None)
    if runs_on is not None and found is not None and given is not None and found != given:
        raise Rule.IMAGE_PROCESSOR.error(
            place.of("architecture"),
            got=f"{given.name} for an image that runs on {runs_on.node.path}, which is {found.name}",
            fix="Leave architecture out: it follows from the environment.",
        )
    return given or found or X86_64


def build_platform(architecture: ec2.InstanceArchitecture) -> ecr_assets.Platform:
    """What a build is told, so that the machine that builds does not matter."""
    return ecr_assets.Platform.LINUX_ARM64 if architecture == ARM_64 else ecr_assets.Platform.LINUX_AMD64
