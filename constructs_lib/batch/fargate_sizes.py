"""The sizes that Fargate offers, and the nearest of them to one that it does not."""

from constructs_lib.errors import ConfigurationError
from constructs_lib.limits import FARGATE_SIZES


def check_fargate_size(place: str, vcpus: float, memory_mib: int) -> None:
    """Refuse a combination of vCPUs and memory that Fargate does not offer, and name the nearest that it does.

    Args:
        place: the job, for the message.
        vcpus: its vCPUs.
        memory_mib: its memory in MiB.
    """
    if memory_mib in FARGATE_SIZES.get(vcpus, ()):
        return
    raise ConfigurationError(
        code="BATCH011",
        where=place,
        got=_shown(vcpus, memory_mib),
        expected="Fargate has no such size",
        fix=f"The nearest that exist: {' or '.join(_shown(*size) for size in _nearest(vcpus, memory_mib))}.",
    )


def _nearest(vcpus: float, memory_mib: int) -> list[tuple[float, int]]:
    """The smallest size that holds the job, and the largest below it when the job is no larger in vCPUs."""
    sizes = [(cpu, memory) for cpu, memories in FARGATE_SIZES.items() for memory in memories]
    holding = [size for size in sizes if size[0] >= vcpus and size[1] >= memory_mib]
    within = [size for size in sizes if size[0] <= vcpus and size[1] <= memory_mib]
    found = [min(holding)] if holding else []
    return [max(within), *found] if within else (found or [max(sizes)])


def _shown(vcpus: float, memory_mib: int) -> str:
    return f"{vcpus:g} vCPU with {memory_mib} MiB"
