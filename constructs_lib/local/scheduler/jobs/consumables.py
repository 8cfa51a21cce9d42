"""Consumable resources: jobs take some, and wait while there are not enough.

Source: https://docs.aws.amazon.com/batch/latest/userguide/resource-aware-scheduling.html
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Protocol

from constructs_lib.local.scheduler.jobs.job import Job


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

    What can be used again comes back between the attempts of a job: it would otherwise wait behind a job that waits for
    it. What is used up is taken once, whatever the number of attempts.

    Args:
        resources: by ARN; read at every use, so that an update takes effect at once.
    """

    def __init__(self, resources: Mapping[str, Consumable]) -> None:
        self._resources = resources
        self._served: set[Job] = set()
        """Jobs that have started once, and so have had what is used up."""
        self.used: dict[str, int] = defaultdict(int)

    def available(self, job: Job) -> bool:
        """Whether a job can have all that it takes."""
        return all(
            arn in self._resources and self.used[arn] + quantity <= self._resources[arn].total
            for arn, quantity in self._next(job)
        )

    def take(self, job: Job) -> None:
        """Give a job what its next attempt takes."""
        if job.spec.consumables:
            for arn, quantity in self._next(job):
                self.used[arn] += quantity
            self._served.add(job)

    def give_back(self, job: Job) -> None:
        """Take back from an attempt that has ended what can be used again."""
        for arn, quantity in job.spec.consumables:
            if self._comes_back(arn):
                self.used[arn] -= quantity

    def finished(self, job: Job) -> None:
        """Note that a job has ended for good."""
        self._served.discard(job)

    def _next(self, job: Job) -> Iterator[tuple[str, int]]:
        return (item for item in job.spec.consumables if self._comes_back(item[0]) or job not in self._served)

    def _comes_back(self, arn: str) -> bool:
        return arn not in self._resources or self._resources[arn].replenishable
