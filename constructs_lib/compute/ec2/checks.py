"""Checks of EC2 compute environments: vCPUs, architecture, Spot, root volume."""

import math
from collections.abc import Sequence

from aws_cdk import Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2

from constructs_lib.compute.instances.names import X86_64, architecture_of
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.quantities import check_whole, in_gibibytes, readable
from constructs_lib.core.tokens import resolved
from constructs_lib.limits import ECS_IMAGE_ROOT_VOLUME_GIB
from constructs_lib.rules import Rule

_SPOT_STRATEGIES = {
    batch.AllocationStrategy.SPOT_CAPACITY_OPTIMIZED,
    batch.AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED,
}


def check_vcpus(place: ArgumentPath, lowest: int, desired: int | None, highest: int) -> None:
    """Refuse vCPUs that are out of order."""
    check_range(place.of("max_vcpus"), highest, 1, math.inf, rule=Rule.MAX_VCPUS)
    given = {"min_vcpus": lowest, "desired_vcpus": desired, "max_vcpus": highest}
    known = {name: value for name, value in given.items() if value is not None and resolved(value)}
    values = [0, *known.values()]
    if values != sorted(values):
        raise Rule.VCPUS_IN_ORDER.error(
            place, got=", ".join(f"{name}={value}" for name, value in known.items()), fix="Put them in order."
        )


def check_architecture(
    place: ArgumentPath, names: Sequence[str] | None, given: ec2.InstanceArchitecture | None
) -> ec2.InstanceArchitecture:
    """The architecture that the instance types have, or that was asked for; refuses a contradiction."""
    found = architecture_of(place, names or [])
    if found is None or given is None or found == given:
        return found or given or X86_64
    raise Rule.ONE_ARCHITECTURE.error(
        place,
        got=f"{', '.join(names or [])} with architecture {given.name}",
        expected=f"these types have {found.name}",
        fix="Leave architecture out: it follows from the types.",
    )


def check_spot(
    place: ArgumentPath, spot: bool, strategy: batch.AllocationStrategy | None, bid_percentage: int | None
) -> None:
    """Refuse options of Spot for on-demand instances."""
    check_range(place.of("spot_bid_percentage"), bid_percentage, 1, 100, rule=Rule.SPOT_BID, unit="%")
    given = []
    if strategy in _SPOT_STRATEGIES:
        given.append(f"allocation_strategy={strategy.name}")
    if bid_percentage is not None:
        given.append(f"spot_bid_percentage={bid_percentage}")
    if given and not spot:
        raise Rule.SPOT_OPTION.error(
            place,
            got=f"{' and '.join(given)} on demand",
            expected="only Spot environments have it",
            fix="Pass spot=True, or leave it out.",
        )


def check_root_volume(
    place: ArgumentPath,
    size: Size | None,
    *,
    own_image: bool,
    own_template: bool = False,
) -> None:
    """Refuse a size that would have no effect, or with which no instance could start."""
    if size is None:
        return
    if own_template:
        raise Rule.OWN_LAUNCH_TEMPLATE.error(
            place,
            got="a size beside your own launch_template",
            expected="the root volume is set in the launch template",
            fix="Leave one of them out.",
        )
    gibibytes = in_gibibytes(place, size)
    check_whole(place, gibibytes, unit="GiB", rule=Rule.ROOT_VOLUME)
    if not own_image and resolved(gibibytes) and gibibytes < ECS_IMAGE_ROOT_VOLUME_GIB:
        raise Rule.ROOT_VOLUME.error(
            place,
            got=f"{readable(gibibytes)} GiB",
            expected=f"Amazon's ECS-optimized images need at least {ECS_IMAGE_ROOT_VOLUME_GIB} GiB",
            fix="Leave it out, or ask for more.",
        )
