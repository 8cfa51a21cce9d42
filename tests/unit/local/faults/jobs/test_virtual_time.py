"""Faults without waiting for them: under the engine by a clock that is set, and in simulations."""

import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from constructs_lib.local.account import Location
from constructs_lib.local.batch.definitions.submission import job_spec
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.faults import ExitCode, FaultPlan, Hang, LoseResult, PullFailure, Reclaim
from constructs_lib.local.faults.injector import Injector
from constructs_lib.local.faults.jobs.runs import IdleRun
from constructs_lib.local.faults.jobs.simulated import with_faults
from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.runners import OnEnd, OnStart, Run, Runner
from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import ArrayJob, Job
from constructs_lib.local.scheduler.simulation import Simulation, Submission

AGAIN_AFTER_RECLAIM = {
    "attempts": 3,
    "evaluateOnExit": [{"onStatusReason": "Host EC2*", "action": "RETRY"}, {"onReason": "*", "action": "EXIT"}],
}


class SetClock(RealClock):
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self._time = 0.0
        self._changed = threading.Condition()

    def now(self) -> float:
        return self._time

    def set(self, time: float) -> None:
        with self._changed:
            self._time = time

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        until = float("inf") if seconds is None else self._time + seconds
        while not event.wait(0.002) and self._time < until:
            pass
        return event.is_set()


def registry(kind: str = "SPOT", instance_type: str = "m5.large", max_vcpus: int = 2) -> Registry:
    made = Registry(Location())
    resources = {"type": kind, "maxvCpus": max_vcpus, "instanceTypes": [instance_type]}
    made.create_environment({"computeEnvironmentName": "ce", "computeResources": resources})
    order = [{"order": 1, "computeEnvironment": "ce"}]
    made.create_queue({"jobQueueName": "queue", "priority": 1, "computeEnvironmentOrder": order})
    needs = [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "512"}]
    container = {"image": "image", "resourceRequirements": needs}
    made.register_definition({"jobDefinitionName": "job", "type": "container", "containerProperties": container})
    return made


def request(name: str, **more: Any) -> dict[str, Any]:
    return {"jobName": name, "jobQueue": "queue", "jobDefinition": "job", **more}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def engine(clock: SetClock) -> Iterator[Engine]:
    """An engine whose every job hangs, or has a result that is lost."""
    resources = registry()
    plan = FaultPlan([Hang(job="hangs"), LoseResult()])
    runner = Injector(plan, resources.environments.get, clock).runner(cast("Runner", NoRunner()))
    made = Engine(resources, runner, clock)
    yield made
    made.close(0)


class NoRunner:
    """Nothing is run."""

    def close(self, grace: float) -> None:
        """There is nothing to close."""


def test_a_job_that_hangs_holds_its_vcpus_until_its_timeout(engine: Engine, clock: SetClock) -> None:
    hangs = engine.submit_job(request("hangs", timeout={"attemptDurationSeconds": 3600}))["jobId"]
    waits = engine.submit_job(request("waits"))["jobId"]
    while engine.counts().get("RUNNING") != 1:
        pass
    assert (engine.describe_job(waits) or {})["status"] == "RUNNABLE"
    clock.set(3601.0)
    ended = engine.wait_for_job(hangs, 10)
    assert ended
    assert (ended["status"], ended["statusReason"]) == ("FAILED", "Job attempt duration exceeded timeout")
    assert (ended["attempts"][0]["container"]["exitCode"], ended["stoppedAt"]) == (143, 3_601_000)
    assert (engine.wait_for_job(waits, 10) or {})["status"] == "SUCCEEDED"


class Sleeper:
    """Runs programs that sleep until they are stopped, or at once succeed at the second attempt."""

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Run:
        code = 0 if len(job.attempts) > 1 else None
        run = IdleRun(None if code is None else Ending(code), RealClock(), on_start, on_end)
        run.begin()
        return run

    def close(self, grace: float) -> None:
        """They are daemons."""


