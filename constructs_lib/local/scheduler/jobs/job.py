"""Jobs as the scheduler sees them: no clock, no process, no API."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

from constructs_lib.local.scheduler.jobs.attempt import Attempt
from constructs_lib.local.scheduler.shapes.capacity import Instance, Needs


class Status(StrEnum):
    """The states of a job.

    Source: https://docs.aws.amazon.com/batch/latest/userguide/job_states.html
    """

    SUBMITTED = "SUBMITTED"
    PENDING = "PENDING"
    RUNNABLE = "RUNNABLE"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"

    @property
    def final(self) -> bool:
        """Whether the job has ended."""
        return self in (Status.SUCCEEDED, Status.FAILED)

    @property
    def placed(self) -> bool:
        """Whether the job holds vCPUs of a compute environment."""
        return self in (Status.STARTING, Status.RUNNING)


class JobQueue(Protocol):
    """A job queue; the Batch API's own fulfils it."""

    @property
    def arn(self) -> str:
        """What the scheduler knows it by."""
        ...

    @property
    def name(self) -> str:
        """What people know it by."""
        ...

    @property
    def priority(self) -> int:
        """Queues that share an environment are served highest first."""
        ...

    @property
    def environment_arns(self) -> list[str]:
        """The compute environments, in the order in which they are tried."""
        ...

    @property
    def policy_arn(self) -> str | None:
        """The scheduling policy; None when the queue is first in, first out."""
        ...

    @property
    def time_limits(self) -> list[dict[str, Any]]:
        """``jobStateTimeLimitActions``."""
        ...


class JobDefinition(Protocol):
    """The definition that a job was submitted with; the Batch API's own fulfils it."""

    @property
    def arn(self) -> str:
        """That of its revision."""
        ...

    @property
    def name(self) -> str:
        """Without the revision."""
        ...

    @property
    def description(self) -> dict[str, Any]:
        """As DescribeJobDefinitions describes it."""
        ...


@dataclass(frozen=True, slots=True)
class Dependency:
    """Another job that has to succeed first.

    Args:
        job_id: the other job; None for the child before in the same array.
        kind: None for the whole job, ``N_TO_N`` for its child of the same index, ``SEQUENTIAL`` for the child before.
    """

    job_id: str | None
    kind: Literal["N_TO_N", "SEQUENTIAL"] | None = None


@dataclass(frozen=True, slots=True)
class JobSpec:
    """What was submitted: the definition with the request's overrides applied. Shared by all children of an array."""

    name: str
    queue: JobQueue
    definition: JobDefinition
    container: dict[str, Any]
    vcpus: float
    attempts: int
    evaluate_on_exit: tuple[dict[str, str], ...]
    timeout_seconds: float | None
    size: int | None
    details: dict[str, Any]
    """Members of the description that the scheduler does not look at: tags, parameters."""
    memory: float = 0.0
    """MiB."""
    gpus: int = 0
    share: str | None = None
    """Whose share of a fair-share queue it uses."""
    priority: int = 0
    """Its scheduling priority within the share, the highest first."""
    depends_on: tuple[Dependency, ...] = ()
    consumables: tuple[tuple[str, int], ...] = ()
    """ARNs of consumable resources, and how many of each it takes."""
    parts: tuple["Part", ...] = ()
    """Its containers, if it has several; ``container`` is the first essential one then."""
    nodes: tuple[Needs, ...] = ()
    """What each node of a multi-node job needs: an instance of its own."""
    needs: Needs = field(init=False)
    """What it takes of an environment."""
    is_windows: bool = field(init=False)
    """Whether its containers are Windows containers."""
    log_prefix: str = field(init=False)
    """What the names of its log streams begin with."""

    def __post_init__(self) -> None:
        """Sum up what it needs, once for all children of an array."""
        object.__setattr__(self, "needs", Needs(self.vcpus, self.memory, self.gpus))
        system = (self.container.get("runtimePlatform") or {}).get("operatingSystemFamily", "")
        object.__setattr__(self, "is_windows", system.startswith("WINDOWS"))
        options = (self.container.get("logConfiguration") or {}).get("options") or {}
        prefix = options.get("awslogs-stream-prefix", self.definition.name)
        object.__setattr__(self, "log_prefix", f"{prefix}/{self.container.get('name', 'default')}/")


