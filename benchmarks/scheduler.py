"""The scheduler in virtual time, against SimPy with the same jobs over a resource of as many places."""

import time
from dataclasses import dataclass, field
from typing import Any

import simpy

from benchmarks.measure import Row, paired
from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import JobSpec, Status
from constructs_lib.local.scheduler.simulation import Simulation, Submission

JOBS, ARRAY = 100_000, 10_000
VCPUS = 4_096
SECONDS = 60.0
EVENTS_PER_JOB = 5  # SUBMITTED, RUNNABLE, STARTING, RUNNING, SUCCEEDED


@dataclass
class _Environment:
    enabled: bool = True
    fargate: bool = False
    compute: dict[str, Any] = field(
        default_factory=lambda: {"minvCpus": 0, "maxvCpus": VCPUS, "instanceTypes": ["optimal"]}
    )


@dataclass
class _Queue:
    arn: str = "queue"
    name: str = "queue"
    priority: int = 1
    environment_arns: list[str] = field(default_factory=lambda: ["environment"])
    policy_arn: str | None = None
    time_limits: list[dict[str, Any]] = field(default_factory=list)


class _Resources:
    def __init__(self) -> None:
        self.queue = _Queue()
        self.environments = {"environment": _Environment()}
        self.queues = {"queue": self.queue}
        self.policies: dict[str, Any] = {}
        self.consumables: dict[str, Any] = {}


def rows(runs: int = 3) -> list[Row]:
    """The same jobs of a minute each; SimPy knows places, ours instances, queues, attempts and states."""
    ours, baseline = paired(_ours, _simpy, runs)
    name = f"{JOBS:,} jobs in virtual time ({JOBS * EVENTS_PER_JOB / ours:,.0f} events a second)"
    return [Row(name, ours, "SimPy, the same jobs", baseline, goal=1.0)]


def _ours() -> float:
    resources = _Resources()
    definition: Any = resources.queue  # all that the scheduler reads of a definition is its name
    queue: Any = resources.queue
    spec = JobSpec("job", queue, definition, {}, 1.0, 1, (), None, ARRAY, {}, memory=2048.0)
    started = time.perf_counter()
    simulation = Simulation(resources, lambda _: (SECONDS, Ending(0)))
    arrays = simulation.run(Submission(0.0, f"job-{number}", spec) for number in range(JOBS // ARRAY))
    seconds = time.perf_counter() - started
    assert all(array.status is Status.SUCCEEDED for array in arrays)
    assert simulation.now == _makespan()
    return seconds


def _simpy() -> float:
    started = time.perf_counter()
    environment = simpy.Environment()
    places = simpy.Resource(environment, VCPUS)
    for _ in range(JOBS):
        environment.process(_job(environment, places))
    environment.run()
    seconds = time.perf_counter() - started
    assert environment.now == _makespan()
    return seconds


def _job(environment: simpy.Environment, places: simpy.Resource) -> Any:
    with places.request() as place:
        yield place
        yield environment.timeout(SECONDS)


def _makespan() -> float:
    return -(-JOBS // VCPUS) * SECONDS
