"""The instances of a managed compute environment: started as jobs need them, stopped when nobody uses them.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/allocation-strategies.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from constructs_lib.instance_types.catalog import Shape
from constructs_lib.local.scheduler.environments.free_capacity import FreeCapacityIndex
from constructs_lib.local.scheduler.shapes.capacity import JOB_RESOURCE, MAX_RESOURCE, Instance, Needs


@dataclass(slots=True)
class Fleet:
    """Instances of some types.

    Args:
        shapes: what may be started, the smallest first.
        least: vCPUs that are kept running once they were started.
        most: vCPUs that may run.
        exceeds: whether the last instance may have more vCPUs than are left, which AWS allows itself with any strategy
            but BEST_FIT on demand. Even then it has to be the only way. Default: it may not.
        preferred: the position of each type, by name, when the first ones are preferred. Default: none is.
    """

    shapes: tuple[Shape, ...]
    least: float
    most: float
    exceeds: bool = False
    preferred: Mapping[str, int] = field(default_factory=dict)
    running: float = 0.0
    """vCPUs of the instances that run."""
    used: float = 0.0
    """vCPUs that jobs hold."""
    _instances: dict[Instance, None] = field(init=False, default_factory=dict)
    _rooms: FreeCapacityIndex = field(init=False)
    _fitting: dict[Needs, list[Shape]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Start with no instance."""
        self._rooms = FreeCapacityIndex(self._instances.keys())

    def change(self, shapes: tuple[Shape, ...], preferred: Mapping[str, int]) -> None:
        """Start instances of other types from now on."""
        if (shapes, preferred) != (self.shapes, self.preferred):
            self.shapes, self.preferred = shapes, preferred
            self._fitting.clear()

    def take(self, needs: Needs) -> Instance | None:
        """Find room on a running instance, or start the one that suits the job best."""
        instance = self._rooms.find(needs) or self._start(needs)
        if instance is not None:
            instance.hold(needs)
            self.used += needs.vcpus
        return instance

    def take_whole(self, needs: Needs) -> Instance | None:
        """Find an instance that nobody uses, or start one, for one job alone."""
        idle = (instance for instance in self._instances if not instance.jobs and instance.has(needs))
        instance = next(idle, None) or self._start(needs)
        if instance is not None:
            instance.hold(instance.whole)
            self.used += instance.shape.vcpus
        return instance

    def smallest(self, needs: Needs) -> float | None:
        """The vCPUs of the smallest instance that holds a job; None when none does."""
        return min((shape.vcpus for shape in self._best(needs)), default=None)

    def give_back(self, needs: Needs, instance: Instance | None) -> None:
        """Take back what a job held; an instance that nobody uses is stopped."""
        self.used -= needs.vcpus
        if instance is None:
            return
        instance.give_back(needs)
        if not instance.jobs and self.running - instance.shape.vcpus >= self.least:
            instance.running = False
            self.running -= instance.shape.vcpus
            del self._instances[instance]
        else:
            self._rooms.note(instance)

    def impossible(self, needs: Needs) -> str | None:
        """Tell a job that no instance type holds from one that the environment is too small for."""
        fitting = self._best(needs)
        if not fitting:
            return JOB_RESOURCE
        least = needs.vcpus if self.exceeds else min(shape.vcpus for shape in fitting)
        return None if 0 < least <= self.most else MAX_RESOURCE

    def _start(self, needs: Needs) -> Instance | None:
        left = self.most - self.running
        if left <= 0 or (fitting := self._best(needs)) == []:
            return None
        shape = next((shape for shape in fitting if shape.vcpus <= left), None)
        if shape is None and self.exceeds and needs.vcpus <= self.most:
            shape = fitting[0]
        if shape is None:
            return None
        instance = Instance(shape, shape.vcpus, shape.memory, shape.gpus)
        self.running += shape.vcpus
        self._instances[instance] = None
        self._rooms.note(instance)
        return instance

    def _best(self, needs: Needs) -> list[Shape]:
        """The shapes that hold a job: the preferred ones first, then those that take the fewest vCPUs per such job."""
        fitting = self._fitting.get(needs)
        if fitting is None:
            fitting = [shape for shape in self.shapes if _jobs(shape, needs)]
            fitting.sort(
                key=lambda shape: (
                    self.preferred.get(shape.name, 0),
                    shape.gpus > needs.gpus,
                    shape.vcpus / _jobs(shape, needs),
                )
            )
            self._fitting[needs] = fitting
        return fitting


def _jobs(shape: Shape, needs: Needs) -> int:
    """How many jobs of a kind an instance holds."""
    offers = ((shape.vcpus, needs.vcpus), (shape.memory, needs.memory), (shape.gpus, needs.gpus))
    return int(min((has // wants for has, wants in offers if wants), default=1))
