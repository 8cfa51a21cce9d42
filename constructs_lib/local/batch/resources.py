"""What an account has of AWS Batch besides jobs, each as the API describes it."""

from dataclasses import dataclass, field
from typing import Any

Description = dict[str, Any]


@dataclass(slots=True)
class Resource:
    """What all resources have in common.

    Args:
        name: unique among the resources of its kind.
        arn: unique in all the world.
        description: as the API shows it; the members that can change are changed in it.
    """

    name: str
    arn: str
    description: Description

    @property
    def enabled(self) -> bool:
        """Whether it takes new jobs."""
        return bool(self.description["state"] == "ENABLED")

    @property
    def deleting(self) -> bool:
        """Whether it goes as soon as nothing uses it any more."""
        return bool(self.description["status"] == "DELETING")


@dataclass(slots=True)
class ComputeEnvironment(Resource):
    """Where jobs run: vCPUs that queues share."""

    @property
    def enabled(self) -> bool:
        """Whether it takes new jobs; one that is INVALID takes none."""
        return bool(self.description["state"] == "ENABLED" and self.valid)

    @property
    def valid(self) -> bool:
        """Whether AWS Batch can use what it names."""
        return bool(self.description["status"] != "INVALID")

    @property
    def compute(self) -> Description:
        """The compute resources; empty for an unmanaged environment."""
        resources: Description = self.description.get("computeResources", {})
        return resources

    @property
    def max_vcpus(self) -> float:
        """The most vCPUs that jobs may take at once; an unmanaged environment sets no limit."""
        return float(self.compute.get("maxvCpus", "inf"))

    @property
    def fargate(self) -> bool:
        """Whether its jobs run on Fargate, on demand or Spot."""
        return str(self.compute.get("type", "")).upper().startswith("FARGATE")


@dataclass(slots=True)
class JobQueue(Resource):
    """Jobs that wait, by priority, for the compute environments in order."""

    @property
    def priority(self) -> int:
        """Queues that share an environment are served highest first."""
        return int(self.description["priority"])

    @property
    def environment_arns(self) -> list[str]:
        """The compute environments, in the order in which they are tried."""
        order = self.description["computeEnvironmentOrder"]
        return [entry["computeEnvironment"] for entry in sorted(order, key=lambda entry: entry["order"])]

    @property
    def policy_arn(self) -> str | None:
        """The scheduling policy that shares the queue fairly; None when it is first in, first out."""
        return self.description.get("schedulingPolicyArn")

    @property
    def time_limits(self) -> list[Description]:
        """``jobStateTimeLimitActions``: what is done with jobs that wait at its head for too long."""
        limits: list[Description] = self.description.get("jobStateTimeLimitActions", [])
        return limits


@dataclass(slots=True)
class JobDefinition(Resource):
    """One revision of a template for jobs."""

    revision: int = 1
    deregistered_at: float | None = None

    @property
    def active(self) -> bool:
        """Whether jobs can still be submitted with it."""
        return bool(self.description["status"] == "ACTIVE")


@dataclass(slots=True)
class SchedulingPolicy(Resource):
    """How a queue shares its environments between share identifiers."""

    @property
    def fair_share(self) -> Description:
        """``shareDecaySeconds``, ``computeReservation`` and ``shareDistribution``, as far as they were given."""
        policy: Description = self.description.get("fairsharePolicy", {})
        return policy


@dataclass(slots=True)
class ConsumableResource(Resource):
    """Something that jobs take, such as a license: given back at their end, or used up."""

    created_at: float = 0.0
    tokens: set[str] = field(default_factory=set)
    """Client tokens of updates that were made: the same update again changes nothing."""

    @property
    def total(self) -> int:
        """How many there are, in use or not."""
        return int(self.description["totalQuantity"])

    @property
    def replenishable(self) -> bool:
        """Whether the end of a job gives back what it took."""
        return bool(self.description["resourceType"] == "REPLENISHABLE")
