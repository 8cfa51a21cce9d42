"""Queues and environments that are updated, or deleted and made again under the same name."""

from typing import Any

import pytest

from constructs_lib.local.scheduler.jobs.job import Status
from constructs_lib.local.scheduler.model.settings import EnvironmentSettings, QueueSettings, SharePolicy
from tests.unit.local.scheduler.conftest import Environment, Queue


def test_a_queue_that_is_made_again_has_its_new_environments(world: Any) -> None:
    world.fargate(10, "first")
    world.run(*world.submissions(1))
    world.fargate(10, "second")
    world.queues["queue"] = Queue("queue", ["second"])
    jobs = world.run(*world.submissions(1, at=20))
    assert [job.environment for job in jobs] == ["first", "second"]


def test_an_environment_that_is_made_again_has_its_new_instances(world: Any) -> None:
    world.fargate(10, "environment")
    world.run(*world.submissions(1))
    compute = {"maxvCpus": 10, "instanceTypes": ["m5.large"]}
    world.environments["environment"] = Environment(compute, fargate=False)
    jobs = world.run(*world.submissions(1, at=20, memory=100_000.0))
    assert [job.status for job in jobs] == [Status.SUCCEEDED, Status.RUNNABLE]


def test_a_changed_order_of_environments_counts_for_the_next_job(world: Any) -> None:
    world.fargate(10, "first")
    world.fargate(10, "second")
    queue = world.queue()
    world.run(*world.submissions(1))
    queue.environment_arns.reverse()
    jobs = world.run(*world.submissions(1, at=20))
    assert [job.environment for job in jobs] == ["first", "second"]


def test_a_changed_priority_counts_for_the_next_job(world: Any) -> None:
    world.fargate(1)
    world.queue("first", priority=2)
    second = world.queue("second", priority=1)
    jobs = world.run(*world.submissions(2, queue="first"), *world.submissions(1, queue="second"), until=5)
    second.priority = 3
    world.run()
    assert [job.started_at for job in jobs] == [0, 20, 10]


@pytest.mark.parametrize(
    ("compute", "exceeds", "in_order"),
    [
        ({}, False, False),
        ({"allocationStrategy": "BEST_FIT"}, False, False),
        ({"allocationStrategy": "BEST_FIT", "type": "SPOT"}, True, False),
        ({"allocationStrategy": "BEST_FIT_PROGRESSIVE"}, True, False),
        ({"allocationStrategy": "BEST_FIT_PROGRESSIVE_ORDERED"}, True, True),
        ({"allocationStrategy": "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED", "type": "SPOT"}, True, True),
    ],
)
def test_allocation_strategies(compute: dict[str, Any], exceeds: bool, in_order: bool) -> None:
    settings = EnvironmentSettings.of(Environment(compute, fargate=False))
    assert (settings.exceeds, settings.in_order) == (exceeds, in_order)


def test_the_shortest_time_limit_counts() -> None:
    limits = [{"reason": "R", "action": "CANCEL", "maxTimeSeconds": seconds} for seconds in (900, 600, 700)]
    assert QueueSettings.of(Queue("queue", [], time_limits=limits)).time_limits == {"R": 600}


def test_weights_of_shares_and_of_prefixes() -> None:
    distribution = [{"shareIdentifier": "A*", "weightFactor": 0.5}, {"shareIdentifier": "B"}]
    policy = SharePolicy.of({"shareDistribution": distribution})
    assert [policy.weight(share) for share in ("A", "A1", "B", "C")] == [0.5, 0.5, 1, 1]
    assert policy.decay_seconds == 600, "AWS's default window"
