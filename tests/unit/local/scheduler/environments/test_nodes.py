"""Nodes of multi-node jobs: an instance each, all or none, and all given back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.instance_types.catalog import allowed
from constructs_lib.local.scheduler.environments import nodes
from constructs_lib.local.scheduler.environments.fleet import Fleet
from constructs_lib.local.scheduler.shapes.capacity import JOB_RESOURCE, MAX_RESOURCE, Needs, Pool

SHAPES = allowed(("m5.large", "m5.xlarge"))
ONE, TWO, FOUR = (Needs(vcpus, 1024, 0) for vcpus in (1, 2, 4))


def fleet(most: float, *, least: float = 0, exceeds: bool = False) -> Fleet:
    return Fleet(SHAPES, least, most, exceeds)


def test_each_node_has_an_instance_that_runs_nothing_else() -> None:
    environment = fleet(8)
    taken = nodes.take(environment, [ONE, TWO, FOUR])
    assert taken is not None
    assert [instance.shape.vcpus for instance in taken] == [2, 2, 4]
    assert (environment.used, environment.running) == (8, 8)
    assert environment.take(ONE) is None  # though the first instance has one vCPU that its node did not ask for


def test_none_starts_when_one_cannot() -> None:
    environment = fleet(4)
    assert nodes.take(environment, [ONE, ONE, ONE]) is None
    assert (environment.used, environment.running) == (0, 0)


def test_instances_that_are_kept_are_used_again_when_they_are_idle() -> None:
    environment = fleet(8, least=4)
    first = nodes.take(environment, [ONE, ONE])
    assert first
    nodes.give_back(environment, first)
    assert environment.running == 4
    busy = environment.take(ONE)
    second = nodes.take(environment, [ONE, ONE])
    assert second
    assert busy not in second
    assert environment.running == 6


@pytest.mark.parametrize(
    ("environment", "wanted", "reason"),
    [
        (fleet(8), [FOUR, FOUR], None),
        (fleet(7), [FOUR, FOUR], MAX_RESOURCE),
        (fleet(7, exceeds=True), [FOUR, FOUR], None),
        (fleet(4, exceeds=True), [FOUR, FOUR], MAX_RESOURCE),
        (fleet(99), [ONE, Needs(64, 1, 0)], JOB_RESOURCE),
        (Pool(99), [ONE], JOB_RESOURCE),
    ],
)
def test_what_can_never_be(environment: Fleet | Pool, wanted: list[Needs], reason: str | None) -> None:
    assert nodes.impossible(environment, wanted) == reason
    assert (nodes.take(environment, wanted) is None) == (reason is not None)


@given(
    jobs=st.lists(st.lists(st.sampled_from([ONE, TWO, FOUR]), min_size=1, max_size=4), max_size=12),
    most=st.integers(0, 24),
)
def test_all_is_given_back(jobs: list[list[Needs]], most: int) -> None:
    environment = fleet(most)
    running = [taken for job in jobs if (taken := nodes.take(environment, job))]
    held = [instance for taken in running for instance in taken]
    assert len(held) == len(set(map(id, held)))
    assert environment.used == environment.running <= most
    for taken in running:
        nodes.give_back(environment, taken)
    assert (environment.used, environment.running) == (0, 0)
