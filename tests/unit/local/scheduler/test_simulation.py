"""Virtual time: retries, timeouts, starts that take time, and very many jobs."""

from typing import Any

from constructs_lib.local.scheduler.jobs.attempt import Attempt, Ending
from constructs_lib.local.scheduler.jobs.job import Job, Status


def spans(job: Job) -> list[tuple[float | None, float | None, int | None]]:
    def span(attempt: Attempt) -> tuple[float | None, float | None, int | None]:
        return attempt.started_at, attempt.stopped_at, attempt.exit_code

    return [span(attempt) for attempt in job.attempts]


def test_an_attempt_is_retried_until_it_succeeds(world: Any) -> None:
    world.fargate(1)
    world.behavior = lambda job: (10.0, Ending(0 if len(job.attempts) == 3 else 1))
    [job] = world.run(*world.submissions(1, attempts=5))
    assert spans(job) == [(0, 10, 1), (10, 20, 1), (20, 30, 0)]


def test_a_timeout_ends_an_attempt_in_its_time(world: Any) -> None:
    world.fargate(1)
    world.behavior = lambda _: (1000.0, Ending(0))
    [job] = world.run(*world.submissions(1, attempts=2, timeout_seconds=60.0))
    assert spans(job) == [(0, 60, 137)]
    assert (job.status, job.status_reason) == (Status.FAILED, "Job attempt duration exceeded timeout")


def test_timeouts_that_are_not_needed_do_not_prolong_a_run(world: Any) -> None:
    world.fargate(1)
    world.run(*world.submissions(3, timeout_seconds=3600.0))
    assert world.simulation.now == 30


def test_starting_takes_time_during_which_vcpus_are_held(world: Any) -> None:
    world.fargate(1)
    world.simulation.start_seconds = 30
    first, second = world.run(*world.submissions(2))
    assert (first.started_at, second.started_at) == (30, 70)


def test_a_stopped_job_ends_at_once_and_makes_room(world: Any) -> None:
    world.fargate(1)
    first, second = world.run(*world.submissions(2), until=5)
    world.simulation.stop(first, "not needed")
    world.run()
    assert spans(first) == [(0, 5, 137)]
    assert spans(second) == [(5, 15, 0)]


def test_twenty_thousand_jobs_use_all_the_vcpus_all_the_time(world: Any) -> None:
    world.ec2(1000, "optimal")
    arrays = world.run(*world.submissions(2, size=10_000, memory=1024.0))
    assert world.simulation.now == 20_000 / 1000 * 10
    assert [array.counts[Status.SUCCEEDED] for array in arrays] == [10_000, 10_000]
    assert world.simulation.events == 20_000 * 5
