import pytest
from aws_cdk import Stack

from constructs_lib import ConfigurationError
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.jobs.fargate_sizes import check_fargate_size
from constructs_lib.limits import FARGATE_SIZES

SIZES = [(vcpus, memory) for vcpus, memories in FARGATE_SIZES.items() for memory in memories]


@pytest.fixture
def place(stack: Stack) -> ArgumentPath:
    return ArgumentPath("ContainerJob", stack, "Job")


@pytest.mark.parametrize(("vcpus", "smallest", "largest", "count"), [
    (0.25, 512, 2048, 3),
    (0.5, 1024, 4096, 4),
    (1, 2048, 8192, 7),
    (2, 4096, 16_384, 13),
    (4, 8192, 30_720, 23),
    (8, 16_384, 61_440, 12),
    (16, 32_768, 122_880, 12),
])  # fmt: skip
def test_sizes_are_those_of_aws(vcpus: float, smallest: int, largest: int, count: int) -> None:
    sizes = FARGATE_SIZES[vcpus]
    assert (sizes[0], sizes[-1], len(sizes)) == (smallest, largest, count)


@pytest.mark.parametrize(("vcpus", "memory"), SIZES)
def test_every_size_passes(place: ArgumentPath, vcpus: float, memory: int) -> None:
    check_fargate_size(place, vcpus, memory)


@pytest.mark.parametrize(
    ("vcpus", "memory", "expected", "nearest"),
    [
        (1, 512, "1 vCPU with 2048 to 8192 MiB in steps of 1024", ["0.25 vCPU with 512 MiB", "1 vCPU with 2048 MiB"]),
        (1, 16_384, "1 vCPU with 2048 to 8192 MiB", ["1 vCPU with 8192 MiB", "2 vCPU with 16384 MiB"]),
        (3, 8192, "0.25, 0.5, 1, 2, 4, 8 or 16 vCPU", ["2 vCPU with 8192 MiB", "4 vCPU with 8192 MiB"]),
        (0.25, 4096, "with 512, 1024 or 2048 MiB", ["0.25 vCPU with 2048 MiB", "0.5 vCPU with 4096 MiB"]),
        (8, 17_000, "in steps of 4096", ["8 vCPU with 16384 MiB", "8 vCPU with 20480 MiB"]),
        (32, 200_000, "or 16 vCPU", ["16 vCPU with 122880 MiB"]),
        (0.1, 100, "0.25, 0.5, 1", ["0.25 vCPU with 512 MiB"]),
    ],
)
def test_other_sizes_are_refused_with_the_nearest(
    place: ArgumentPath, vcpus: float, memory: int, expected: str, nearest: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_fargate_size(place, vcpus, memory)
    assert caught.value.got == f"{vcpus:g} vCPU with {memory} MiB"
    assert expected in caught.value.expected
    assert caught.value.fix == f"The nearest that exist: {' or '.join(nearest)}."
