"""Allocation strategies: how far the maximum holds, and which types are preferred.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.instance_types.catalog import allowed, positions
from constructs_lib.local.scheduler.environments.fleet import Fleet
from constructs_lib.local.scheduler.jobs.job import Status
from constructs_lib.local.scheduler.shapes.capacity import MAX_RESOURCE, Instance, Needs

SMALL = Needs(2, 512, 0)


def taken(fleet: Fleet, needs: Needs) -> Instance:
    instance = fleet.take(needs)
    assert instance is not None
    return instance


def test_best_fit_never_exceeds_the_maximum() -> None:
    fleet = Fleet(allowed(("m5.4xlarge",)), 0, 20)
    assert [fleet.take(SMALL) is not None for _ in range(9)] == [True] * 8 + [False]
    assert (fleet.running, fleet.impossible(SMALL)) == (16, None)
    assert Fleet(allowed(("m5.4xlarge",)), 0, 8).impossible(SMALL) == MAX_RESOURCE


def test_other_strategies_exceed_it_by_no_more_than_one_instance() -> None:
    fleet = Fleet(allowed(("m5.4xlarge",)), 0, 20, exceeds=True)
    assert sum(fleet.take(SMALL) is not None for _ in range(100)) == 16
    assert fleet.running == 32
    assert Fleet(allowed(("m5.4xlarge",)), 0, 8, exceeds=True).impossible(SMALL) is None


def test_they_exceed_it_only_when_no_smaller_type_does() -> None:
    fleet = Fleet(allowed(("m5",)), 0, 20, exceeds=True)
    while fleet.take(SMALL):
        pass
    assert fleet.running == 20


def test_no_job_gets_more_vcpus_than_the_maximum() -> None:
    fleet = Fleet(allowed(("m5",)), 0, 4, exceeds=True)
    assert fleet.take(Needs(8, 512, 0)) is None
    assert fleet.impossible(Needs(8, 512, 0)) == MAX_RESOURCE
    assert Fleet(allowed(("m5",)), 0, 0, exceeds=True).impossible(SMALL) == MAX_RESOURCE


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([SMALL, Needs(1, 9000, 0), Needs(16, 4096, 0)])), max_size=100),
    st.integers(1, 64),
)
def test_the_excess_is_less_than_one_instance(steps: list[tuple[bool, Needs]], most: int) -> None:
    fleet = Fleet(allowed(("c5.4xlarge", "r5.large")), 0, most, exceeds=True)
    held = []
    for take, needs in steps:
        before = fleet.running
        if take and (instance := fleet.take(needs)):
            held.append((needs, instance))
            assert fleet.running == before or before < most
        elif held:
            fleet.give_back(*held.pop())
        assert fleet.used <= fleet.running < most + 16


@pytest.mark.parametrize(
    ("types", "chosen"),
    [
        (("m5.4xlarge", "m5.large"), "m5.4xlarge"),
        (("r5", "c5"), "r5.large"),
        (("c5", "r5"), "c5.large"),
        (("m5.4xlarge", "c5", "m5"), "m5.4xlarge"),
        (("m5", "m5.large"), "m5.xlarge"),
    ],
)
def test_types_are_preferred_in_their_order(types: tuple[str, ...], chosen: str) -> None:
    """A type that is named itself comes in its own place, not with its family."""
    fleet = Fleet(allowed(types), 0, 1000, preferred=positions(types))
    assert taken(fleet, SMALL).shape.name == chosen


def test_without_an_order_the_fewest_vcpus_are_preferred() -> None:
    assert taken(Fleet(allowed(("m5.4xlarge", "m5.large")), 0, 1000), Needs(2, 512, 0)).shape.vcpus == 2
    assert allowed(("optimal",)) == allowed(("default_x86_64",)), "AWS calls them equivalent"


@pytest.mark.parametrize(("strategy", "running"), [("BEST_FIT", 4), ("BEST_FIT_PROGRESSIVE", 8)])
def test_the_strategy_of_the_environment_counts(world: Any, strategy: str, running: int) -> None:
    environment = world.ec2(10, "m5.2xlarge")
    environment.compute["allocationStrategy"] = strategy
    jobs = world.run(*world.submissions(20, vcpus=2.0, memory=512.0), until=5)
    assert sum(job.status is Status.RUNNING for job in jobs) == running


def test_updated_instance_types_are_started_from_then_on(world: Any) -> None:
    environment = world.ec2(4, "m5.large")
    world.run(*world.submissions(1, vcpus=2.0))
    environment.compute["instanceTypes"] = ["c5.xlarge"]
    jobs = world.run(*world.submissions(1, at=20, vcpus=2.0), until=25)
    assert jobs[1].instance.shape.name == "c5.xlarge"
