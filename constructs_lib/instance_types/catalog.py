"""The shapes of EC2 instance types, and which of them a compute environment may start.

The catalog is made by `python -m constructs_lib.instance_types.refresh` from public data.
Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html,
https://docs.aws.amazon.com/batch/latest/userguide/instance-type-compute-table.html and
https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

_RESERVED_MIB: Final = 32
"""The default AMI keeps so much for the ECS agent."""

_USABLE: Final = 0.975
"""What the operating system sees of the installed memory: 7,985 of the 8,192 MiB of AWS's own example."""

_PAGES: Final = 1 / 64
"""What Linux keeps of all memory to know its pages: 64 bytes for each of 4,096."""

_KERNEL_MIB: Final = 79
"""The rest of AWS's example, which does not grow with the memory."""

SETS: Final = {
    "optimal": ("m6i", "c6i", "r6i", "c7i"),  # the same as default_x86_64
    "default_x86_64": ("m6i", "c6i", "r6i", "c7i"),
    "default_arm64": ("m6g", "c6g", "r6g", "c7g"),
}
"""The families that AWS chooses from by a name of its own."""


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


def memory_for_jobs(installed: float) -> float:
    """How many MiB of the installed ones jobs can have, at most: machine images and drivers may keep more.

    Of small instances the share of AWS's example, of large ones what that example is made of: its share would be too
    little by gigabytes there.
    """
    return max(installed * _USABLE, installed * (1 - _PAGES) - _KERNEL_MIB) - _RESERVED_MIB


@cache
def catalog() -> dict[str, Shape]:
    """Every instance type by name."""
    text = files("constructs_lib.instance_types").joinpath("catalog.json").read_text()
    return {
        name: Shape(name, vcpus, memory_for_jobs(memory), gpus, architecture)
        for name, (vcpus, memory, gpus, architecture) in json.loads(text).items()
    }


@cache
def families() -> dict[str, tuple[Shape, ...]]:
    """The types of each family, in the order of the catalog."""
    found: dict[str, list[Shape]] = {}
    for shape in catalog().values():
        found.setdefault(shape.name.partition(".")[0], []).append(shape)
    return {family: tuple(shapes) for family, shapes in found.items()}


@cache
def allowed(instance_types: tuple[str, ...]) -> tuple[Shape, ...]:
    """Return the shapes behind instance types, families and AWS's own sets, the smallest first.

    Args:
        instance_types: such as ``m5.large``, ``c5`` or ``optimal``; a name that the catalog does not know has no shape.
    """
    found = {shape for name in instance_types for shape in _named(name)}
    return tuple(sorted(found, key=lambda shape: (shape.gpus, shape.vcpus, shape.memory, shape.name)))


def known(name: str) -> bool:
    """Whether the catalog has a type, a family or a set of AWS's of this name."""
    return name in catalog() or name in families() or name in SETS


def positions(instance_types: tuple[str, ...]) -> dict[str, int]:
    """Return where each type comes in a list; one that is named itself comes there, and not with its family."""
    explicit = {name: position for position, name in enumerate(instance_types) if name in catalog()}
    of_families = ((shape.name, position) for position, name in enumerate(instance_types) for shape in _named(name))
    found: dict[str, int] = {}
    for name, position in of_families:
        found.setdefault(name, position)
    return {**found, **explicit}


def _named(name: str) -> Iterable[Shape]:
    if name in catalog():
        return [catalog()[name]]
    named: Sequence[str] = SETS.get(name, (name,))
    return [
        shape
        for family in named
        for shape in families().get(family, ())
        if not shape.name.partition(".")[2].startswith("metal")
    ]
