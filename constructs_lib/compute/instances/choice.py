"""Instance types by what jobs need, without knowing their names."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from aws_cdk import Size
from aws_cdk import aws_ec2 as ec2

from constructs_lib.compute.instances.names import ARM_64, X86_64
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.quantities import in_gibibytes, known, readable
from constructs_lib.rules import Rule

_SIZES: Final = {1: "medium", 2: "large", 4: "xlarge"}
_UP_TO_64: Final = (2, 4, 8, 16, 32, 48, 64)
_GRAVITON: Final = (1, *_UP_TO_64)
_GIB_PER_VCPU: Final = {"c": 2, "m": 4, "r": 8}

# Compute, general and memory instances of the newest generations that most Regions have, and the vCPUs of their sizes.
_GENERATIONS: Final = {
    (X86_64, False): {
        "6i": (*_UP_TO_64, 96, 128),
        "7i": (*_UP_TO_64, 96, 192),
        "6a": (*_UP_TO_64, 96, 128, 192),
        "7a": (1, *_UP_TO_64, 96, 128, 192),
    },
    (X86_64, True): {"6id": (*_UP_TO_64, 96, 128), "8id": (*_UP_TO_64, 96, 128, 192, 384)},
    (ARM_64, False): {"6g": _GRAVITON, "7g": _GRAVITON, "8g": (*_GRAVITON, 96, 192)},
    (ARM_64, True): {"6gd": _GRAVITON, "7gd": _GRAVITON, "8gd": (*_GRAVITON, 96, 192)},
}
_GPUS: Final = {16: 1, 32: 1, 48: 4, 64: 1, 96: 4, 192: 8, 4: 1, 8: 1}
"""By vCPUs, the same in all of these families, which have an instance store too."""

_GPU_FAMILIES: Final = {
    "g4dn": (4, (4, 8, 16, 32, 48, 64)),
    "g5": (4, tuple(_GPUS)),
    "g6": (4, tuple(_GPUS)),
    "g6e": (8, tuple(_GPUS)),
}


class _Type(NamedTuple):
    vcpus: int
    memory_gib: int
    gpus: int
    name: str


@checked
def instance_types_for(
    *,
    vcpus: tuple[int, int],
    memory: tuple[Size, Size] | None = None,
    gpus: tuple[int, int] | None = None,
    architecture: ec2.InstanceArchitecture = X86_64,
    instance_store: bool = False,
) -> list[str]:
    """Instance types of several families in a range of sizes, for ``instance_types`` of an environment.

    AWS Batch accepts types and families, not requirements. A family may start any of its sizes; this returns types, so
    that none is outside of the range. They are those of the families C, M and R: 6i, 7i, 6a and 7a (x86_64), 6g, 7g and
    8g (Graviton), 6id and 8id, 6gd, 7gd and 8gd with an instance store; with GPUs G4dn, G5, G6 and G6e. None is bare
    metal, burstable, or of a size that others of the family do not have.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/instance-type-compute-table.html

    Args:
        vcpus: the fewest and the most of an instance.
        memory: the least and the most of an instance, of which about 5 percent are not for jobs. Default: any.
        gpus: the fewest, at least 1, and the most of an instance. Default: none.
        architecture: of the processor. Default: ``X86_64``, the only one with GPUs here.
        instance_store: only with disks of their own. Default: it does not matter for GPUs, else without.

    Returns:
        the types, the smallest first.

    Raises:
        ConfigurationError: no instance type is like that.
    """
    gibibytes = _known_range(memory) if memory else (0, float("inf"))
    found = sorted(
        each
        for each in (_with_gpus(architecture) if gpus else _without_gpus(architecture, instance_store=instance_store))
        if vcpus[0] <= each.vcpus <= vcpus[1]
        and gibibytes[0] <= each.memory_gib <= gibibytes[1]
        and (gpus is None or max(1, gpus[0]) <= each.gpus <= gpus[1])
    )
    if not found:
        what = [f"{vcpus[0]} to {vcpus[1]} vCPUs", architecture.name]
        what += [f"{readable(gibibytes[0])} to {readable(gibibytes[1])} GiB"] if memory else []
        what += [f"{gpus[0]} to {gpus[1]} GPUs"] if gpus else []
        raise Rule.TYPES_OF_RANGES.error(
            "instance_types_for",
            got=", ".join(what),
            expected="at least one instance type has to be like that",
            fix="Widen the ranges; these families have 2, 4 or 8 GiB per vCPU, and GPUs only with X86_64.",
        )
    return [each.name for each in found]


def _known_range(memory: tuple[Size, Size]) -> tuple[float, float]:
    where = "instance_types_for memory"
    least, most = (known(where, in_gibibytes(where, size), "the types are chosen by it") for size in memory)
    return least, most


def _without_gpus(architecture: ec2.InstanceArchitecture, *, instance_store: bool) -> Iterator[_Type]:
    for generation, sizes in _GENERATIONS[architecture, instance_store].items():
        for letter, memory in _GIB_PER_VCPU.items():
            for vcpus in sizes:
                yield _Type(vcpus, vcpus * memory, 0, f"{letter}{generation}.{_size(vcpus)}")


def _with_gpus(architecture: ec2.InstanceArchitecture) -> Iterator[_Type]:
    if architecture == X86_64:
        for family, (memory, sizes) in _GPU_FAMILIES.items():
            for vcpus in sizes:
                yield _Type(vcpus, vcpus * memory, _GPUS[vcpus], f"{family}.{_size(vcpus)}")


def _size(vcpus: int) -> str:
    return _SIZES.get(vcpus) or f"{vcpus // 4}xlarge"
