"""The compute environments as the scheduler sees them: in the order of a queue, the first with room takes a job."""

from collections.abc import Iterator
from typing import NamedTuple

from constructs_lib.local.scheduler.capacity import JOB_RESOURCE, MAX_RESOURCE, Fleet, Pool
from constructs_lib.local.scheduler.instances import allowed
from constructs_lib.local.scheduler.job import Job
from constructs_lib.local.scheduler.queues import Queue
from constructs_lib.local.scheduler.resources import Environment, Resources


class _Limits(NamedTuple):
    """The members of a description that capacity depends on; when one changes, the environment has been updated."""

    fargate: bool
    least: float
    most: float
    types: tuple[str, ...]


class Environments:
    """What of each environment is in use.

    Args:
        resources: the account's.
    """

    def __init__(self, resources: Resources) -> None:
        self._environments = resources.environments
        self._capacities: dict[str, tuple[_Limits, Pool | Fleet]] = {}

    def take(self, job: Job, queue: Queue) -> bool:
        """Give a job room in the first environment of its queue that has some."""
        needs = job.spec.needs
        reserved = queue.reserved_share()
        for arn, environment in self._of(queue):
            if not environment.enabled:
                continue
            capacity = self._capacity(arn, environment)
            if reserved and capacity.used + needs.vcpus > capacity.most * (1 - reserved):
                continue
            room = capacity.take(needs)
            if room:
                job.environment = arn
                job.instance = None if room is True else room
                return True
        return False

    def give_back(self, job: Job) -> None:
        """Take back what a job held; an environment that has been deleted meanwhile wants nothing back."""
        if job.environment in self._capacities:
            self._capacities[job.environment][1].give_back(job.spec.needs, job.instance)
        job.instance = None

    def impossible(self, job: Job, queue: Queue) -> str | None:
        """Why no environment of a queue can ever hold a job; None when one can."""
        reasons = []
        for arn, environment in self._of(queue):
            reason = self._capacity(arn, environment).impossible(job.spec.needs)
            if reason is None:
                return None
            reasons.append(reason)
        # A larger maximum would help where at least one environment has an instance type for it.
        return MAX_RESOURCE if MAX_RESOURCE in reasons else JOB_RESOURCE if reasons else None

    def used(self, arn: str) -> float:
        """How many vCPUs of an environment jobs hold."""
        return self._capacities[arn][1].used if arn in self._capacities else 0.0

    def _of(self, queue: Queue) -> Iterator[tuple[str, Environment]]:
        return ((arn, self._environments[arn]) for arn in queue.environment_arns if arn in self._environments)

    def _capacity(self, arn: str, environment: Environment) -> Pool | Fleet:
        limits = _limits(environment)
        known = self._capacities.get(arn)
        if known is None:
            known = self._capacities[arn] = limits, _new(limits)
        elif known[0] != limits:
            _update(known[1], limits)
            known = self._capacities[arn] = limits, known[1]
        return known[1]


def _limits(environment: Environment) -> _Limits:
    compute = environment.compute
    types = compute.get("instanceTypes", ())
    return _Limits(
        environment.fargate,
        float(compute.get("minvCpus", 0)),
        float(compute.get("maxvCpus", "inf")),
        tuple(types),
    )


def _new(limits: _Limits) -> Pool | Fleet:
    if limits.fargate or not limits.types:
        return Pool(limits.most)
    return Fleet(allowed(limits.types), limits.least, limits.most)


def _update(capacity: Pool | Fleet, limits: _Limits) -> None:
    capacity.most = limits.most
    if isinstance(capacity, Fleet):
        capacity.least, capacity.shapes = limits.least, allowed(limits.types)
