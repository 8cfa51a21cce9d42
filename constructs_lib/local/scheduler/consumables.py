"""Consumable resources: jobs take some, and wait while there are not enough.

Source: https://docs.aws.amazon.com/batch/latest/userguide/resource-aware-scheduling.html
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Protocol

from constructs_lib.local.scheduler.job import Job


class Consumable(Protocol):
    """One of an account's consumable resources."""

    @property
    def total(self) -> int:
        """How many there are, in use or not."""
        ...

    @property
    def replenishable(self) -> bool:
        """Whether the end of a job gives back what it took."""
        ...


class Consumables:
    """How many of each resource are in use.

    Args:
        resources: by ARN; read at every use, so that an update takes effect at once.
    """

    def __init__(self, resources: Mapping[str, Consumable]) -> None:
        self._resources = resources
        self.used: dict[str, int] = defaultdict(int)

    def available(self, job: Job) -> bool:
        """Whether a job can have all that it takes."""
        return all(
            arn in self._resources and self.used[arn] + quantity <= self._resources[arn].total
            for arn, quantity in job.spec.consumables
        )

    def take(self, job: Job) -> None:
        """Give a job what it takes."""
        for arn, quantity in job.spec.consumables:
            self.used[arn] += quantity

    def give_back(self, job: Job) -> None:
        """Take back from a job that has ended what can be used again."""
        for arn, quantity in job.spec.consumables:
            if arn in self._resources and self._resources[arn].replenishable:
                self.used[arn] -= quantity
