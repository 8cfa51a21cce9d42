"""The engine by a clock that is moved by hand, over a runner that does nothing by itself."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from constructs_lib.local.account import Location
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.batch.operations.listing import snapshot
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.batch.rules.throttling import SubmitRate
from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.runners import Ending, OnEnd, OnStart
from constructs_lib.local.scheduler.jobs.job import AnyJob, Job
from tests.waiting import until

MAX_RESOURCE = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"


class Hands(RealClock):
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.time = 1_000.0
        self.waiting: set[threading.Thread] = set()
        self._moved = threading.Condition()

    def now(self) -> float:
        return self.time

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        end = float("inf") if seconds is None else self.time + seconds
        with self._moved:
            self.waiting.add(threading.current_thread())
            while not event.is_set() and self.time < end:
                self._moved.wait(0.01)
            self.waiting.remove(threading.current_thread())
        return event.is_set()

    def move(self, seconds: float) -> None:
        with self._moved:
            self.time += seconds
            self._moved.notify_all()


@dataclass
class Held:
    """An attempt that a test starts and ends."""

    job: Job
    start: OnStart
    end: OnEnd
    stopped: bool = False

    def stop(self, grace: float) -> None:
        assert grace == 30
        self.stopped = True


class Holder:
    """A runner that keeps what it is given."""

    def __init__(self) -> None:
        self.runs: list[Held] = []

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Held:
        self.runs.append(Held(job, on_start, on_end))
        return self.runs[-1]

    def close(self, grace: float) -> None:
        for run in self.runs:
            run.stop(grace)


class World:
    """An engine, its clock and its runner, with a queue over two vCPUs and a job of one."""

    def __init__(self) -> None:
        self.registry = Registry(Location())
        compute = {"type": "FARGATE", "maxvCpus": 2}
        self.registry.create_environment({"computeEnvironmentName": "place", "computeResources": compute})
        order = [{"order": 1, "computeEnvironment": "place"}]
        self.registry.create_queue({"jobQueueName": "queue", "priority": 1, "computeEnvironmentOrder": order})
        needs = [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}]
        self.registry.register_definition(
            {
                "jobDefinitionName": "job",
                "platformCapabilities": ["FARGATE"],
                "containerProperties": {"image": "image", "resourceRequirements": needs},
            }
        )
        self.clock = Hands()
        self.runner = Holder()
        self.told: list[tuple[str, str]] = []
        """What the engine told of: a job's name, with the index of a child, and the state that it had then."""
        self.engine = Engine(self.registry, self.runner, self.clock, on_change=self._hear)

    def _hear(self, job: AnyJob) -> None:
        index = job.id.partition(":")[2]
        self.told.append((f"{job.spec.name}:{index}" if index else job.spec.name, str(job.status)))

    def submit(self, **request: Any) -> str:
        made = self.engine.submit_job({"jobName": "name", "jobQueue": "queue", "jobDefinition": "job", **request})
        return str(made["jobId"])

    def status(self, job_id: str) -> tuple[str, str | None]:
        job = self.engine.describe_job(job_id)
        assert job is not None
        return job["status"], job.get("statusReason")


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.engine.close()


def test_times_are_those_of_the_clock(world: World) -> None:
    job_id = world.submit()
    [run] = world.runner.runs
    world.clock.move(5)
    run.start()
    world.clock.move(7)
    run.end(Ending(0))
    job = world.engine.describe_job(job_id)
    assert job is not None
    assert (job["createdAt"], job["startedAt"], job["stoppedAt"]) == (1_000_000, 1_005_000, 1_012_000)
    assert run.job.runnable_at == 1_000


def test_only_so_many_run_as_there_is_room_for(world: World) -> None:
    jobs = [world.submit() for _ in range(3)]
    assert [world.status(job_id)[0] for job_id in jobs] == ["STARTING", "STARTING", "RUNNABLE"]
    assert world.engine.counts() == {"STARTING": 2, "RUNNABLE": 1}
    world.runner.runs[0].start()
    world.runner.runs[0].end(Ending(0))
    assert [world.status(job_id)[0] for job_id in jobs] == ["SUCCEEDED", "STARTING", "STARTING"]


def test_each_state_of_a_job_is_told_of_once(world: World) -> None:
    """https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html."""
    world.submit(jobName="one", retryStrategy={"attempts": 2})
    for _ in range(2):
        world.runner.runs[-1].start()
        world.runner.runs[-1].end(Ending(1))
    attempt = ["RUNNABLE", "STARTING", "RUNNING"]
    assert world.told == [("one", status) for status in (*attempt, *attempt, "FAILED")]


def test_children_of_an_array_are_told_of_when_they_wait_and_the_array_is_pending(world: World) -> None:
    """https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html."""
    world.submit(jobName="many", arrayProperties={"size": 3})
    assert [each for each in world.told if each[1] == "RUNNABLE"] == [
        (f"many:{index}", "RUNNABLE") for index in range(3)
    ]
    assert [each for each in world.told if each[0] == "many"] == [("many", "PENDING")]


