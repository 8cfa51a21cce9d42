"""Jobs that wait for what is not there: time limits of queues, and consumable resources."""

from typing import Any

import pytest

from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import Status
from constructs_lib.local.scheduler.queues.stuck import REASONS, cancelled
from constructs_lib.local.scheduler.shapes.capacity import JOB_RESOURCE, MAX_RESOURCE
from tests.unit.local.scheduler.conftest import Consumable


def limit(reason: str, seconds: int = 600) -> dict[str, Any]:
    return {"reason": reason, "state": "RUNNABLE", "maxTimeSeconds": seconds, "action": "CANCEL"}


@pytest.mark.parametrize(
    ("needs", "reason"), [({"vcpus": 8.0}, MAX_RESOURCE), ({"vcpus": 1.0, "gpus": 1}, JOB_RESOURCE)]
)
def test_a_job_that_can_never_run_blocks_its_queue_until_the_limit(world: Any, needs: Any, reason: str) -> None:
    world.ec2(4, "optimal")
    world.queue(time_limits=[limit(reason)])
    jobs = [*world.submissions(1, **needs), *world.submissions(1)]
    stuck, behind = world.run(*jobs, until=599)
    assert (stuck.status, stuck.status_reason) == (Status.RUNNABLE, REASONS[reason])
    assert behind.status is Status.RUNNABLE
    world.run()
    assert (stuck.status, stuck.status_reason) == (Status.FAILED, cancelled(reason))
    assert behind.started_at == 600


def test_without_a_limit_it_waits_for_ever(world: Any) -> None:
    world.fargate(4)
    world.queue(time_limits=[limit(JOB_RESOURCE)])
    [stuck] = world.run(*world.submissions(1, vcpus=8.0))
    assert (stuck.status, world.simulation.now) == (Status.RUNNABLE, 0)


def test_a_larger_environment_resolves_it(world: Any) -> None:
    environment = world.fargate(4)
    world.queue(time_limits=[limit(MAX_RESOURCE)])
    [stuck] = world.run(*world.submissions(1, vcpus=8.0), until=300)
    environment.compute["maxvCpus"] = 8
    world.simulation.update()
    assert (stuck.status, stuck.status_reason) == (Status.RUNNING, None)


def test_consumable_resources_limit_how_many_run_and_come_back(world: Any, concurrency: Any) -> None:
    world.fargate(100)
    world.consumables["license"] = Consumable(3)
    jobs = world.run(*world.submissions(9, consumables=(("license", 1),)))
    assert concurrency(jobs) == 3
    assert world.simulation.scheduler.consumed("license") == 0


def test_what_is_used_up_does_not_come_back(world: Any) -> None:
    resource = world.consumables["tokens"] = Consumable(5, replenishable=False)
    world.fargate(100)
    jobs = world.run(*world.submissions(3, consumables=(("tokens", 2),)))
    assert [job.status for job in jobs] == [Status.SUCCEEDED, Status.SUCCEEDED, Status.RUNNABLE]
    resource.total = 6
    world.simulation.update()
    assert jobs[2].status is Status.RUNNING


@pytest.mark.parametrize("replenishable", [True, False])
def test_retries_of_a_job_take_nothing_more(world: Any, replenishable: bool) -> None:
    world.fargate(100)
    world.consumables["tokens"] = Consumable(2, replenishable=replenishable)
    world.behavior = lambda job: (10.0, Ending(0 if len(job.attempts) == 3 else 1))
    [job] = world.run(*world.submissions(1, consumables=(("tokens", 2),), attempts=3))
    assert (job.status, len(job.attempts)) == (Status.SUCCEEDED, 3)
    assert world.simulation.scheduler.consumed("tokens") == (0 if replenishable else 2)


def test_a_job_that_waits_for_its_next_attempt_holds_nothing_that_the_head_of_its_queue_waits_for(world: Any) -> None:
    world.fargate(100)
    world.consumables["license"] = Consumable(1)
    world.behavior = lambda job: (10.0, Ending(0 if job.id == "job-2" or len(job.attempts) == 2 else 1))
    first, second = world.run(*world.submissions(2, consumables=(("license", 1),), attempts=2))
    assert (second.started_at, first.started_at, first.stopped_at) == (10, 20, 30)