def test_an_instance_is_taken_from_under_all_its_jobs_by_the_engine(clock: SetClock) -> None:
    resources, plan = registry(instance_type="m5.xlarge", max_vcpus=8), FaultPlan([Reclaim(index=1, after=60)])
    engine = Engine(resources, Injector(plan, resources.environments.get, clock).runner(Sleeper()), clock)
    array = request("work", arrayProperties={"size": 4}, retryStrategy=AGAIN_AFTER_RECLAIM)
    job_id = engine.submit_job(array)["jobId"]
    while engine.counts().get("RUNNING") != 4:
        pass
    clock.set(61.0)
    while engine.counts().get("SUCCEEDED") != 2:
        pass
    attempts = [len((engine.describe_job(f"{job_id}:{index}") or {})["attempts"]) for index in range(4)]
    assert attempts == [2, 2, 1, 1], "two jobs fit on an instance"
    assert sorted(str(item) for item in plan.injected) == [
        "reclaim: work item 0, attempt 1",
        "reclaim: work item 1, attempt 1",
    ]
    engine.close(0)


def simulated(*faults: Fault, kind: str = "SPOT", **more: Any) -> tuple[ArrayJob, FaultPlan, Simulation]:
    resources, plan = registry(kind), FaultPlan(faults)
    simulation: Simulation = Simulation(
        resources, with_faults(plan, lambda _: (100.0, Ending(0)), lambda _: kind, lambda: simulation.now)
    )
    spec = job_spec(resources, request("work", arrayProperties={"size": 3}, **more))
    [job] = simulation.run([Submission(0, "id", spec)])
    assert isinstance(job, ArrayJob)
    return job, plan, simulation


def test_a_reclaim_in_a_simulation() -> None:
    job, plan, simulation = simulated(Reclaim(index=1, after=40), retryStrategy=AGAIN_AFTER_RECLAIM)
    assert [len(child.attempts) for child in job.children] == [1, 2, 1]
    assert str(job.children[1].attempts[0].status_reason).startswith("Host EC2 (instance i-")
    assert (job.status, simulation.now) == ("SUCCEEDED", 340)
    assert [(item.at, str(item)) for item in plan.injected] == [(140, "reclaim: work item 1, attempt 1")]


def test_a_hang_in_a_simulation_ends_by_its_timeout() -> None:
    job, plan, _ = simulated(Hang(index=0), timeout={"attemptDurationSeconds": 3600})
    assert job.children[0].status_reason == "Job attempt duration exceeded timeout"
    assert (job.status, job.stopped_at, plan.unmet()) == ("FAILED", 3800, [])


def test_an_image_that_cannot_be_pulled_in_a_simulation() -> None:
    job, _, _ = simulated(PullFailure(index=0), retryStrategy={"attempts": 2})
    attempts = job.children[0].attempts
    assert (len(attempts), attempts[0].exit_code, attempts[0].status_reason) == (2, None, "Task failed to start")


@pytest.mark.parametrize(("after", "code"), [(99, 7), (100, 0)])
def test_a_simulated_program_that_ends_before_is_spared(after: float, code: int) -> None:
    job, plan, _ = simulated(ExitCode(7, index=0, after=after))
    assert job.children[0].attempts[0].exit_code == code
    assert bool(plan.unmet()) is (code == 0)


def test_the_same_seed_fails_the_same_children_in_every_simulation() -> None:
    fault = ExitCode(1, probability=0.5, attempt=None)
    first, second = (simulated(fault, kind=kind)[0] for kind in ("SPOT", "EC2"))
    codes = [[child.attempts[0].exit_code for child in job.children] for job in (first, second)]
    assert codes[0] == codes[1]


def test_a_simulation_ends_although_an_attempt_hangs_forever() -> None:
    job, _, _ = simulated(Hang(index=2))
    assert [child.status for child in job.children] == ["SUCCEEDED", "SUCCEEDED", "RUNNING"]
