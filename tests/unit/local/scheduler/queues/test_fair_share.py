"""How much of a queue each share gets, at once and in the long run."""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import Dependency, Job, Status
from constructs_lib.local.scheduler.model.settings import SharePolicy
from constructs_lib.local.scheduler.queues.fair_share import FairShare
from tests.properties import examples
from tests.unit.local.scheduler.conftest import Policy, World

SUCCESS = Ending(0)


def shared(world: Any, vcpus: int, weights: dict[str, float], **policy: Any) -> None:
    world.fargate(vcpus)
    distribution = [{"shareIdentifier": share, "weightFactor": weight} for share, weight in weights.items()]
    world.policies["fair"] = Policy({"shareDistribution": distribution, **policy})
    world.queue(policy_arn="fair")


def vcpu_seconds(jobs: list[Any], since: float, until: float) -> Counter[str]:
    """What each share had of the environment in a span of time."""
    used: Counter[str] = Counter()
    for job in jobs:
        for attempt in job.attempts:
            begin, end = max(attempt.started_at, since), min(attempt.stopped_at or until, until)
            used[job.spec.share] += max(0, end - begin)
    return used


@settings(max_examples=examples(0.1))
@given(
    weights=st.lists(st.sampled_from([0.25, 0.5, 1.0, 2.0]), min_size=2, max_size=4),
    decay=st.sampled_from([0, 60, 600, 86_400]),
    longest=st.sampled_from([1, 30, 300]),
)
def test_vcpu_seconds_converge_to_the_inverse_of_the_weights(weights: list[float], decay: int, longest: int) -> None:
    world = World()
    names = [f"share{number}" for number in range(len(weights))]
    shared(world, 40, dict(zip(names, weights, strict=True)), shareDecaySeconds=decay)
    world.behavior = lambda job: (longest * (0.5 + int(job.id[4:]) * 29 % 50 / 100), SUCCESS)
    until = 30.0 * longest  # no share runs out of jobs
    jobs = world.run(
        *(job for name in names for job in world.submissions(1600, share=name)),
        until=until,
    )
    used = vcpu_seconds(jobs, 0, until)
    whole = sum(1 / weight for weight in weights)
    for name, weight in zip(names, weights, strict=True):
        assert used[name] / sum(used.values()) == pytest.approx(1 / weight / whole, abs=0.06)


def test_jobs_that_start_at_the_same_moment_are_shared(world: Any, running: Callable[[Any], Counter[str]]) -> None:
    shared(world, 30, {"fast": 0.5, "slow": 1.0})
    jobs = world.run(*world.submissions(100, share="slow"), *world.submissions(100, share="fast"), until=5)
    assert running(jobs) == {"fast": 20, "slow": 10}


def test_long_jobs_do_not_make_the_shares_swing(world: Any, running: Callable[[Any], Counter[str]]) -> None:
    shared(world, 100, {})
    world.behavior = lambda job: (3600.0 if job.spec.share == "A" else 3500.0, SUCCESS)
    submissions = [*world.submissions(500, share="A"), *world.submissions(500, share="B")]
    jobs = world.run(*submissions, until=3601)
    assert all(40 <= count <= 60 for count in running(jobs).values()), running(jobs)


def test_a_share_that_comes_late_gets_more_for_a_while(world: Any, running: Callable[[Any], Counter[str]]) -> None:
    shared(world, 30, {}, shareDecaySeconds=600)
    early, late = list(world.submissions(6_000, share="early")), list(world.submissions(6_000, at=600, share="late"))
    jobs = world.run(*early, until=600)
    world.run(*late, until=615)
    assert running(jobs)["early"] < 13, "less than half"
    world.run(until=1800)
    assert 14 <= running(jobs)["early"] <= 16, "half, in the end"


@pytest.mark.parametrize("looks", [1, 7, 500])
def test_how_often_one_looks_changes_nothing(world: Any, looks: int) -> None:
    """Of two jobs that ran one after the other, the later one counts more, by as much as the decay says."""
    world.fargate(1)
    first, second, third, fourth = world.run(*(job for share in "ABAB" for job in world.submissions(1, share=share)))
    order = FairShare(SharePolicy(decay_seconds=100))
    for job, begin in ((first, 0), (second, 10)):
        order.add(job)
        job.status = Status.RUNNABLE
        assert order.head(begin) is job
        order.started(job, begin)
        for look in range(looks):
            order.head(begin + 10 * look / looks)
        order.stopped(job, begin + 10)
    for job in (fourth, third):
        job.status = Status.RUNNABLE
        order.add(job)
    order.head(20)
    used = 100 * (1 - math.exp(-0.1))
    assert order._shares["B"].used == pytest.approx(used)
    assert order._shares["A"].used == pytest.approx(used * math.exp(-0.1))
    assert order.head(20) is third, "A's usage is older"


def test_a_share_is_active_while_it_has_jobs_and_for_the_decay_time_after_it_ran() -> None:
    world = World()
    shared(world, 8, {}, computeReservation=50)
    [first] = world.run(*world.submissions(1, share="A"), until=1)
    order = world.simulation.scheduler._queues.of(first.spec).order
    assert order.reserved(1) == 0.5
    world.run(*world.submissions(1, at=2, share="B", depends_on=(Dependency(first.id),)), until=3)
    assert order.reserved(3) == 0.25, "a job that waits for another one counts"
    world.run()
    assert [order.reserved(moment) for moment in (500, 615, 700)] == [0.25, 0.5, 1]


@pytest.fixture
def running() -> Callable[[list[Job]], Counter[str | None]]:
    return lambda jobs: Counter(job.spec.share for job in jobs if job.status is Status.RUNNING)
