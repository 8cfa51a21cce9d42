"""Checks of job definitions: sizes by platform, and options of one platform only."""

import math
from collections.abc import Sequence

from aws_cdk import Duration, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.platform import Platform
from constructs_lib.core.quantities import check_whole, in_gibibytes, in_mebibytes, in_seconds, readable
from constructs_lib.core.tokens import resolved
from constructs_lib.jobs.fargate_sizes import check_fargate_size
from constructs_lib.jobs.linux_checks import check_level_2, refuse_on_fargate
from constructs_lib.jobs.linux_parameters import LinuxParameters
from constructs_lib.limits import (
    MAX_FARGATE_STORAGE_GIB,
    MAX_SCHEDULING_PRIORITY,
    MIN_FARGATE_STORAGE_GIB,
    MIN_MEMORY_MIB,
    MIN_TIMEOUT_SECONDS,
)
from constructs_lib.rules import Rule


def check_size(place: ArgumentPath, platform: Platform, vcpus: float, memory: Size, gpus: int) -> None:
    """Refuse a size that the platform does not offer."""
    check_range(place.of("gpus"), gpus, 0, math.inf, rule=Rule.GPU_COUNT)
    mebibytes: float | None = in_mebibytes(place.of("memory"), memory)
    mebibytes = mebibytes if resolved(mebibytes) else None
    if platform is Platform.FARGATE:
        if resolved(gpus) and gpus > 0:
            raise Rule.GPUS_ON_FARGATE.error(
                place.of("gpus"),
                got=f"{gpus} GPUs on Fargate",
                fix="Use Platform.EC2 and an environment with GPU instances.",
            )
        if resolved(vcpus):
            check_fargate_size(place, vcpus, mebibytes)
    else:
        _check_ec2_size(place, vcpus, mebibytes)


def check_timeout(place: ArgumentPath, timeout: Duration | None) -> None:
    """Refuse a timeout that is shorter than AWS Batch allows."""
    seconds = in_seconds(place.of("timeout"), timeout) if timeout else None
    check_whole(place.of("timeout"), seconds, unit="seconds", rule=Rule.TIMEOUT)
    check_range(place.of("timeout"), seconds, MIN_TIMEOUT_SECONDS, math.inf, rule=Rule.TIMEOUT, unit=" s")


def check_priority(place: ArgumentPath, priority: int | None) -> None:
    """Refuse a scheduling priority out of range."""
    check_range(place.of("scheduling_priority"), priority, 0, MAX_SCHEDULING_PRIORITY, rule=Rule.SCHEDULING_PRIORITY)


def check_fargate_options(
    place: ArgumentPath,
    platform: Platform,
    ephemeral_storage: Size | None,
    architecture: ec2.InstanceArchitecture | None,
    image: ec2.InstanceArchitecture | None,
) -> None:
    """Refuse options of Fargate on EC2, and on Fargate storage out of range or an image for another processor."""
    for name, value in {"ephemeral_storage": ephemeral_storage, "architecture": architecture}.items():
        if platform is Platform.EC2 and value is not None:
            raise Rule.FARGATE_OPTION.error(
                place.of(name),
                got="a value on EC2",
                expected="only jobs on Fargate have it",
                fix="On EC2 the compute environment decides: leave it out.",
            )
    if ephemeral_storage is not None:
        gibibytes = in_gibibytes(place.of("ephemeral_storage"), ephemeral_storage)
        check_whole(place.of("ephemeral_storage"), gibibytes, unit="GiB", rule=Rule.EPHEMERAL_STORAGE)
        check_range(
            place.of("ephemeral_storage"),
            gibibytes,
            MIN_FARGATE_STORAGE_GIB,
            MAX_FARGATE_STORAGE_GIB,
            rule=Rule.EPHEMERAL_STORAGE,
            unit=" GiB",
        )
    if architecture is not None and image is not None and architecture != image:
        raise Rule.IMAGE_PROCESSOR.error(
            place.of("architecture"),
            got=f"{architecture.name} with an image for {image.name}",
            fix="Leave architecture out: it follows from the image.",
        )


def check_linux(
    place: ArgumentPath,
    platform: Platform,
    parameters: batch.LinuxParameters | LinuxParameters | None,
    ulimits: Sequence[batch.Ulimit],
) -> None:
    """Refuse, on Fargate, options that only containers on EC2 can have."""
    where = place.of("linux_parameters")
    if isinstance(parameters, LinuxParameters):
        parameters.check(where, platform)
    elif parameters is not None:
        check_level_2(where, platform, parameters)
    refuse_on_fargate(place, platform, ["ulimits"] if ulimits else [])


def check_public_ip(place: ArgumentPath, platform: Platform, assign_public_ip: bool) -> None:
    """Refuse a public IP address for a job on EC2, where only the instance can have one."""
    if platform is Platform.EC2 and assign_public_ip:
        raise Rule.FARGATE_OPTION.error(
            place.of("assign_public_ip"),
            got="a public address for a job on EC2",
            expected="only tasks on Fargate have one of their own",
            fix="Leave it out: instances get one in public subnets.",
        )


def _check_ec2_size(place: ArgumentPath, vcpus: float, mebibytes: float | None) -> None:
    if resolved(vcpus) and (vcpus != int(vcpus) or vcpus < 1):
        raise Rule.EC2_SIZE.error(
            place.of("vcpus"),
            got=f"{readable(vcpus)} vCPUs",
            expected="jobs on EC2 have whole vCPUs, at least 1",
            fix=f"Ask for {max(1, math.ceil(vcpus))}, or use Platform.FARGATE for less than one.",
        )
    if mebibytes is not None and (mebibytes < MIN_MEMORY_MIB or mebibytes != int(mebibytes)):
        raise Rule.EC2_SIZE.error(
            place.of("memory"),
            got=f"{readable(mebibytes)} MiB",
            expected=f"jobs on EC2 have whole MiB, at least {MIN_MEMORY_MIB}",
            fix="Pass what the program needs.",
        )
