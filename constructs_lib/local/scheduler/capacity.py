"""What the jobs of a compute environment can have, and what of it they hold.

An environment of instances starts them as jobs need them, up to its vCPUs, and stops those that nobody uses. One on
Fargate gives each job what it asks for, up to its vCPUs. An unmanaged one has whatever its owner gives it.
Sources: https://docs.aws.amazon.com/batch/latest/userguide/compute_environments.html and
https://docs.aws.amazon.com/batch/latest/userguide/allocation-strategies.html
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from constructs_lib.local.scheduler.instances import Shape

MAX_RESOURCE = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"
JOB_RESOURCE = "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"


class Needs(NamedTuple):
    """What a job asks for.

    Args:
        vcpus: virtual CPUs.
        memory: MiB.
        gpus: GPUs.
    """

    vcpus: float
    memory: float
    gpus: int


@dataclass(slots=True, eq=False)
class Instance:
    """A running instance: what it is, and what of it is free."""

    shape: Shape
    vcpus: float
    memory: float
    gpus: int
    jobs: int = 0
    running: bool = True

    def has(self, needs: Needs) -> bool:
        """Whether a job fits into what is free."""
        return needs.vcpus <= self.vcpus and needs.memory <= self.memory and needs.gpus <= self.gpus


@dataclass(slots=True)
class Pool:
    """So many vCPUs, in whatever pieces jobs want them: Fargate, and unmanaged environments."""

    most: float
    used: float = 0.0

    def take(self, needs: Needs) -> bool:
        """Give a job its vCPUs if they are free."""
        if self.used + needs.vcpus > self.most:
            return False
        self.used += needs.vcpus
        return True

    def give_back(self, needs: Needs, instance: Instance | None) -> None:  # noqa: ARG002 there are none
        """Take them back."""
        self.used -= needs.vcpus

    def impossible(self, needs: Needs) -> str | None:
        """Say so when a job wants more vCPUs than there may ever be."""
        return MAX_RESOURCE if needs.vcpus > self.most else None


@dataclass(slots=True)
class Fleet:
    """Instances of some types, started and stopped as jobs need them.

    Args:
        shapes: what may be started, the smallest first.
        least: vCPUs that are kept running.
        most: vCPUs that may run. AWS may exceed them by one instance, which nobody can rely on: here it does not.
    """

    shapes: tuple[Shape, ...]
    least: float
    most: float
    running: float = 0.0
    """vCPUs of the instances that run."""
    used: float = 0.0
    """vCPUs that jobs hold."""
    _instances: dict[int, Instance] = field(default_factory=dict)
    _with_room: dict[Needs, list[Instance]] = field(default_factory=dict)
    """By what jobs need, instances that had room when they were put here; checked again when they are taken."""

    def take(self, needs: Needs) -> Instance | bool:
        """Find room on a running instance, or start the smallest one that holds the job."""
        candidates = self._with_room.get(needs)
        if candidates is None:
            candidates = self._with_room[needs] = [item for item in self._instances.values() if item.has(needs)]
        while candidates:
            instance = candidates[-1]
            if instance.running and instance.has(needs):
                return self._hold(instance, needs)
            candidates.pop()
        started = self._start(needs)
        return self._hold(started, needs) if started else False

    def _hold(self, instance: Instance, needs: Needs) -> Instance:
        instance.vcpus -= needs.vcpus
        instance.memory -= needs.memory
        instance.gpus -= needs.gpus
        instance.jobs += 1
        self.used += needs.vcpus
        return instance

    def _start(self, needs: Needs) -> Instance | None:
        if self.running >= self.most:
            return None
        shape = next((shape for shape in _ranked(self.shapes, needs) if self.running + shape.vcpus <= self.most), None)
        if shape is None:
            return None
        instance = Instance(shape, shape.vcpus, shape.memory, shape.gpus)
        self.running += shape.vcpus
        self._instances[id(instance)] = instance
        for candidates in self._with_room.values():
            candidates.append(instance)
        return instance

    def give_back(self, needs: Needs, instance: Instance | None) -> None:
        """Take back what a job held; an instance that nobody uses is stopped."""
        self.used -= needs.vcpus
        if instance is None:
            return
        instance.vcpus += needs.vcpus
        instance.memory += needs.memory
        instance.gpus += needs.gpus
        instance.jobs -= 1
        if not instance.jobs and self.running - instance.shape.vcpus >= self.least:
            instance.running = False
            self.running -= instance.shape.vcpus
            del self._instances[id(instance)]
            return
        for candidates in self._with_room.values():
            candidates.append(instance)

    def impossible(self, needs: Needs) -> str | None:
        """Tell a job that no instance type holds from one that the environment is too small for."""
        fitting = _ranked(self.shapes, needs)
        if not fitting:
            return JOB_RESOURCE
        return None if min(shape.vcpus for shape in fitting) <= self.most else MAX_RESOURCE


@lru_cache(maxsize=1024)
def _ranked(shapes: tuple[Shape, ...], needs: Needs) -> list[Shape]:
    """The shapes that hold a job: those first that take the fewest vCPUs for each such job, then the smallest."""
    fitting = [shape for shape in shapes if _jobs(shape, needs)]
    return sorted(fitting, key=lambda shape: (shape.gpus > needs.gpus, shape.vcpus / _jobs(shape, needs)))


def _jobs(shape: Shape, needs: Needs) -> int:
    """How many jobs of a kind an instance holds."""
    offers = ((shape.vcpus, needs.vcpus), (shape.memory, needs.memory), (shape.gpus, needs.gpus))
    return int(min((has // wants for has, wants in offers if wants), default=1))
