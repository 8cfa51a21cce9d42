"""In which order the jobs of a queue come: first in, first out, or by fair shares.

Source: https://docs.aws.amazon.com/batch/latest/userguide/job_scheduling.html
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Protocol

from constructs_lib.local.scheduler.job import Job, Status


class Order(Protocol):
    """The waiting jobs of a queue."""

    def add(self, job: Job) -> None:
        """Let a job wait."""
        ...

    def head(self, now: float) -> Job | None:
        """Find the job that comes next."""
        ...

    def started(self, job: Job, now: float) -> None:
        """Take the head away, which has been placed."""
        ...

    def ended(self, job: Job, now: float) -> None:
        """Note that a placed job has ended."""
        ...


class FirstInFirstOut:
    """Jobs in the order in which they came."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()

    def add(self, job: Job) -> None:
        """Let a job wait."""
        self._jobs.append(job)

    def head(self, now: float) -> Job | None:  # noqa: ARG002 the time changes nothing
        """Find the job that has waited longest; those that were cancelled meanwhile go."""
        jobs = self._jobs
        while jobs and jobs[0].status is not Status.RUNNABLE:
            jobs.popleft()
        return jobs[0] if jobs else None

    def started(self, job: Job, now: float) -> None:  # noqa: ARG002
        """Take the head away."""
        self._jobs.popleft()

    def ended(self, job: Job, now: float) -> None:
        """Nothing depends on it."""


@dataclass(slots=True)
class _Share:
    weight: float
    usage: float = 0.0
    """vCPU seconds used, decayed up to ``counted``."""
    running: float = 0.0
    """vCPUs held now."""
    counted: float = 0.0
    waiting: list[tuple[int, int, Job]] = field(default_factory=list)
    """By scheduling priority, the highest first, then in the order in which they came."""


class FairShare:
    """Jobs of the share that has used the least, measured by its weight, come first; within it by priority.

    Args:
        policy: ``shareDecaySeconds``, ``computeReservation`` and ``shareDistribution`` as the API describes them.
    """

    def __init__(self, policy: Mapping[str, Any]) -> None:
        self._shares: dict[str, _Share] = {}
        self._came = 0
        self._policy: Mapping[str, Any] | None = None
        self.follow(policy)

    def follow(self, policy: Mapping[str, Any]) -> None:
        """Go by this policy from now on."""
        if policy is self._policy:
            return
        self._policy = policy
        self._decay = float(policy.get("shareDecaySeconds", 0))
        self.reservation = float(policy.get("computeReservation", 0))
        self._weights = {
            entry["shareIdentifier"]: float(entry.get("weightFactor", 1.0))
            for entry in policy.get("shareDistribution", [])
        }
        for name, share in self._shares.items():
            share.weight = self._weight(name)

    def add(self, job: Job) -> None:
        """Let a job wait in its share."""
        self._came += 1
        heappush(self._share(job).waiting, (-job.spec.priority, self._came, job))

    def head(self, now: float) -> Job | None:
        """Find the best job of the share that has used the least for its weight."""
        best: tuple[float, int, Job] | None = None
        for share in self._shares.values():
            waiting = share.waiting
            while waiting and waiting[0][2].status is not Status.RUNNABLE:
                heappop(waiting)
            if waiting:
                if share.counted != now:
                    self._count(share, now)
                # A lower weight factor is a higher share: https://docs.aws.amazon.com/batch/latest/APIReference/API_ShareAttributes.html
                candidate = ((share.usage + share.running) * share.weight, waiting[0][1], waiting[0][2])
                best = min(best, candidate, key=lambda item: item[:2]) if best else candidate
        return best[2] if best else None

    def started(self, job: Job, now: float) -> None:
        """Take the head away; its share now uses its vCPUs."""
        share = self._share(job)
        heappop(share.waiting)
        self._count(share, now)
        share.running += job.spec.vcpus

    def ended(self, job: Job, now: float) -> None:
        """Its share uses its vCPUs no more."""
        share = self._share(job)
        self._count(share, now)
        share.running -= job.spec.vcpus

    def active(self) -> Iterator[str]:
        """Name the shares that wait for something or run something."""
        return (name for name, share in self._shares.items() if share.running or share.waiting)

    def _share(self, job: Job) -> _Share:
        name = job.spec.share or ""
        if name not in self._shares:
            self._shares[name] = _Share(self._weight(name))
        return self._shares[name]

    def _weight(self, name: str) -> float:
        """A weight for exactly this share, or the one of the longest prefix that ends with ``*``."""
        if name in self._weights:
            return self._weights[name]
        prefixes = [key for key in self._weights if key.endswith("*") and name.startswith(key[:-1])]
        return self._weights[max(prefixes, key=len)] if prefixes else 1.0

    def _count(self, share: _Share, now: float) -> None:
        seconds = now - share.counted
        if self._decay:
            share.usage *= max(0.0, 1 - seconds / self._decay) if seconds < self._decay else 0.0
            share.usage += share.running * min(seconds, self._decay)
        share.counted = now
