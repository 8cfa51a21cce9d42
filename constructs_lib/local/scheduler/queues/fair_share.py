"""The order of a queue with a fair-share policy.

AWS counts ``T * weightFactor``, T being the vCPU seconds that a share has used, the recent ones more than the others,
and runs the jobs of the share with the lowest count. How usage decays AWS does not say: here it fades by a factor of e
in the decay time, and is forgotten when a share has been idle for that long. What a share holds now counts as if it
went on for the decay time, so that jobs that start at the same moment are shared fairly, too.
Sources: https://docs.aws.amazon.com/batch/latest/userguide/share-identifiers.html and
https://docs.aws.amazon.com/batch/latest/userguide/fair-share-scheduling.html
"""

import math
from dataclasses import dataclass, field
from heapq import heappop, heappush

from constructs_lib.local.scheduler.jobs.job import Job, Status
from constructs_lib.local.scheduler.model.settings import SharePolicy


@dataclass(slots=True)
class _Share:
    weight: float
    used: float = 0.0
    """vCPU seconds, faded up to ``counted``."""
    held: float = 0.0
    """vCPUs that its jobs hold now."""
    counted: float = -math.inf
    idle_since: float = -math.inf
    """When it last held something; of use while it holds nothing."""
    jobs: int = 0
    """Jobs that have not ended."""
    waiting: list[tuple[int, int, Job]] = field(default_factory=list)
    """By scheduling priority, the highest first, then in the order in which they came."""

    def count(self, now: float, decay: float) -> None:
        """Bring the usage up to now."""
        if now == self.counted:
            return
        faded = math.exp((self.counted - now) / decay)
        self.used = self.used * faded + self.held * decay * (1 - faded)
        self.counted = now
        if not self.held and now - self.idle_since >= decay:
            self.used = 0.0


class FairShare:
    """Jobs of the share that has used the least, measured by its weight, come first; within it by priority.

    Args:
        policy: weights, decay and reservation.
    """

    def __init__(self, policy: SharePolicy) -> None:
        self._shares: dict[str, _Share] = {}
        self._came = 0
        self._policy = policy

    def follow(self, policy: SharePolicy) -> None:
        """Go by this policy from now on."""
        self._policy = policy
        for name, share in self._shares.items():
            share.weight = policy.weight(name)

    def submitted(self, job: Job, count: int) -> None:
        """Note so many new jobs of a share, which need not be able to run yet."""
        self._share(job).jobs += count

    def add(self, job: Job) -> None:
        """Let a job wait in its share."""
        self._came += 1
        heappush(self._share(job).waiting, (-job.spec.priority, self._came, job))

    def head(self, now: float) -> Job | None:
        """Find the best job of the share that has used the least for its weight."""
        best: tuple[float, int, Job] | None = None
        decay = self._policy.decay_seconds
        for share in self._shares.values():
            waiting = share.waiting
            while waiting and waiting[0][2].status is not Status.RUNNABLE:
                heappop(waiting)
            if waiting:
                share.count(now, decay)
                # A lower weight factor is a higher share: https://docs.aws.amazon.com/batch/latest/APIReference/API_ShareAttributes.html
                candidate = ((share.used + share.held * decay) * share.weight, *waiting[0][1:])
                if best is None or candidate[:2] < best[:2]:
                    best = candidate
        return best[2] if best else None

    def started(self, job: Job, now: float) -> None:
        """Take the head away; its share now holds its vCPUs."""
        share = self._share(job)
        heappop(share.waiting)
        share.count(now, self._policy.decay_seconds)
        share.held += job.spec.vcpus

    def stopped(self, job: Job, now: float) -> None:
        """Its share holds its vCPUs no more."""
        share = self._share(job)
        share.count(now, self._policy.decay_seconds)
        share.held -= job.spec.vcpus
        share.idle_since = now

    def finished(self, job: Job) -> None:
        """Note that a job has ended for good."""
        self._share(job).jobs -= 1

    def reserved(self, now: float) -> float:
        """Which part of the vCPUs is kept for shares that are not active.

        A share is active while it has jobs in any state, and for the decay time after it held vCPUs.
        Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_FairsharePolicy.html
        """
        if not self._policy.reservation:
            return 0.0
        recently = now - self._policy.decay_seconds
        active = sum(1 for share in self._shares.values() if share.jobs or share.idle_since > recently)
        return float((self._policy.reservation / 100) ** active)

    def _share(self, job: Job) -> _Share:
        name = job.spec.share or ""
        share = self._shares.get(name)
        if share is None:
            share = self._shares[name] = _Share(self._policy.weight(name))
        return share