def test_a_job_that_waited_for_another_is_told_of_when_it_waits_for_capacity(world: World) -> None:
    first = world.submit(jobName="first")
    world.submit(jobName="second", dependsOn=[{"jobId": first}])
    assert [status for name, status in world.told if name == "second"] == ["PENDING"]
    world.runner.runs[0].start()
    world.runner.runs[0].end(Ending(0))
    assert [status for name, status in world.told if name == "second"] == ["PENDING", "RUNNABLE", "STARTING"]


def test_a_job_is_at_its_place_in_the_queue_since_the_one_before_it_left(world: World) -> None:
    """https://docs.aws.amazon.com/batch/latest/APIReference/API_FrontOfQueueJobSummary.html."""
    queue = world.registry.queue("queue")
    jobs = [world.submit() for _ in range(5)]
    assert world.engine.moved_at(queue) == 1_000
    world.clock.move(60)
    world.runner.runs[0].start()
    world.runner.runs[0].end(Ending(0))
    assert world.engine.moved_at(queue) == 1_060
    world.clock.move(60)
    world.engine.terminate_job(jobs[3], "enough")
    assert world.engine.moved_at(queue) == 1_120
    world.clock.move(60)
    [last] = snapshot(world.engine, {"jobQueue": "queue"})["frontOfQueue"]["jobs"]
    assert (last["jobArn"].rpartition("/")[2], last["earliestTimeAtPosition"]) == (jobs[4], 1_120_000)


def test_an_update_places_what_waits(world: World) -> None:
    jobs = [world.submit() for _ in range(3)]
    world.registry.environment("place").compute["maxvCpus"] = 3
    world.engine.resources_changed()
    assert world.status(jobs[2])[0] == "STARTING"


def test_an_attempt_is_stopped_when_its_time_is_over(world: World) -> None:
    job_id = world.submit(timeout={"attemptDurationSeconds": 60})
    [run] = world.runner.runs
    world.clock.move(100)  # before it has started
    run.start()
    world.clock.move(59)
    assert not run.stopped
    world.clock.move(1)
    until(lambda: run.stopped)
    run.end(Ending(143))
    assert world.status(job_id) == ("FAILED", "Job attempt duration exceeded timeout")


def test_a_wait_ends_with_the_job_or_with_its_time(world: World) -> None:
    job_id = world.submit()
    seen: list[dict[str, Any] | None] = []
    for pause in (10, 1_000):
        waiter = threading.Thread(target=lambda pause=pause: seen.append(world.engine.wait_for_job(job_id, pause)))
        waiter.start()
        if pause == 10:
            until(lambda waiter=waiter: waiter in world.clock.waiting)
            world.clock.move(10)
        else:
            world.runner.runs[0].start()
            world.runner.runs[0].end(Ending(0))
        waiter.join(5)
    early, late = seen
    assert early is None
    assert late is not None
    assert late["status"] == "SUCCEEDED"
    assert world.engine.wait_for_job(job_id, 0) is not None


def test_overrides_that_are_too_long_never_reach_the_runner(world: World) -> None:
    job_id = world.submit(containerOverrides={"environment": [{"name": "LONG", "value": "x" * 8192}]})
    assert world.status(job_id) == ("FAILED", "Container Overrides length must be at most 8192")
    assert world.runner.runs == []


def test_an_array_whose_overrides_are_too_long_fails_as_a_whole(world: World) -> None:
    overrides = {"environment": [{"name": "LONG", "value": "x" * 8192}]}
    job_id = world.submit(containerOverrides=overrides, arrayProperties={"size": 5})
    assert world.status(job_id)[0] == "FAILED"
    assert world.engine.counts() == {"FAILED": 5}


def test_too_many_propagated_tags_fail_the_job(world: World) -> None:
    world.registry.definition("job").description["tags"] = {f"definition-{n}": "" for n in range(30)}
    job_id = world.submit(tags={f"job-{n}": "" for n in range(30)}, propagateTags=True)
    assert world.status(job_id) == ("FAILED", "The tags of the job and its job definition are more than 50")


def test_a_job_that_can_never_run_is_cancelled_when_its_queue_says_so(world: World) -> None:
    action = {"reason": MAX_RESOURCE, "state": "RUNNABLE", "maxTimeSeconds": 600, "action": "CANCEL"}
    world.registry.queue("queue").description["jobStateTimeLimitActions"] = [action]
    large = [{"type": "VCPU", "value": "4"}, {"type": "MEMORY", "value": "8192"}]
    job_id = world.submit(containerOverrides={"resourceRequirements": large})
    status, reason = world.status(job_id)
    assert status == "FAILED"
    assert MAX_RESOURCE in str(reason)


def test_a_rate_holds_for_every_door(world: World) -> None:
    world.engine.submit_rate = SubmitRate(world.clock, per_second=1)
    world.submit()
    with pytest.raises(BatchError, match="Too Many Requests"):
        world.submit()
    world.clock.move(1)
    world.submit()


def test_closing_stops_what_runs_and_the_watch(world: World) -> None:
    before = {thread for thread in threading.enumerate() if thread.name == "batch-deadlines"}
    world.submit()
    world.engine.close()
    assert world.runner.runs[0].stopped
    until(lambda: not all(thread.is_alive() for thread in before))
    world.submit()
    assert len(world.runner.runs) == 1
