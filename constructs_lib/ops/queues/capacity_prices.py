"""What a vCPU of a compute environment costs an hour at most, by the price list of the package."""

from collections.abc import Mapping
from typing import Any

from constructs_lib.instance_types.catalog import allowed
from constructs_lib.prices.price_list import prices_of

_FARGATE = {"FARGATE": False, "FARGATE_SPOT": True}
_EC2 = {"EC2": False, "SPOT": True}
_GB_PER_VCPU = 2.0
"""The least memory that Fargate gives a vCPU, for jobs of which nothing is known."""


def dollars_per_vcpu_hour(region: str, resources: Mapping[str, Any], gb_per_vcpu: float | None = None) -> float | None:
    """What a vCPU of an environment costs an hour at most, on instances of which jobs use all.

    On Fargate it has the memory that goes with it, and on X86_64, which costs more than ARM64; of instances, it is the
    dearest type of those allowed. Fargate Spot and Spot Instances are estimates.

    Args:
        region: of the environment.
        resources: its ``computeResources``.
        gb_per_vcpu: memory of the jobs, on Fargate. Default: 2 GB.

    Returns:
        US dollars; None if the list has no such price.
    """
    prices, kind = prices_of(region), resources.get("type", "")
    if kind in _FARGATE:
        rate = prices.fargate_rate("X86_64", spot=_FARGATE[kind])
        return None if rate is None else rate.vcpu_hour + rate.gb_hour * (gb_per_vcpu or _GB_PER_VCPU)
    if kind not in _EC2:
        return None
    hours = (
        (prices.instance_hour(shape.name, spot=_EC2[kind]), shape.vcpus)
        for shape in allowed(tuple(resources.get("instanceTypes", ())))
    )
    return max((price / vcpus for price, vcpus in hours if price is not None and vcpus), default=None)
