"""Checks of Linux parameters: options that Fargate does not have, sizes and paths.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_LinuxParameters.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_ContainerProperties.html
"""

import math
from collections.abc import Mapping, Sequence

from aws_cdk import Size, Stack
from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.platform import Platform
from constructs_lib.core.quantities import check_whole, in_mebibytes, readable
from constructs_lib.core.tokens import resolved
from constructs_lib.limits import MAX_SWAPPINESS
from constructs_lib.rules import Rule

_OF_LEVEL_2 = {
    "sharedMemorySize": "shared_memory",
    "tmpfs": "tmpfs",
    "devices": "devices",
    "maxSwap": "max_swap",
    "swappiness": "swappiness",
}
"""Members of aws-cdk-lib's object that Fargate does not have, with the names of this library."""


def check_linux_parameters(
    place: ArgumentPath,
    platform: Platform,
    *,
    only_on_ec2: Sequence[str],
    sizes: Mapping[str, Size | None],
    max_swap: Size | None,
    swappiness: int | None,
    paths: Sequence[str],
) -> None:
    """Refuse options of EC2 on Fargate, fractions of a MiB, and relative paths."""
    refuse_on_fargate(place, platform, only_on_ec2)
    for name, size in sizes.items():
        _check_size(place.of(f"{place.parameter}.{name}"), size, lowest=1)
    _check_size(place.of(f"{place.parameter}.max_swap"), max_swap, lowest=0)
    where = place.of(f"{place.parameter}.swappiness")
    check_range(where, swappiness, 0, MAX_SWAPPINESS, rule=Rule.SWAPPINESS)
    if swappiness is not None and max_swap is None:
        raise Rule.SWAPPINESS.error(
            where,
            got=f"{readable(swappiness)} without max_swap",
            expected="AWS Batch ignores swappiness of a job without swap space of its own",
            fix="Set max_swap, or leave swappiness out.",
        )
    for path in paths:
        if resolved(path) and not path.startswith("/"):
            raise Rule.LINUX_PATH.error(place, got=f"the path {path!r}", fix="Give the whole path.")


def check_level_2(place: ArgumentPath, platform: Platform, parameters: batch.LinuxParameters) -> None:
    """Refuse options of aws-cdk-lib's object that Fargate does not have, for a job on Fargate."""
    if platform is Platform.FARGATE:
        rendered = Stack.of(parameters).resolve(parameters.render_linux_parameters())
        given = [name for member, name in _OF_LEVEL_2.items() if rendered.get(member) not in (None, [])]
        refuse_on_fargate(place, platform, given)


def refuse_on_fargate(place: ArgumentPath, platform: Platform, given: Sequence[str]) -> None:
    """Refuse options that only a job on EC2 has."""
    if platform is Platform.FARGATE and given:
        raise Rule.EC2_OPTION.error(
            place,
            got=f"{', '.join(given)} on Fargate",
            expected="only jobs on EC2 have it",
            fix="Leave it out, or use Platform.EC2.",
        )


def _check_size(place: ArgumentPath, size: Size | None, *, lowest: int) -> None:
    mebibytes = in_mebibytes(place, size) if size else None
    check_range(place, mebibytes, lowest, math.inf, rule=Rule.LINUX_SIZE, unit=" MiB")
    check_whole(place, mebibytes, unit="MiB", rule=Rule.LINUX_SIZE)
