"""Machine images of instances: Amazon's for their kind, or your own for a kind.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_Ec2Configuration.html
"""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2

from constructs_lib.compute.instances.names import ARM_64
from constructs_lib.compute.instances.traits import family_of, has_gpu
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.newer import NVIDIA_IMAGE_TYPE, command, installed
from constructs_lib.rules import Rule

_Type = batch.EcsMachineImageType
_AL2023_NVIDIA: Final[batch.EcsMachineImageType | None] = getattr(_Type, "ECS_AL2023_NVIDIA", None)
"""None where aws-cdk-lib is older than it."""
_NVIDIA: Final = {_Type.ECS_AL2_NVIDIA, _AL2023_NVIDIA}
_AMAZON_LINUX_2: Final = {_Type.ECS_AL2, _Type.ECS_AL2_NVIDIA}
_TOO_OLD: Final = {"a1", "g3", "g3s", "p2", "p3", "p3dn"}
"""Families that Amazon's images of Amazon Linux 2023 do not support."""


def machine_images(
    place: ArgumentPath,
    names: Sequence[str],
    architecture: ec2.InstanceArchitecture,
    *,
    image: ec2.IMachineImage | None,
    image_type: batch.EcsMachineImageType | None,
    images: Sequence[batch.EcsMachineImage] | None,
) -> list[batch.EcsMachineImage] | None:
    """The images to render; None lets AWS Batch choose Amazon Linux 2023 for each instance, with or without GPU.

    Args:
        place: the environment.
        names: its instance types and families.
        architecture: of its instances.
        image: one image for all.
        image_type: of this image, or which of Amazon's.
        images: an image per type, instead.
    """
    if images is not None and (image is not None or image_type is not None):
        raise Rule.ONE_WAY_TO_CHOOSE_IMAGES.error(
            place.of("images"),
            got="images beside image or image_type",
            expected="both choose the image",
            fix="Pass one of them.",
        )
    known = [name for name in names if "${" not in name]
    if images is None and (image is not None or image_type is not None):
        images = [batch.EcsMachineImage(image=image, image_type=image_type)]
    if images is None:
        check_amazons_choice(place.of("instance_types"), known, architecture)
        return None
    default = (
        None if all(each.image_type for each in images) else _default_type(place.of("image_type"), known, architecture)
    )
    complete = [batch.EcsMachineImage(image=each.image, image_type=each.image_type or default) for each in images]
    for each in complete:
        _check(place.of("image" if image else "image_type"), each, known, architecture)
    return complete


def _default_type(
    place: ArgumentPath, names: Sequence[str], architecture: ec2.InstanceArchitecture
) -> batch.EcsMachineImageType:
    if architecture == ARM_64 or not names or not all(map(has_gpu, names)):
        return _Type.ECS_AL2023
    if _AL2023_NVIDIA is None:
        raise Rule.MACHINE_IMAGE.error(
            place,
            got=f"none, with aws-cdk-lib {installed()}",
            expected=f"that for GPUs, ECS_AL2023_NVIDIA, is in aws-cdk-lib {NVIDIA_IMAGE_TYPE} and later",
            fix=f"Run {command(NVIDIA_IMAGE_TYPE)}, or leave the image out: AWS Batch chooses its own for GPUs.",
        )
    return _AL2023_NVIDIA


def check_amazons_choice(place: ArgumentPath, names: Sequence[str], architecture: ec2.InstanceArchitecture) -> None:
    """Refuse types and families that none of Amazon's images runs on with all that they have."""
    for name in names:
        if family_of(name) in _TOO_OLD:
            raise Rule.MACHINE_IMAGE.error(
                place,
                got=name,
                expected="Amazon Linux 2023 does not support it, and there are no images of Amazon Linux 2 any more",
                fix="Take a newer family, or pass image.",
            )
        if has_gpu(name) and architecture == ARM_64:
            raise Rule.MACHINE_IMAGE.error(
                place,
                got=name,
                expected="Amazon has no ECS-optimized image with GPU drivers for Graviton",
                fix="Take GPU instances of x86_64, or pass image.",
            )


def _check(
    place: ArgumentPath, image: batch.EcsMachineImage, names: Sequence[str], architecture: ec2.InstanceArchitecture
) -> None:
    kind = image.image_type
    assert kind is not None  # noqa: S101 - it has been filled in
    if kind in _NVIDIA and architecture == ARM_64:
        raise Rule.MACHINE_IMAGE.error(
            place, got=f"{kind.name} on ARM_64", expected="images for GPUs are for x86_64", fix="Leave the type out."
        )
    if image.image is not None:
        return
    if kind in _AMAZON_LINUX_2:
        raise Rule.MACHINE_IMAGE.error(
            place,
            got=kind.name,
            expected="since June 30, 2026 AWS Batch has no images of Amazon Linux 2 for new environments",
            fix="Leave it out, or pass an image of yours.",
        )
    if kind not in _NVIDIA and names and all(map(has_gpu, names)):
        raise Rule.MACHINE_IMAGE.error(
            place,
            got=f"{kind.name} for {', '.join(names)}",
            expected="without drivers a job gets no GPU",
            fix="Leave the type out.",
        )
    check_amazons_choice(place, names, architecture)
