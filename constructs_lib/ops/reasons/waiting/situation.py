"""What is known about a job that waits, and about what it waits for: answers of AWS, as they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.ops.reasons.job_descriptions import is_for_fargate, name_of, resource_name

Described = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The jobs of a queue that come before a job.

    Attributes:
        count: how many are RUNNABLE before it; those that are known, if there are more.
        is_all: whether there are no more.
        first: those at the front, as DescribeJobs has them, up to a hundred.
        ended: how many jobs of the queue have ended in the last while.
        seconds: how long that while is.
    """

    count: int = 0
    is_all: bool = True
    first: Sequence[Described] = ()
    ended: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A job that waits, and what is around it. What could not be asked is empty or None, and no rule judges by it.

    Attributes:
        job: as DescribeJobs has it.
        now: seconds since the epoch, by AWS.
        queue: as DescribeJobQueues has it; None for a queue that is gone.
        environments: of the queue, in its order, as DescribeComputeEnvironments has them.
        snapshot: as GetJobQueueSnapshot has it.
        line: the jobs before it; None for a job that is not RUNNABLE.
        held_elsewhere: vCPUs that other queues hold in the same environments.
        policy: as DescribeSchedulingPolicies has it; None for a queue that is first in, first out.
        consumables: that the job takes, as DescribeConsumableResource has them, and how many of each it takes.
        holders: names of jobs that hold a consumable resource, by its name.
        dependencies: the jobs that it depends on, as DescribeJobs has them; of an array the child that it waits for.
        clusters: registered instances by the ARN of the ECS cluster of an environment.
        activities: the latest of EC2 Auto Scaling for an environment, by its name.
    """

    job: Described
    now: float
    queue: Described | None = None
    environments: Sequence[Described] = ()
    snapshot: Described = field(default_factory=dict)
    line: Line | None = None
    held_elsewhere: float = 0.0
    policy: Described | None = None
    consumables: Sequence[tuple[Described, int]] = ()
    holders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dependencies: Sequence[Described] = ()
    clusters: Mapping[str, int] = field(default_factory=dict)
    activities: Mapping[str, Sequence[Described]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the job."""
        return name_of(self.job)

    @property
    def queue_name(self) -> str:
        """The name of its queue."""
        return resource_name(str(self.job.get("jobQueue", "")))

    @property
    def usable(self) -> list[Described]:
        """The environments that take jobs."""
        return [each for each in self.environments if each.get("state") == "ENABLED" and each.get("status") == "VALID"]

    @property
    def used(self) -> float:
        """The vCPUs that jobs of the queue hold."""
        usage = self.snapshot.get("queueUtilization", {}).get("totalCapacityUsage", [])
        return float(sum(entry["quantity"] for entry in usage if entry.get("capacityUnit") == "VCPU"))

    @property
    def waited(self) -> float:
        """Seconds since it got to its place in the queue, or since it was submitted where that is not known."""
        front = self.snapshot.get("frontOfQueue", {}).get("jobs", [])
        since = next(
            (item["earliestTimeAtPosition"] for item in front if item["jobArn"] == self.job.get("jobArn")), None
        )
        return max(0.0, self.now - float(since or self.job["createdAt"]) / 1000)

    @property
    def is_runnable(self) -> bool:
        """Whether it waits for nothing but its place."""
        return bool(self.job["status"] == "RUNNABLE")

    @property
    def is_for_fargate(self) -> bool:
        """Whether it runs on Fargate, by itself or by its queue."""
        return is_for_fargate(self.job) or any(is_fargate(each) for each in self.environments)


def is_fargate(environment: Described) -> bool:
    """Whether its jobs run on Fargate."""
    return str(environment.get("computeResources", {}).get("type", "")).startswith("FARGATE")


def most_vcpus(environment: Described) -> float:
    """The vCPUs that it may have."""
    resources = environment.get("computeResources", {})
    return float(resources.get("maxvCpus", environment.get("unmanagedvCpus", 0)))


def name(environment: Described) -> str:
    """What it is called."""
    return str(environment["computeEnvironmentName"])
