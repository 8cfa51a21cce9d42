"""The job queues as the scheduler sees them: their jobs, those that wait, and which queue is served first."""

from collections.abc import Mapping
from typing import Any

from constructs_lib.local.scheduler.jobs.job import AnyJob, JobQueue, JobSpec
from constructs_lib.local.scheduler.model.resources import Resources
from constructs_lib.local.scheduler.model.settings import QueueSettings, SharePolicy
from constructs_lib.local.scheduler.queues.fair_share import FairShare
from constructs_lib.local.scheduler.queues.order import FirstInFirstOut, Order


class Queue:
    """One queue and the jobs that wait in it.

    Args:
        resource: the account's job queue.
        policy: its fair-share policy; None for a queue that is first in, first out.
    """

    def __init__(self, resource: JobQueue, policy: Mapping[str, Any] | None) -> None:
        self.resource = resource
        self.settings = QueueSettings.of(resource)
        self.jobs: list[AnyJob] = []
        """All that were ever submitted to it, in this order, an array job once."""
        self.moved_at = 0.0
        """When a job last left those that wait; 0 if none has."""
        self._policy = policy
        self.order: Order = FirstInFirstOut() if policy is None else FairShare(SharePolicy.of(policy))

    def refresh(self, policy: Mapping[str, Any] | None) -> None:
        """Go by what the queue and its policy are now."""
        self.settings = QueueSettings.of(self.resource)
        if isinstance(self.order, FairShare) and policy is not None and policy is not self._policy:
            self._policy = policy
            self.order.follow(SharePolicy.of(policy))


class Queues:
    """All queues that ever had a job.

    Args:
        resources: the account's.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._queues: dict[str, Queue] = {}

    def of(self, spec: JobSpec) -> Queue:
        """Find the queue of a job; one that was deleted and made again has nothing of the old one."""
        arn = spec.queue.arn
        queue = self._queues.get(arn)
        if queue is None or queue.resource is not spec.queue:
            queue = self._queues[arn] = Queue(spec.queue, self._policy(spec.queue))
        return queue

    def jobs(self, resource: JobQueue) -> list[AnyJob]:
        """All jobs that were ever submitted to a queue, in this order, an array job once."""
        queue = self._queues.get(resource.arn)
        return queue.jobs if queue and queue.resource is resource else []

    def moved_at(self, resource: JobQueue) -> float:
        """When a job last left those that wait in a queue; 0 if none has."""
        queue = self._queues.get(resource.arn)
        return queue.moved_at if queue and queue.resource is resource else 0.0

    def by_priority(self) -> list[Queue]:
        """All queues as they are now, those first that are served first; a disabled one works off what it has.

        Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_CreateJobQueue.html
        """
        for queue in self._queues.values():
            queue.refresh(self._policy(queue.resource))
        return sorted(self._queues.values(), key=lambda queue: -queue.settings.priority)

    def _policy(self, queue: JobQueue) -> Mapping[str, Any] | None:
        if queue.policy_arn is None:
            return None
        policy = self._resources.policies.get(queue.policy_arn)
        return policy.fair_share if policy else {}
