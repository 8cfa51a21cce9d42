from typing import Any

import pytest
from aws_cdk import Size
from aws_cdk import aws_ec2 as ec2

from constructs_lib import ConfigurationError, instance_types_for
from tests.unit.compute.instances.catalog import described

ARM = ec2.InstanceArchitecture.ARM_64
WIDE = (1, 400)


def gib(low: int, high: int) -> tuple[Size, Size]:
    return Size.gibibytes(low), Size.gibibytes(high)


def gpus_of(known: dict[str, Any]) -> int:
    return sum(gpu["Count"] for gpu in known.get("GpuInfo", {}).get("Gpus", []))


def test_all_types_of_a_range_the_smallest_first() -> None:
    assert instance_types_for(vcpus=(4, 8), memory=gib(16, 32), architecture=ARM) == [
        "m6g.xlarge",
        "m7g.xlarge",
        "m8g.xlarge",
        "r6g.xlarge",
        "r7g.xlarge",
        "r8g.xlarge",
        "c6g.2xlarge",
        "c7g.2xlarge",
        "c8g.2xlarge",
        "m6g.2xlarge",
        "m7g.2xlarge",
        "m8g.2xlarge",
    ]


def test_gpus() -> None:
    assert instance_types_for(vcpus=(4, 4), gpus=(1, 1)) == ["g4dn.xlarge", "g5.xlarge", "g6.xlarge", "g6e.xlarge"]
    assert instance_types_for(vcpus=WIDE, gpus=(8, 8)) == ["g5.48xlarge", "g6.48xlarge", "g6e.48xlarge"]


@pytest.mark.parametrize("architecture", [ec2.InstanceArchitecture.X86_64, ARM])
@pytest.mark.parametrize("store", [False, True])
def test_every_type_is_what_it_is_chosen_for(architecture: ec2.InstanceArchitecture, store: bool) -> None:
    chosen = instance_types_for(vcpus=WIDE, architecture=architecture, instance_store=store)
    assert len(chosen) > 40
    for name in chosen:
        known = described()[name]
        processor = "arm64" if architecture == ARM else "x86_64"
        assert processor in known["ProcessorInfo"]["SupportedArchitectures"], name
        assert known["InstanceStorageSupported"] is store, name


def test_ranges_are_those_of_the_hardware() -> None:
    for vcpus, memory in (((1, 2), (1, 8)), ((8, 16), (64, 128)), ((90, 400), (100, 800))):
        for name in instance_types_for(vcpus=vcpus, memory=gib(*memory)):
            known = described()[name]
            assert vcpus[0] <= known["VCpuInfo"]["DefaultVCpus"] <= vcpus[1], name
            assert memory[0] <= known["MemoryInfo"]["SizeInMiB"] / 1024 <= memory[1], name
    for count in (1, 4, 8):
        for name in instance_types_for(vcpus=WIDE, gpus=(count, count)):
            assert gpus_of(described()[name]) == count, name


@pytest.mark.parametrize(
    ("options", "got"),
    [
        ({"vcpus": (8, 4)}, "got 8 to 4 vCPUs, X86_64, at least one"),
        ({"vcpus": (2, 2), "memory": gib(64, 128)}, "got 2 to 2 vCPUs, X86_64, 64 to 128 GiB, at least one"),
        ({"vcpus": WIDE, "gpus": (1, 8), "architecture": ARM}, "got 1 to 400 vCPUs, ARM_64, 1 to 8 GPUs, at least one"),
        ({"vcpus": WIDE, "gpus": (0, 0)}, "got 1 to 400 vCPUs, X86_64, 0 to 0 GPUs, at least one"),
    ],
)
def test_an_empty_choice_is_refused(options: dict[str, Any], got: str) -> None:
    with pytest.raises(ConfigurationError, match="COMPUTE001") as caught:
        instance_types_for(**options)
    assert got in str(caught.value)
