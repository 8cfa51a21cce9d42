"""The job queues as the scheduler sees them: their waiting jobs, and which queue is served first."""

from collections.abc import Mapping
from typing import Any

from constructs_lib.local.scheduler.job import Job
from constructs_lib.local.scheduler.order import FairShare, FirstInFirstOut
from constructs_lib.local.scheduler.resources import JobQueue, Resources


class Queue:
    """One queue and the jobs that wait in it.

    Args:
        resource: the account's job queue.
        policy: the fair-share policy; None for a queue that is first in, first out.
    """

    def __init__(self, resource: JobQueue, policy: Mapping[str, Any] | None) -> None:
        self._resource = resource
        self.order = FirstInFirstOut() if policy is None else FairShare(policy)

    @property
    def priority(self) -> int:
        """Queues that share an environment are served highest first."""
        return self._resource.priority

    @property
    def policy_arn(self) -> str | None:
        """The scheduling policy; None when it is first in, first out."""
        return self._resource.policy_arn

    @property
    def environment_arns(self) -> list[str]:
        """The compute environments, in the order in which they are tried."""
        return self._resource.environment_arns

    @property
    def time_limits(self) -> list[dict[str, Any]]:
        """What is done with jobs that are stuck for too long."""
        return self._resource.time_limits

    def reserved_share(self) -> float:
        """How much of the vCPUs is kept for share identifiers that are not active yet.

        Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_FairsharePolicy.html
        """
        if not isinstance(self.order, FairShare) or not self.order.reservation:
            return 0.0
        active = sum(1 for _ in self.order.active())
        return float((self.order.reservation / 100) ** active)


class Queues:
    """All queues that ever had a job.

    Args:
        resources: the account's.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._queues: dict[str, Queue] = {}

    def of(self, job: Job) -> Queue:
        """Find the queue of a job."""
        arn = job.spec.queue.arn
        if arn not in self._queues:
            self._queues[arn] = Queue(job.spec.queue, self._policy(job.spec.queue.policy_arn))
        return self._queues[arn]

    def by_priority(self) -> list[Queue]:
        """All queues, those first that are served first; a disabled one works off what it has."""
        for queue in self._queues.values():
            if isinstance(queue.order, FairShare):
                queue.order.follow(self._policy(queue.policy_arn) or {})
        return sorted(self._queues.values(), key=lambda queue: -queue.priority)

    def _policy(self, arn: str | None) -> Mapping[str, Any] | None:
        if arn is None:
            return None
        policy = self._resources.policies.get(arn)
        return policy.fair_share if policy else {}
