"""What a change of limits lets start, and what it costs."""

import pytest

from constructs_lib.ops.queues.capacity_prices import dollars_per_vcpu_hour
from constructs_lib.ops.queues.job_sizes import mebibytes_of, vcpus_of
from constructs_lib.ops.queues.scaling import _fitting
from constructs_lib.prices.price_list import prices_of

REGION = "us-east-1"


def container(vcpus: float, memory: int) -> dict[str, object]:
    return {"resourceRequirements": [{"type": "VCPU", "value": f"{vcpus}"}, {"type": "MEMORY", "value": f"{memory}"}]}


@pytest.mark.parametrize(
    ("job", "vcpus", "memory"),
    [
        ({"container": container(0.25, 512)}, 0.25, 512),
        ({"container": {"vcpus": 2, "memory": 4096}}, 2, 4096),
        (
            {"ecsProperties": {"taskProperties": [{"containers": [container(1, 1024), container(2, 2048)]}]}},
            3,
            3072,
        ),
        (
            {
                "nodeProperties": {
                    "numNodes": 5,
                    "nodeRangeProperties": [
                        {"targetNodes": "0", "container": container(8, 1000)},
                        {"targetNodes": "1:", "container": container(4, 2000)},
                    ],
                }
            },
            24,
            9_000,
        ),
    ],
    ids=["one container", "its old members", "several", "nodes"],
)
def test_a_job_holds_what_all_its_containers_and_nodes_ask_for(
    job: dict[str, object], vcpus: float, memory: float
) -> None:
    assert (vcpus_of(job), mebibytes_of(job)) == (vcpus, memory)


@pytest.mark.parametrize(
    ("sizes", "jobs", "room", "fitting", "left"),
    [
        ([2.0, 2.0, 2.0], 3, 4.0, 2, 0.0),
        ([8.0, 1.0], 2, 4.0, 1, 3.0),
        ([1.0] * 100, 500, 300.0, 300, 0.0),
        ([1.0] * 100, 150, 300.0, 150, 150.0),
        ([], 0, 4.0, 0, 4.0),
        ([0.5, 1.5], 4, 4.0, 4, 0.0),
    ],
)
def test_the_first_jobs_fit_by_their_sizes_and_the_others_by_the_average(
    sizes: list[float], jobs: int, room: float, fitting: int, left: float
) -> None:
    assert _fitting(sizes, jobs, room) == (fitting, left)


def test_a_vcpu_costs_what_the_price_list_says() -> None:
    prices = prices_of(REGION)
    rate = prices.fargate_rate("X86_64")
    assert rate is not None
    assert dollars_per_vcpu_hour(REGION, {"type": "FARGATE"}, 4.0) == rate.vcpu_hour + 4 * rate.gb_hour
    dearest = prices.instance_hour("m6i.large")
    assert dearest is not None
    of_instances = {"type": "EC2", "instanceTypes": ["c6i.large", "m6i.large"]}
    assert dollars_per_vcpu_hour(REGION, of_instances) == dearest / 2
    spot = dollars_per_vcpu_hour(REGION, {**of_instances, "type": "SPOT"})
    assert spot == pytest.approx(dearest / 2 * prices.spot_share)
    assert dollars_per_vcpu_hour("xx-nowhere-1", of_instances) is None
    assert dollars_per_vcpu_hour(REGION, {"type": "ECS_MANAGED_INSTANCES"}) is None
