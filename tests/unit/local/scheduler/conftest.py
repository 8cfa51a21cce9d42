"""An account's resources in virtual time, without the Batch API."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob, Job, JobSpec
from constructs_lib.local.scheduler.simulation import Behavior, Simulation, Submission

SUCCESS = Ending(0)


@dataclass
class Environment:
    compute: dict[str, Any]
    enabled: bool = True
    fargate: bool = True


@dataclass
class Queue:
    arn: str
    environment_arns: list[str]
    priority: int = 1
    policy_arn: str | None = None
    time_limits: list[dict[str, Any]] = field(default_factory=list)
    name: str = "queue"


@dataclass
class Policy:
    fair_share: dict[str, Any]


@dataclass
class Consumable:
    total: int
    replenishable: bool = True


@dataclass
class Definition:
    name: str = "definition"


@dataclass
class World:
    """Resources, and a simulation over them; every attempt takes ten seconds and succeeds unless told otherwise."""

    behavior: Behavior = lambda _: (10.0, SUCCESS)
    environments: dict[str, Environment] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    consumables: dict[str, Consumable] = field(default_factory=dict)
    submitted: int = 0

    def __post_init__(self) -> None:
        self.simulation = Simulation(self, self._behave)

    def _behave(self, job: Job) -> tuple[float, Ending]:
        return self.behavior(job)  # which a test may replace at any time

    def fargate(self, vcpus: float, name: str = "fargate") -> Environment:
        return self.environments.setdefault(name, Environment({"maxvCpus": vcpus}))

    def ec2(self, most: float, *types: str, least: float = 0, name: str = "ec2") -> Environment:
        compute = {"minvCpus": least, "maxvCpus": most, "instanceTypes": list(types)}
        return self.environments.setdefault(name, Environment(compute, fargate=False))

    def queue(self, name: str = "queue", **members: Any) -> Queue:
        members.setdefault("environment_arns", list(self.environments))
        return self.queues.setdefault(name, Queue(name, **members))

    def submissions(
        self, count: int = 1, *, at: float = 0.0, queue: str = "queue", **members: Any
    ) -> Iterator[Submission]:
        spec = JobSpec(
            name="job",
            queue=self.queues.get(queue) or self.queue(queue),  # type: ignore[arg-type] # what the scheduler asks for
            definition=Definition(),  # type: ignore[arg-type]
            container={},
            vcpus=1.0,
            attempts=1,
            evaluate_on_exit=(),
            timeout_seconds=None,
            size=None,
            details={},
        )
        for _ in range(count):
            self.submitted += 1
            yield Submission(at, f"job-{self.submitted}", replace(spec, **members))

    def run(self, *submissions: Submission, until: float = float("inf")) -> list[AnyJob]:
        return self.simulation.run(submissions, until=until)


def leaves(jobs: list[AnyJob]) -> list[Job]:
    return [leaf for job in jobs for leaf in (job.children if isinstance(job, ArrayJob) else [job])]


def most_at_once(jobs: list[AnyJob]) -> int:
    """How many attempts ran at the same time."""
    moments = [
        moment
        for leaf in leaves(jobs)
        for attempt in leaf.attempts
        for moment in ((attempt.started_at, 1), (attempt.stopped_at, -1))
    ]
    running = most = 0
    for _, change in sorted((time, change) for time, change in moments if time is not None):
        running += change
        most = max(most, running)
    return most


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def concurrency() -> Callable[[list[AnyJob]], int]:
    return most_at_once
