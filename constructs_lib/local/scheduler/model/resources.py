"""What the scheduler asks of an account's resources; the Batch API's own fulfil it."""

from collections.abc import Mapping
from typing import Any, Protocol

from constructs_lib.local.scheduler.jobs.consumables import Consumable
from constructs_lib.local.scheduler.jobs.job import JobQueue

Description = Mapping[str, Any]


class Environment(Protocol):
    """A compute environment."""

    @property
    def enabled(self) -> bool:
        """Whether it takes new jobs."""
        ...

    @property
    def fargate(self) -> bool:
        """Whether its jobs run on Fargate."""
        ...

    @property
    def compute(self) -> Description:
        """``minvCpus``, ``maxvCpus`` and ``instanceTypes``; empty for an unmanaged environment."""
        ...


class Policy(Protocol):
    """A scheduling policy."""

    @property
    def fair_share(self) -> Description:
        """``shareDecaySeconds``, ``computeReservation`` and ``shareDistribution``, as far as they were given."""
        ...


class Resources(Protocol):
    """All of them, by ARN."""

    @property
    def environments(self) -> Mapping[str, Environment]:
        """The compute environments."""
        ...

    @property
    def queues(self) -> Mapping[str, JobQueue]:
        """The job queues."""
        ...

    @property
    def policies(self) -> Mapping[str, Policy]:
        """The scheduling policies."""
        ...

    @property
    def consumables(self) -> Mapping[str, Consumable]:
        """The consumable resources."""
        ...
