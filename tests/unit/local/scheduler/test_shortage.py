"""The published experiment: a shortage of vCPUs in an EC2 environment, and its end when the maximum is raised."""

from collections.abc import Callable
from typing import Any

from constructs_lib.local.scheduler.jobs.job import Job, Status


def test_two_of_ten_jobs_run_at_a_time_and_ten_at_once_when_the_maximum_is_raised(
    world: Any, concurrency: Callable[[Any], int]
) -> None:
    environment = world.ec2(4, "optimal")
    environment.compute["desiredvCpus"] = 2
    ten = list(world.submissions(10, vcpus=2.0, memory=512.0))
    jobs = world.run(*ten, until=5)
    assert [job.status for job in jobs] == [Status.RUNNING] * 2 + [Status.RUNNABLE] * 8
    first = world.run()
    assert concurrency(first) == 2
    assert world.simulation.now == 50, "five pairs, ten seconds each"

    environment.compute["maxvCpus"] = 20
    more = world.run(*world.submissions(10, at=100.0, vcpus=2.0, memory=512.0))
    second = [job for job in more if isinstance(job, Job) and job.created_at >= 100]
    assert concurrency(second) == 10
    assert world.simulation.now == 110


def test_raising_the_maximum_frees_the_jobs_that_wait(world: Any) -> None:
    environment = world.ec2(4, "optimal")
    jobs = world.run(*world.submissions(10, vcpus=2.0, memory=512.0), until=5)
    environment.compute["maxvCpus"] = 20
    world.simulation.update()
    assert [job.status for job in jobs] == [Status.RUNNING] * 10
