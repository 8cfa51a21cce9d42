"""The compute environments as the scheduler sees them: in the order of a queue, the first with room takes a job."""

from collections.abc import Iterator
from dataclasses import dataclass

from constructs_lib.instance_types.catalog import allowed, positions
from constructs_lib.local.scheduler.environments import nodes
from constructs_lib.local.scheduler.environments.fleet import Fleet
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.scheduler.model.resources import Environment, Resources
from constructs_lib.local.scheduler.model.settings import EnvironmentSettings
from constructs_lib.local.scheduler.queues.job_queues import Queue
from constructs_lib.local.scheduler.shapes.capacity import JOB_RESOURCE, MAX_RESOURCE, Instance, Pool


@dataclass(slots=True)
class _Place:
    resource: Environment
    settings: EnvironmentSettings
    capacity: Pool | Fleet

    def takes(self, job: Job) -> bool:
        return self.settings.has_windows or not job.spec.is_windows


class Environments:
    """What of each environment is in use.

    Args:
        resources: the account's.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources.environments
        self._places: dict[str, _Place] = {}
        self._nodes: dict[Job, list[Instance]] = {}

    def refresh(self) -> None:
        """Go by what the environments are now; one that was deleted and made again has nothing of the old one."""
        for arn, resource in self._resources.items():
            settings = EnvironmentSettings.of(resource)
            known = self._places.get(arn)
            if known is None or known.resource is not resource:
                self._places[arn] = _Place(resource, settings, _capacity(settings))
            elif known.settings != settings:
                known.settings = settings
                _update(known.capacity, settings)

    def take(self, job: Job, queue: Queue, now: float) -> bool:
        """Give a job room in the first environment of its queue that has some."""
        needs = job.spec.needs
        reserved = queue.order.reserved(now)
        for arn, place in self._of(queue):
            if not place.settings.enabled or not place.takes(job):
                continue
            capacity = place.capacity
            if reserved and capacity.used + needs.vcpus > capacity.most * (1 - reserved):
                continue
            if job.spec.nodes:
                instances = nodes.take(capacity, job.spec.nodes)
                if instances:
                    job.environment, self._nodes[job] = arn, instances
                    return True
                continue
            room = capacity.take(needs)
            if room:
                job.environment = arn
                job.instance = room if isinstance(room, Instance) else None
                return True
        return False

    def instances(self, job: Job) -> list[Instance]:
        """The instances that a placed job holds, that of each node in their order."""
        return self._nodes.get(job) or ([job.instance] if job.instance else [])

    def give_back(self, job: Job) -> None:
        """Take back what a job held; an environment that has been deleted meanwhile wants nothing back."""
        if job.environment in self._places:
            capacity = self._places[job.environment].capacity
            if instances := self._nodes.pop(job, None):
                nodes.give_back(capacity, instances)
            else:
                capacity.give_back(job.spec.needs, job.instance)
        job.instance = None

    def impossible(self, job: Job, queue: Queue) -> str | None:
        """Why no environment of a queue can ever hold a job; None when one can, or where AWS gives no reason."""
        reasons = []
        for _, place in self._of(queue):
            if not place.takes(job):
                continue
            if job.spec.nodes:
                reason = nodes.impossible(place.capacity, job.spec.nodes)
            else:
                reason = place.capacity.impossible(job.spec.needs)
            if reason is None:
                return None
            reasons.append(reason)
        # A larger maximum would help where at least one environment has an instance type for it.
        return MAX_RESOURCE if MAX_RESOURCE in reasons else JOB_RESOURCE if reasons else None

    def used(self, arn: str) -> float:
        """How many vCPUs of an environment jobs hold."""
        return self._places[arn].capacity.used if arn in self._places else 0.0

    def _of(self, queue: Queue) -> Iterator[tuple[str, _Place]]:
        return ((arn, self._places[arn]) for arn in queue.settings.environments if arn in self._resources)


def _capacity(settings: EnvironmentSettings) -> Pool | Fleet:
    if not settings.types:
        return Pool(settings.most)
    preferred = positions(settings.types) if settings.in_order else {}
    return Fleet(allowed(settings.types), settings.least, settings.most, settings.exceeds, preferred)


def _update(capacity: Pool | Fleet, settings: EnvironmentSettings) -> None:
    capacity.most = settings.most
    if isinstance(capacity, Fleet):
        capacity.least, capacity.exceeds = settings.least, settings.exceeds
        capacity.change(allowed(settings.types), positions(settings.types) if settings.in_order else {})
