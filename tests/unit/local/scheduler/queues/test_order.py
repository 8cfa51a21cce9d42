"""Who comes next: queues by priority, environments in order, shares by what they used, jobs by their priority."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import Job, Status
from tests.unit.local.scheduler.conftest import Policy, World


def started(jobs: list[Any]) -> list[str]:
    return [job.id for job in sorted(jobs, key=lambda job: job.started_at)]


def test_the_queue_of_higher_priority_is_served_first(world: Any) -> None:
    world.fargate(1)
    world.queue("low", priority=1)
    world.queue("high", priority=10)
    jobs = world.run(*world.submissions(3, queue="low"), *world.submissions(3, queue="high"))
    assert started(jobs) == ["job-4", "job-5", "job-6", "job-1", "job-2", "job-3"]


def test_environments_are_filled_in_the_order_of_the_queue(world: Any) -> None:
    world.fargate(2, "spot")
    world.fargate(2, "on-demand")
    world.queue(environment_arns=["on-demand", "spot"])
    jobs = world.run(*world.submissions(3), until=5)
    assert [job.environment for job in jobs] == ["on-demand", "on-demand", "spot"]


def test_a_disabled_environment_takes_no_new_jobs_and_keeps_those_it_has(world: Any) -> None:
    environment = world.fargate(4)
    jobs = world.run(*world.submissions(1), until=5)
    environment.enabled = False
    jobs = world.run(*world.submissions(1, at=6), until=100)
    assert [job.status for job in jobs] == [Status.SUCCEEDED, Status.RUNNABLE]
    environment.enabled = True
    world.simulation.update()
    assert jobs[1].status is Status.RUNNING


def test_the_head_of_a_queue_blocks_those_behind_it_in_this_queue_only(world: Any) -> None:
    world.fargate(4)
    big = list(world.submissions(1, vcpus=3.0)) + list(world.submissions(1, vcpus=2.0)) + list(world.submissions(1))
    jobs = world.run(*big, *world.submissions(1, queue="other"), until=5)
    assert [job.status for job in jobs] == [Status.RUNNING, Status.RUNNABLE, Status.RUNNABLE, Status.RUNNING]


def fair(world: Any, **policy: Any) -> None:
    world.policies["fair"] = Policy(policy)
    world.queue(policy_arn="fair")


def test_shares_take_turns(world: Any) -> None:
    world.fargate(1)
    fair(world, shareDecaySeconds=3600)
    jobs = world.run(*world.submissions(3, share="A"), *world.submissions(3, share="B"))
    assert [job.spec.share for job in sorted(jobs, key=lambda job: job.started_at)] == ["A", "B", "A", "B", "A", "B"]


def test_within_a_share_the_higher_priority_comes_first(world: Any) -> None:
    world.fargate(1)
    fair(world)
    jobs = world.run(
        *world.submissions(1, share="A", priority=1),
        *world.submissions(1, share="A", priority=9),
        *world.submissions(1, share="A", priority=9),
    )
    assert started(jobs) == ["job-2", "job-3", "job-1"]


@pytest.mark.parametrize(("weight", "ratio"), [(1.0, 1), (0.5, 2), (0.25, 4)])
def test_a_lower_weight_factor_is_a_higher_share(world: Any, weight: float, ratio: int) -> None:
    world.fargate(10)
    fair(
        world,
        shareDecaySeconds=100_000,
        shareDistribution=[
            {"shareIdentifier": "fast*", "weightFactor": weight},
            {"shareIdentifier": "slow", "weightFactor": 1.0},
        ],
    )
    jobs = world.run(*world.submissions(600, share="fast-1"), *world.submissions(600, share="slow"), until=500)
    ran = Counter(job.spec.share for job in jobs if job.attempts)
    assert ran["fast-1"] / ran["slow"] == pytest.approx(ratio, rel=0.15)


def test_what_was_used_long_ago_is_forgotten(world: Any) -> None:
    world.fargate(1)
    fair(world, shareDecaySeconds=60)
    world.run(*world.submissions(5, share="A"))
    jobs = world.run(*world.submissions(1, at=1000, share="A"), *world.submissions(1, at=1000, share="B"))
    assert [job.started_at for job in jobs[5:]] == [1000, 1010]


def test_a_reservation_keeps_vcpus_for_shares_that_are_not_active(world: Any) -> None:
    world.fargate(8)
    fair(world, computeReservation=50)
    jobs = world.run(*world.submissions(8, share="A"), until=5)
    assert sum(job.status is Status.RUNNING for job in jobs) == 4, "half is kept while one share is active"
    jobs = world.run(*world.submissions(8, share="B", at=6), until=7)
    assert sum(job.status is Status.RUNNING for job in jobs) == 6, "a quarter is kept while two are"


@given(
    st.lists(
        st.tuples(st.integers(1, 12), st.sampled_from([0.25, 1.0, 2.0]), st.sampled_from(["high", "low"])), max_size=8
    ),
    st.integers(2, 9),
    st.lists(st.integers(0, 1), min_size=1, max_size=5),
    st.booleans(),
)
def test_every_job_ends_once_and_no_vcpu_is_held_twice(
    arrays: list[tuple[int, float, str]], vcpus: int, codes: list[int], on_instances: bool
) -> None:
    world = World()
    environment = world.ec2(vcpus, "optimal") if on_instances else world.fargate(vcpus)
    world.queue("high", priority=2)
    world.queue("low", priority=1)
    ended: Counter[str] = Counter()
    scheduler = world.simulation.scheduler
    scheduler._on_final = lambda job: ended.update([job.id])

    def behave(job: Job) -> tuple[float, Ending]:
        assert scheduler.used(job.environment) <= vcpus
        return 1.0 + (job.index or 0) % 3, Ending(codes[(job.index or 0) % len(codes)])

    world.behavior = behave
    submissions = [
        submission
        for size, needed, queue in arrays
        for submission in world.submissions(
            1, queue=queue, vcpus=needed, memory=256.0, size=size if size > 1 else None, attempts=2
        )
    ]
    jobs = world.run(*submissions)
    assert environment.enabled
    assert all(job.status.final for job in jobs)
    assert set(ended.values()) <= {1}
    assert len(ended) == sum(len(getattr(job, "children", ())) + 1 for job in jobs)
    assert all(scheduler.used(arn) == 0 for arn in world.environments)