@dataclass(frozen=True, slots=True)
class Part:
    """A container of a job that has several.

    Args:
        name: its own among them.
        spec: what it runs, in the shape of a job of one container.
        essential: its end is the job's end.
        after: other containers by name, and what has to have happened to each: ``START``, ``COMPLETE``, ``SUCCESS``.
        suffix: what follows the job's id in its own, for a node of a multi-node job: ``#1``.
    """

    name: str
    spec: JobSpec
    essential: bool
    after: Mapping[str, str]
    suffix: str = ""


@dataclass(slots=True, eq=False)
class Job:
    """One job that runs: a plain job or a child of an array job."""

    id: str
    spec: JobSpec
    created_at: float
    index: int | None = None
    parent: "ArrayJob | None" = None
    status: Status = Status.SUBMITTED
    status_reason: str | None = None
    attempts: list[Attempt] = field(default_factory=list)
    runnable_at: float | None = None
    """Since when it has waited for capacity, or did before its last attempt."""
    environment: str = ""
    """Where it is placed, or was."""
    instance: Instance | None = None
    """The instance that it is placed on, if its environment has instances."""
    stop_reason: str | None = None
    """Why it is being stopped from outside; None while nobody stops it."""
    cancelled: bool = False
    terminated: bool = False

    @property
    def started_at(self) -> float | None:
        """When the last attempt began to run."""
        return self.attempts[-1].started_at if self.attempts else None

    @property
    def stopped_at(self) -> float | None:
        """When the job ended."""
        return self.attempts[-1].stopped_at if self.attempts and self.status.final else None

    def move(self, status: Status, reason: str | None = None) -> None:
        """Go to another state, and tell the array job."""
        if self.parent:
            self.parent.counts[self.status] -= 1
            self.parent.counts[status] += 1
        self.status = status
        if reason is not None:
            self.status_reason = reason


@dataclass(slots=True, eq=False)
class ArrayJob:
    """The parent of an array: it runs nothing, and ends when all its children have ended."""

    id: str
    spec: JobSpec
    created_at: float
    children: list[Job] = field(default_factory=list)
    counts: Counter[Status] = field(default_factory=Counter)
    stopped_at: float | None = None
    status_reason: str | None = None
    cancelled: bool = False
    terminated: bool = False

    @property
    def status(self) -> Status:
        """PENDING until the last child has ended; FAILED when any child failed."""
        if self.counts[Status.SUCCEEDED] + self.counts[Status.FAILED] < len(self.children):
            return Status.PENDING
        return Status.FAILED if self.counts[Status.FAILED] else Status.SUCCEEDED

    @property
    def started_at(self) -> float | None:
        """A parent never runs."""
        return None

    def finish(self, now: float) -> bool:
        """End if the last child has just ended; whether it has."""
        if self.stopped_at is not None or not self.status.final:
            return False
        self.stopped_at = now
        if self.status is Status.FAILED and self.status_reason is None:
            self.status_reason = "Array Child Job failed"
        return True


AnyJob = Job | ArrayJob


def new_job(job_id: str, spec: JobSpec, now: float) -> AnyJob:
    """Make a job, or an array job with its children."""
    if spec.size is None:
        return Job(job_id, spec, now)
    parent = ArrayJob(job_id, spec, now)
    parent.children = [Job(f"{job_id}:{index}", spec, now, index, parent) for index in range(spec.size)]
    parent.counts[Status.SUBMITTED] = spec.size
    return parent
