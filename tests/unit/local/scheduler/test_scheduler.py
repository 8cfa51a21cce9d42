"""The scheduler in virtual time: no process, no clock."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.account import Location
from constructs_lib.local.batch.definitions.submission import job_spec
from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob, Job, Status
from constructs_lib.local.scheduler.queues.stuck import REASONS
from constructs_lib.local.scheduler.scheduler import Scheduler
from constructs_lib.local.scheduler.shapes.capacity import MAX_RESOURCE

LIMIT = {"reason": MAX_RESOURCE, "state": "RUNNABLE", "action": "CANCEL", "maxTimeSeconds": 600}


class World:
    """A registry with two environments, queues over them, and a scheduler."""

    def __init__(self, max_vcpus: tuple[float, ...] = (4,), **queue: Any) -> None:
        self.registry = Registry(Location())
        for number, vcpus in enumerate(max_vcpus):
            self.registry.create_environment(
                {"computeEnvironmentName": f"ce{number}", "computeResources": {"maxvCpus": vcpus}}
            )
        self.add_queue("queue", **queue)
        self.registry.register_definition(
            {
                "jobDefinitionName": "job",
                "containerProperties": {
                    "image": "image",
                    "resourceRequirements": [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "512"}],
                },
            }
        )
        self.final: list[AnyJob] = []
        self.scheduler = Scheduler(self.registry, self.final.append)
        self.submitted = 0

    def add_queue(self, name: str, **members: Any) -> None:
        order = [{"order": n, "computeEnvironment": arn} for n, arn in enumerate(self.registry.environments)]
        self.registry.create_queue({"jobQueueName": name, "priority": 1, "computeEnvironmentOrder": order, **members})

    def submit(self, queue: str = "queue", **request: Any) -> AnyJob:
        self.submitted += 1
        spec = job_spec(self.registry, {"jobName": "name", "jobQueue": queue, "jobDefinition": "job", **request})
        return self.scheduler.submit(f"id{self.submitted}", spec, now=0)

    def job(self, **request: Any) -> Job:
        job = self.submit(**request)
        assert isinstance(job, Job)
        return job

    def array(self, size: int, **request: Any) -> ArrayJob:
        job = self.submit(arrayProperties={"size": size}, **request)
        assert isinstance(job, ArrayJob)
        return job

    def run_all(self, exit_code: Callable[[Job], int] = lambda _: 0) -> list[Job]:
        """Place, run and end jobs until nothing can be placed; the order in which they ran."""
        ran: list[Job] = []
        while placed := self.scheduler.place(0):
            for job in placed:
                self.scheduler.running(job, 0)
                self.scheduler.ended(job, Ending(exit_code(job)), 1)
            ran += placed
        return ran


def test_jobs_take_no_more_vcpus_than_the_environment_has() -> None:
    world = World(max_vcpus=(4,))
    jobs = [world.job() for _ in range(5)]
    assert world.scheduler.place(0) == jobs[:2]
    assert [job.status for job in jobs] == [Status.STARTING] * 2 + [Status.RUNNABLE] * 3


def test_a_raised_maximum_lets_waiting_jobs_run() -> None:
    world = World(max_vcpus=(4,))
    jobs = [world.job() for _ in range(10)]
    world.scheduler.place(0)
    next(iter(world.registry.environments.values())).description["computeResources"]["maxvCpus"] = 20
    assert world.scheduler.place(1) == jobs[2:]


def test_environments_are_filled_in_order() -> None:
    world = World(max_vcpus=(2, 4))
    placed = [world.job() for _ in range(3)]
    world.scheduler.place(0)
    assert [job.attempts[0].environment.rsplit("/", 1)[-1] for job in placed] == ["ce0", "ce1", "ce1"]


def test_the_queue_with_the_higher_priority_goes_first() -> None:
    world = World(max_vcpus=(2,))
    world.add_queue("urgent", priority=100)
    world.job(queue="queue")
    urgent = world.job(queue="urgent")
    assert world.scheduler.place(0) == [urgent]


def test_the_head_of_a_queue_blocks_it() -> None:
    world = World(max_vcpus=(4,))
    world.job()
    world.scheduler.place(0)
    big = world.job(containerOverrides={"resourceRequirements": [{"type": "VCPU", "value": "4"}]})
    small = world.job()
    assert world.scheduler.place(0) == []
    assert (big.status, small.status) == (Status.RUNNABLE, Status.RUNNABLE)


TOO_BIG = {"resourceRequirements": [{"type": "VCPU", "value": "64"}]}


def test_a_job_that_never_fits_is_cancelled_by_the_queues_time_limit() -> None:
    world = World(jobStateTimeLimitActions=[LIMIT])
    job = world.job(containerOverrides=TOO_BIG)
    assert world.scheduler.place(0) == []
    assert job.status is Status.FAILED
    assert MAX_RESOURCE in (job.status_reason or "")
    assert world.final == [job]


def test_without_a_time_limit_it_waits_with_the_reason() -> None:
    world = World()
    job = world.job(containerOverrides=TOO_BIG)
    world.scheduler.place(0)
    assert (job.status, job.status_reason) == (Status.RUNNABLE, REASONS[MAX_RESOURCE])
    assert world.scheduler.stuck() == [f"name: {REASONS[MAX_RESOURCE]}"]


def test_an_array_job_ends_with_its_last_child() -> None:
    world = World()
    array = world.array(3)
    assert array.status is Status.PENDING
    world.run_all()
    assert array.status is Status.SUCCEEDED
    assert world.final == [*array.children, array]


def test_an_array_job_fails_when_a_child_fails_and_the_others_still_run() -> None:
    world = World()
    array = world.array(5)
    world.run_all(lambda job: int(job.index == 1))
    assert array.status is Status.FAILED
    assert array.status_reason == "Array Child Job failed"
    assert [child.status for child in array.children].count(Status.SUCCEEDED) == 4


def test_children_are_found_by_parent_and_index() -> None:
    world = World()
    array = world.array(2)
    assert world.scheduler.find(f"{array.id}:1") is array.children[1]
    assert world.scheduler.find(f"{array.id}:2") is None
    assert world.scheduler.find(f"{array.id}:01") is None
    assert world.scheduler.find("nobody") is None


RETRY = {"attempts": 3}


def test_a_failed_attempt_is_followed_by_another() -> None:
    world = World()
    job = world.job(retryStrategy=RETRY)
    codes = iter([1, 1, 0])
    world.run_all(lambda _: next(codes))
    assert job.status is Status.SUCCEEDED
    assert [attempt.exit_code for attempt in job.attempts] == [1, 1, 0]


def test_attempts_are_limited() -> None:
    world = World()
    job = world.job(retryStrategy=RETRY)
    world.run_all(lambda _: 1)
    assert (job.status, len(job.attempts)) == (Status.FAILED, 3)


@pytest.mark.parametrize(("exit_code", "attempts"), [(1, 1), (75, 3)])
def test_the_first_matching_condition_decides(exit_code: int, attempts: int) -> None:
    conditions = [{"action": "RETRY", "onExitCode": "75"}, {"action": "EXIT", "onExitCode": "*"}]
    world = World()
    job = world.job(retryStrategy={**RETRY, "evaluateOnExit": conditions})
    world.run_all(lambda _: exit_code)
    assert len(job.attempts) == attempts


def test_a_job_that_could_not_start_has_a_reason_and_no_exit_code() -> None:
    world = World()
    job = world.job()
    world.scheduler.place(0)
    world.scheduler.ended(job, Ending(None, "CannotPullContainerError: not found"), 1)
    assert job.status is Status.FAILED
    assert job.attempts[0].reason == "CannotPullContainerError: not found"


def test_an_attempt_over_its_timeout_is_stopped_and_not_retried() -> None:
    world = World()
    job = world.job(retryStrategy=RETRY, timeout={"attemptDurationSeconds": 60})
    world.scheduler.place(0)
    world.scheduler.running(job, 10)
    assert world.scheduler.next_deadline() == 70
    assert world.scheduler.expire(69) == []
    assert world.scheduler.expire(70) == [job]
    world.scheduler.ended(job, Ending(143), 71)
    assert (job.status, job.status_reason) == (Status.FAILED, "Job attempt duration exceeded timeout")
    assert len(job.attempts) == 1


def test_the_timeout_of_an_attempt_that_has_ended_stops_nothing() -> None:
    world = World()
    job = world.job(retryStrategy=RETRY, timeout={"attemptDurationSeconds": 60})
    world.scheduler.place(0)
    world.scheduler.running(job, 0)
    world.scheduler.ended(job, Ending(1), 59)
    world.scheduler.place(59)
    world.scheduler.running(job, 59)
    assert world.scheduler.expire(60) == []
    assert world.scheduler.expire(119) == [job]


def test_terminate_fails_waiting_children_and_returns_placed_ones() -> None:
    world = World(max_vcpus=(4,))
    array = world.array(5)
    placed = world.scheduler.place(0)
    assert world.scheduler.terminate(array, "enough", 1) == placed
    for job in placed:
        world.scheduler.ended(job, Ending(143), 2)
    assert array.status is Status.FAILED
    assert {child.status_reason for child in array.children} == {"enough"}
    assert world.scheduler.place(3) == []


def test_cancel_leaves_what_already_started() -> None:
    world = World(max_vcpus=(4,))
    array = world.array(5)
    placed = world.scheduler.place(0)
    world.scheduler.cancel(array, "not needed", 1)
    for job in placed:
        world.scheduler.ended(job, Ending(0), 2)
    assert [child.status for child in array.children] == [Status.SUCCEEDED] * 2 + [Status.FAILED] * 3


@pytest.mark.parametrize("size", [None, 3])
def test_a_job_that_has_ended_is_not_ended_again(size: int | None) -> None:
    world = World()
    job = world.array(size) if size else world.job()
    world.run_all()
    before = job.status_reason
    assert world.scheduler.terminate(job, "late", 9) == []
    world.scheduler.cancel(job, "late", 9)
    assert (job.status, job.status_reason) == (Status.SUCCEEDED, before)
    assert (job.terminated, job.cancelled) == (False, False)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"arrayProperties": {"size": 1}}, "between 2 and 10000"),
        ({"arrayProperties": {"size": 10_001}}, "between 2 and 10000"),
        ({"jobName": "with space"}, "Job name should match valid pattern"),
        ({"jobQueue": "nowhere"}, "does not exist"),
        ({"jobDefinition": "job:7"}, "does not exist"),
        (
            {"containerOverrides": {"environment": [{"name": "AWS_BATCH_X", "value": ""}]}},
            "cannot start with AWS_BATCH",
        ),
    ],
)
def test_calls_that_aws_refuses_are_refused(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(BatchError, match=message) as caught:
        World().submit(**request_)
    assert caught.value.code == "ClientException"


def test_overrides_parameters_and_definition_are_merged() -> None:
    world = World()
    world.registry.register_definition(
        {
            "jobDefinitionName": "job",
            "parameters": {"a": "1", "b": "2"},
            "containerProperties": {
                "image": "image",
                "command": ["run", "Ref::a", "--b=Ref::b"],
                "environment": [{"name": "X", "value": "old"}, {"name": "Y", "value": "y"}],
                "vcpus": 1,
                "memory": 256,
            },
        }
    )
    spec = world.job(parameters={"b": "3"}, containerOverrides={"environment": [{"name": "X", "value": "new"}]}).spec
    assert spec.definition.revision == 2
    assert spec.container["command"] == ["run", "1", "--b=3"]
    assert spec.container["environment"] == [{"name": "X", "value": "new"}, {"name": "Y", "value": "y"}]
    assert spec.vcpus == 1


@given(
    sizes=st.lists(st.integers(2, 20), max_size=5),
    capacity=st.integers(2, 9),
    codes=st.lists(st.integers(0, 1), min_size=1),
    attempts=st.integers(1, 3),
)
def test_every_child_ends_once_and_all_vcpus_come_back(
    sizes: list[int], capacity: int, codes: list[int], attempts: int
) -> None:
    world = World(max_vcpus=(capacity,))
    arrays = [world.array(size, retryStrategy={"attempts": attempts}) for size in sizes]
    world.run_all(lambda job: codes[(job.index or 0) % len(codes)])
    children = [child for array in arrays for child in array.children]
    assert sorted(map(id, world.final)) == sorted(map(id, [*children, *arrays]))
    assert all(len(child.attempts) <= attempts for child in children)
    assert all(world.scheduler.used(arn) == 0 for arn in world.registry.environments)
