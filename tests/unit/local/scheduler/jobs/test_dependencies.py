"""Jobs that wait for jobs: whole ones, the child before, the child of the same index; and what a failure does."""

from typing import Any

import pytest

from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.dependencies import FAILED
from constructs_lib.local.scheduler.jobs.job import ArrayJob, Dependency, Status

FAIL = (10.0, Ending(1))


def after(*ids: str, kind: Any = None) -> dict[str, Any]:
    return {"depends_on": tuple(Dependency(job_id, kind) for job_id in ids)}


def times(job: ArrayJob) -> list[tuple[float | None, float | None]]:
    return [(child.started_at, child.stopped_at) for child in job.children]


def test_a_job_starts_when_all_that_it_waits_for_have_succeeded(world: Any) -> None:
    world.fargate(100)
    world.behavior = lambda job: (5.0 if job.id == "job-1" else 20.0, Ending(0))
    first, second = world.submissions(2)
    jobs = world.run(first, second, *world.submissions(1, **after("job-1", "job-2")))
    assert jobs[2].started_at == 20


def test_it_is_pending_until_then(world: Any) -> None:
    world.fargate(100)
    jobs = world.run(*world.submissions(1), *world.submissions(1, **after("job-1")), until=5)
    assert [job.status for job in jobs] == [Status.RUNNING, Status.PENDING]


def test_a_failed_dependency_fails_all_that_follow(world: Any) -> None:
    world.fargate(100)
    world.behavior = lambda job: FAIL if job.id == "job-1" else (10.0, Ending(0))
    chain = [*world.submissions(1), *world.submissions(1, **after("job-1")), *world.submissions(1, **after("job-2"))]
    jobs = world.run(*chain)
    assert [(job.status, job.status_reason) for job in jobs[1:]] == [(Status.FAILED, FAILED)] * 2
    assert [len(job.attempts) for job in jobs] == [1, 0, 0]


def test_a_dependency_that_has_ended_already(world: Any) -> None:
    world.fargate(100)
    world.behavior = lambda job: FAIL if job.id == "job-2" else (10.0, Ending(0))
    world.run(*world.submissions(2))
    late = [*world.submissions(1, at=50, **after("job-1")), *world.submissions(1, at=50, **after("job-2"))]
    jobs = world.run(*late)
    assert [job.status for job in jobs[2:]] == [Status.SUCCEEDED, Status.FAILED]


def test_sequential_children_run_one_after_the_other(world: Any) -> None:
    world.fargate(100)
    [array] = world.run(*world.submissions(1, size=4, depends_on=(Dependency(None, "SEQUENTIAL"),)))
    assert times(array) == [(0, 10), (10, 20), (20, 30), (30, 40)]


def test_a_failed_child_ends_a_sequence_of_any_length(world: Any) -> None:
    world.fargate(100)
    world.behavior = lambda job: FAIL if job.index == 1 else (10.0, Ending(0))
    [array] = world.run(*world.submissions(1, size=5_000, depends_on=(Dependency(None, "SEQUENTIAL"),)))
    assert array.counts == {**array.counts, Status.SUCCEEDED: 1, Status.FAILED: 4_999}
    assert array.status is Status.FAILED


def test_children_of_the_same_index_follow_each_other(world: Any) -> None:
    world.fargate(3)
    world.behavior = lambda job: (10.0 * (job.index + 1), Ending(0))
    first, second = world.run(
        *world.submissions(1, size=3), *world.submissions(1, size=3, **after("job-1", kind="N_TO_N"))
    )
    assert times(first) == [(0, 10), (0, 20), (0, 30)]
    assert times(second) == [(10, 20), (20, 40), (30, 60)]


def test_only_the_child_of_a_failed_child_fails(world: Any) -> None:
    world.fargate(3)
    world.behavior = lambda job: FAIL if job.parent.id == "job-1" and job.index == 1 else (10.0, Ending(0))
    _, second = world.run(*world.submissions(1, size=3), *world.submissions(1, size=3, **after("job-1", kind="N_TO_N")))
    assert [child.status for child in second.children] == [Status.SUCCEEDED, Status.FAILED, Status.SUCCEEDED]


def test_a_whole_array_is_waited_for(world: Any) -> None:
    world.fargate(1)
    jobs = world.run(*world.submissions(1, size=3), *world.submissions(1, **after("job-1")))
    assert jobs[1].started_at == 30


def test_a_job_that_waits_is_terminated_at_once(world: Any) -> None:
    world.fargate(100)
    _, waiting = world.run(*world.submissions(1), *world.submissions(1, **after("job-1")), until=5)
    world.simulation.stop(waiting, "not needed")
    assert (waiting.status, waiting.status_reason, waiting.attempts) == (Status.FAILED, "not needed", [])


@pytest.mark.parametrize("exit_code", [0, 1])
def test_a_job_that_waits_is_cancelled_when_its_dependencies_have_ended(world: Any, exit_code: int) -> None:
    """https://docs.aws.amazon.com/batch/latest/APIReference/API_CancelJob.html"""
    world.fargate(100)
    world.behavior = lambda _: (10.0, Ending(exit_code))
    _, waiting = world.run(*world.submissions(1), *world.submissions(1, **after("job-1")), until=5)
    world.simulation.scheduler.cancel(waiting, "not needed", 5)
    assert (waiting.status, waiting.cancelled) == (Status.PENDING, True)
    world.run()
    assert (waiting.status, waiting.status_reason, waiting.attempts) == (Status.FAILED, "not needed", [])


def test_a_cancelled_sequence_ends_with_the_child_that_runs(world: Any) -> None:
    world.fargate(100)
    [array] = world.run(*world.submissions(1, size=50, depends_on=(Dependency(None, "SEQUENTIAL"),)), until=15)
    world.simulation.scheduler.cancel(array, "not needed", 15)
    world.run()
    assert times(array)[:2] == [(0, 10), (10, 20)]
    assert {child.status_reason for child in array.children[2:]} == {"not needed"}
    assert (array.status, array.stopped_at) == (Status.FAILED, 20)
