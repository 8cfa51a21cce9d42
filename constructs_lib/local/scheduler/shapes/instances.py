"""The shapes of EC2 instance types, and which of them a compute environment may start.

The catalog is made by `python -m constructs_lib.local.scheduler.shapes.refresh_instances` from public data.
Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html,
https://docs.aws.amazon.com/batch/latest/userguide/instance-type-compute-table.html and
https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_RESERVED_MIB = 32
"""The default AMI keeps so much for the ECS agent."""

_USABLE = 0.975
"""What the operating system sees of the installed memory: 7,985 of the 8,192 MiB of AWS's own example."""

_SETS = {
    "optimal": ("m6i", "c6i", "r6i", "c7i"),  # the same as default_x86_64
    "default_x86_64": ("m6i", "c6i", "r6i", "c7i"),
    "default_arm64": ("m6g", "c6g", "r6g", "c7g"),
}


class Shape(NamedTuple):
    """What an instance offers to jobs.

    Args:
        name: the instance type.
        vcpus: virtual CPUs.
        memory: MiB that jobs can have.
        gpus: GPUs.
        architecture: ``x86_64`` or ``arm64``.
    """

    name: str
    vcpus: int
    memory: float
    gpus: int
    architecture: str


@cache
def catalog() -> dict[str, Shape]:
    """Every instance type by name."""
    text = files("constructs_lib.local.scheduler.shapes").joinpath("instance_types.json").read_text()
    return {
        name: Shape(name, vcpus, memory * _USABLE - _RESERVED_MIB, gpus, architecture)
        for name, (vcpus, memory, gpus, architecture) in json.loads(text).items()
    }


@cache
def allowed(instance_types: tuple[str, ...]) -> tuple[Shape, ...]:
    """Return the shapes behind instance types, families and AWS's own sets, the smallest first.

    Args:
        instance_types: such as ``m5.large``, ``c5`` or ``optimal``; a name that the catalog does not know has no shape.
    """
    found = {shape for name in instance_types for shape in _named(name)}
    return tuple(sorted(found, key=lambda shape: (shape.gpus, shape.vcpus, shape.memory, shape.name)))


def positions(instance_types: tuple[str, ...]) -> dict[str, int]:
    """Return where each type comes in a list; one that is named itself comes there, and not with its family."""
    explicit = {name: position for position, name in enumerate(instance_types) if name in catalog()}
    families = ((shape.name, position) for position, name in enumerate(instance_types) for shape in _named(name))
    found: dict[str, int] = {}
    for name, position in families:
        found.setdefault(name, position)
    return {**found, **explicit}


def _named(name: str) -> Iterable[Shape]:
    if name in catalog():
        return [catalog()[name]]
    families: Sequence[str] = _SETS.get(name, (name,))
    return [
        shape
        for shape in catalog().values()
        if shape.name.partition(".")[0] in families and not shape.name.partition(".")[2].startswith("metal")
    ]
