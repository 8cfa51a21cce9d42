"""Which shapes hold a job, and what the others lack."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from constructs_lib.instance_types.catalog import Shape


class Demand(NamedTuple):
    """What a job, or a node of one, asks for; None is what is not known.

    Args:
        vcpus: virtual CPUs.
        memory: MiB.
        gpus: GPUs.
    """

    vcpus: float | None = None
    memory: float | None = None
    gpus: int | None = None

    def __str__(self) -> str:
        parts = [
            f"{self.vcpus:g} {'vCPU' if self.vcpus == 1 else 'vCPUs'}" if self.vcpus is not None else "",
            f"{self.memory:,.0f} MiB" if self.memory is not None else "",
            _gpus(self.gpus) if self.gpus else "",
        ]
        return ", ".join(part for part in parts if part)


def holding(shapes: Iterable[Shape], demand: Demand) -> list[Shape]:
    """The shapes that hold it while they are empty, in their order."""
    return [
        shape
        for shape in shapes
        if shape.vcpus >= (demand.vcpus or 0)
        and shape.memory >= (demand.memory or 0)
        and shape.gpus >= (demand.gpus or 0)
    ]


def shortage(shapes: Sequence[Shape], demand: Demand) -> str | None:
    """What even the largest of some shapes has too little of, in words; None when one of them holds it.

    Args:
        shapes: at least one.
        demand: of the job.
    """
    if holding(shapes, demand):
        return None
    gpus = max(shapes, key=lambda shape: shape.gpus)
    if gpus.gpus < (demand.gpus or 0):
        return f"{gpus.name} has {_gpus(gpus.gpus)}, and no type has more" if gpus.gpus else "its types have no GPU"
    vcpus = max(shapes, key=lambda shape: shape.vcpus)
    if vcpus.vcpus < (demand.vcpus or 0):
        return f"{vcpus.name} has {vcpus.vcpus} vCPUs, and no type has more"
    memory = max(shapes, key=lambda shape: shape.memory)
    if memory.memory < (demand.memory or 0):
        return f"{memory.name} has {memory.memory:,.0f} MiB for jobs, and no type has more"
    return "no type has all of that"


def _gpus(count: int) -> str:
    return f"{count} {'GPUs' if count > 1 else 'GPU'}"
