"""Which job no environment can ever hold, by the resource that is missing."""

from typing import Any

import pytest

from constructs_lib.instance_types.catalog import allowed
from constructs_lib.instance_types.fitting import holding
from constructs_lib.ops import Cause
from constructs_lib.ops.reasons.job_descriptions import demand
from constructs_lib.ops.reasons.waiting import findings
from constructs_lib.ops.reasons.waiting.placement import miss
from tests.unit.ops.reasons.described import environment, fargate, job, situation

ON_FARGATE = {"platformCapabilities": ["FARGATE"]}


def cause(described: dict[str, Any], *environments: dict[str, Any]) -> Cause | None:
    found = findings(situation({**described, "status": "RUNNABLE"}, *environments))
    return found[0].cause if found else None


@pytest.mark.parametrize(
    ("described", "place", "expected"),
    [
        (job(vcpus=65), environment(), Cause.MAX_VCPUS),
        (job(vcpus=64), environment(), None),
        (job(vcpus=129), environment(maxvCpus=256), Cause.NO_INSTANCE_TYPE),
        (job(memory=600_000), environment(), Cause.NO_INSTANCE_TYPE),
        (job(gpus=1), environment(), Cause.NO_INSTANCE_TYPE),
        (job(vcpus=3), environment(maxvCpus=3, allocationStrategy="BEST_FIT"), Cause.MAX_VCPUS),
        (job(vcpus=3), environment(maxvCpus=3), None),
        (job(vcpus=2, memory=2048, **ON_FARGATE), fargate(), Cause.FARGATE_SIZE),
        (job(vcpus=2, memory=4096, **ON_FARGATE), fargate(), None),
        (job(vcpus=2, memory=4096, **ON_FARGATE), fargate(maxvCpus=1), Cause.MAX_VCPUS),
        (job(**ON_FARGATE), environment(), Cause.PLATFORM),
        (job(platformCapabilities=["EC2"]), fargate(), Cause.PLATFORM),
        (job(memory=3072, platformCapabilities=["EC2", "FARGATE"]), fargate(), None),
        (job(memory=3072), environment(instanceTypes=["z9.unknown"]), None),
        (job(memory=300_000), environment(instanceTypes=["optimal"]), None),
        (job(memory=300_000), environment(instanceTypes=["default_arm64"]), None),
    ],
)
def test_what_an_environment_is_too_small_for(
    described: dict[str, Any], place: dict[str, Any], expected: Cause | None
) -> None:
    assert cause(described, place) is expected


@pytest.mark.parametrize(
    ("described", "place", "wanted"),
    [
        (job(vcpus=0.25, memory=512, **ON_FARGATE), fargate(maxvCpus=0), "1"),
        (job(vcpus=2), environment(maxvCpus=0), "2"),
        (job(vcpus=2), environment(maxvCpus=0, instanceTypes=["z9.unknown"]), "2"),
        (job(vcpus=3), environment(maxvCpus=0, allocationStrategy="BEST_FIT"), "3"),
    ],
)
def test_a_maximum_of_zero_starts_no_job_and_is_raised_by_whole_vcpus(
    described: dict[str, Any], place: dict[str, Any], wanted: str
) -> None:
    [found, *_] = findings(situation({**described, "status": "RUNNABLE"}, place))
    assert found.cause is Cause.MAX_VCPUS
    name = place["computeEnvironmentName"]
    assert f"the maximum of compute environment {name} is 0, so that no job starts there" in found.sentence
    assert found.fixes[0].command == f"constructs-lib scale {name} --max-vcpus {wanted}"


def test_an_architecture_that_no_type_has() -> None:
    described = job(runtimePlatform={"cpuArchitecture": "ARM64"})
    found = findings(situation({**described, "status": "RUNNABLE"}, environment()))[0]
    assert found.cause is Cause.ARCHITECTURE
    assert "m6g" in found.fixes[0].text or "c6g" in found.fixes[0].text


def test_one_environment_that_holds_it_is_enough_and_the_nearest_miss_is_told() -> None:
    wide = job(vcpus=32)
    assert cause(wide, environment(maxvCpus=16), environment("large")) is None
    assert cause(wide, environment(maxvCpus=16), environment("other", instanceTypes=["m6i.large"])) is Cause.MAX_VCPUS


@pytest.mark.parametrize("memory", [9_000, 40_000, 300_000, 600_000, 1_500_000])
def test_the_types_that_would_do_do(memory: int) -> None:
    described = job(vcpus=4, memory=memory, status="RUNNABLE")
    found = miss(described, environment(instanceTypes=["m6i.large"], maxvCpus=512))
    assert found is not None
    names = found.fixes[0].text.partition(": ")[2].rstrip(".").split(" or ")
    for name in names:
        assert holding(allowed((name,)), demand(described)), name


def test_the_nodes_of_a_job_are_judged_one_by_one() -> None:
    container = job(vcpus=32)["container"]
    ranges = [{"targetNodes": "0:0", "container": job()["container"]}, {"targetNodes": "1:", "container": container}]
    nodes = {"numNodes": 4, "mainNode": 0, "nodeRangeProperties": ranges}
    described = {name: value for name, value in job(nodeProperties=nodes).items() if name != "container"}
    assert cause(described, environment(instanceTypes=["m6i.4xlarge"], maxvCpus=512)) is Cause.NO_INSTANCE_TYPE
    assert cause(described, environment(maxvCpus=512)) is None
    assert cause(described, environment(maxvCpus=96)) is Cause.MAX_VCPUS, "97 of all nodes together"
    assert cause(described, environment(maxvCpus=512, type="SPOT")) is Cause.PLATFORM


def test_containers_of_a_job_are_added_up() -> None:
    two = [job(vcpus=40)["container"], job(vcpus=40)["container"]]
    described = job(ecsProperties={"taskProperties": [{"containers": two}]})
    del described["container"]
    assert cause(described, environment()) is Cause.MAX_VCPUS
