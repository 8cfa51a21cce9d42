"""Compute environments, job queues and job definitions, as the Batch API describes them."""

from dataclasses import dataclass, field
from typing import Any

Description = dict[str, Any]


@dataclass(slots=True)
class ComputeEnvironment:
    """Where jobs run: vCPUs that queues share."""

    name: str
    arn: str
    description: Description

    @property
    def max_vcpus(self) -> float:
        """The most vCPUs that jobs may take at once; an unmanaged environment sets no limit."""
        resources = self.description.get("computeResources", {})
        return float(resources.get("maxvCpus", "inf"))

    @property
    def enabled(self) -> bool:
        """Whether it takes new jobs."""
        return bool(self.description["state"] == "ENABLED")


@dataclass(slots=True)
class JobQueue:
    """Jobs that wait, by priority, for the compute environments in order."""

    name: str
    arn: str
    description: Description

    @property
    def priority(self) -> int:
        """Queues that share an environment are served highest first."""
        return int(self.description["priority"])

    @property
    def enabled(self) -> bool:
        """Whether it takes new jobs."""
        return bool(self.description["state"] == "ENABLED")

    @property
    def environment_arns(self) -> list[str]:
        """The compute environments, in the order in which they are tried."""
        order = self.description["computeEnvironmentOrder"]
        return [entry["computeEnvironment"] for entry in sorted(order, key=lambda entry: entry["order"])]

    def cancels(self, reason: str) -> bool:
        """Whether its job state time limits cancel a job that waits for this reason."""
        actions = self.description.get("jobStateTimeLimitActions", [])
        return any(action["reason"] == reason and action["action"] == "CANCEL" for action in actions)


@dataclass(slots=True)
class JobDefinition:
    """One revision of a template for jobs."""

    name: str
    revision: int
    arn: str
    description: Description = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether jobs can still be submitted with it."""
        return bool(self.description["status"] == "ACTIVE")
