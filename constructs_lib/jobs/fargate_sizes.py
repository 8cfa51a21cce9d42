"""The sizes that Fargate offers, and the nearest of them to a size that it does not offer."""

from itertools import pairwise

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.quantities import as_text
from constructs_lib.limits import FARGATE_SIZES
from constructs_lib.rules import Rule


def check_fargate_size(place: ArgumentPath, vcpus: float, memory_mib: float | None) -> None:
    """Refuse a combination of vCPUs and memory that Fargate does not offer, and name the nearest ones.

    Args:
        place: the job, for the message.
        vcpus: its vCPUs.
        memory_mib: its memory in MiB; None if it is unknown.
    """
    offered = FARGATE_SIZES.get(vcpus, ())
    if memory_mib in offered or (offered and memory_mib is None):
        return
    nearest = _nearest(vcpus, memory_mib or 0)
    raise Rule.FARGATE_SIZE.error(
        place if place.parameter else place.of("memory" if offered else "vcpus"),
        got=_shown(vcpus, memory_mib),
        expected=_offer(vcpus),
        fix=f"The nearest that exist: {' or '.join(_shown(*size) for size in nearest)}.",
    )


def _nearest(vcpus: float, memory_mib: float) -> list[tuple[float, int]]:
    """The largest size within the requested one and the smallest that holds it, if they exist."""
    sizes = [(cpu, memory) for cpu, memories in FARGATE_SIZES.items() for memory in memories]
    within = [size for size in sizes if size[0] <= vcpus and size[1] <= memory_mib]
    holding = [size for size in sizes if size[0] >= vcpus and size[1] >= memory_mib]
    return [*([max(within)] if within else []), *([min(holding)] if holding else [])]


def _offer(vcpus: float) -> str:
    memories = FARGATE_SIZES.get(vcpus)
    if memories is None:
        *rest, last = (as_text(each) for each in FARGATE_SIZES)
        return f"Fargate offers {', '.join(rest)} or {last} vCPU"
    steps = sorted({after - before for before, after in pairwise(memories)})
    if len(steps) > 1:
        *others, largest = (str(memory) for memory in memories)
        return f"Fargate offers {as_text(vcpus)} vCPU with {', '.join(others)} or {largest} MiB"
    return f"Fargate offers {as_text(vcpus)} vCPU with {memories[0]} to {memories[-1]} MiB in steps of {steps[0]}"


def _shown(vcpus: float, memory_mib: float | None) -> str:
    return f"{as_text(vcpus)} vCPU" + (f" with {as_text(memory_mib)} MiB" if memory_mib is not None else "")
