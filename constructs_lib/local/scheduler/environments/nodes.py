"""Multi-node parallel jobs: an instance for each node, all at once or none.

Source: https://docs.aws.amazon.com/batch/latest/userguide/multi-node-parallel-jobs.html
"""

from collections.abc import Sequence

from constructs_lib.local.scheduler.environments.fleet import Fleet
from constructs_lib.local.scheduler.shapes.capacity import JOB_RESOURCE, MAX_RESOURCE, Instance, Needs, Pool


def take(capacity: Fleet | Pool, nodes: Sequence[Needs]) -> list[Instance] | None:
    """Give each node an instance that runs nothing else; None when there are not enough."""
    taken: list[Instance] = []
    for needs in nodes:
        instance = capacity.take_whole(needs) if isinstance(capacity, Fleet) else None
        if instance is None:
            give_back(capacity, taken)
            return None
        taken.append(instance)
    return taken


def give_back(capacity: Fleet | Pool, instances: Sequence[Instance]) -> None:
    """Take back the instances of a job."""
    for instance in instances:
        capacity.give_back(instance.whole, instance)


def impossible(capacity: Fleet | Pool, nodes: Sequence[Needs]) -> str | None:
    """Why an environment can never hold all nodes; None when it can."""
    if not isinstance(capacity, Fleet):
        return JOB_RESOURCE
    vcpus = [capacity.smallest(needs) for needs in nodes]
    if None in vcpus:
        return JOB_RESOURCE
    *others, last = (each or 0.0 for each in vcpus)
    fits = sum(others) < capacity.most if capacity.exceeds else sum(others) + last <= capacity.most
    return None if fits else MAX_RESOURCE
