"""What a run uses of compute environments: what is paid for, and how many vCPUs jobs hold at each time."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final, NamedTuple

FARGATE_LEAST_SECONDS: Final = 60.0
"""What a task on Fargate is charged for at least, with Linux.

Source: https://aws.amazon.com/fargate/pricing/
"""
INSTANCE_LEAST_SECONDS: Final = 60.0
"""What an EC2 instance is charged for at least, with Linux.

Source: https://aws.amazon.com/ec2/pricing/on-demand/
"""


class InstanceKind(NamedTuple):
    """Instances that have one price.

    Args:
        type: the instance type.
        spot: whether they are Spot Instances.
    """

    type: str
    spot: bool


class FargateKind(NamedTuple):
    """Tasks on Fargate that have one price.

    Args:
        architecture: ``X86_64`` or ``ARM64``.
        spot: whether they run on Fargate Spot.
    """

    architecture: str
    spot: bool


@dataclass(slots=True)
class FargateUse:
    """What tasks of one kind were charged for.

    Args:
        vcpu_seconds: vCPUs times seconds.
        gb_seconds: GB of memory times seconds.
    """

    vcpu_seconds: float = 0.0
    gb_seconds: float = 0.0


@dataclass(slots=True)
class Usage:
    """What a run uses.

    Attributes:
        instance_seconds: seconds that instances of each kind run.
        fargate: what tasks on Fargate are charged for.
        elsewhere: vCPUs times seconds of jobs on capacity that has no price here, by its kind: unmanaged environments,
            and instances that Amazon ECS manages.
        job_vcpu_seconds: vCPUs that jobs hold times seconds, whatever they run on.
        attempts: at jobs.
        reclaimed: attempts that ended because Spot capacity was reclaimed.
        jobs: that ran, each child of an array counted.
        failed: jobs that failed in the end.
    """

    instance_seconds: dict[InstanceKind, float] = field(default_factory=lambda: defaultdict(float))
    fargate: dict[FargateKind, FargateUse] = field(default_factory=lambda: defaultdict(FargateUse))
    elsewhere: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    job_vcpu_seconds: float = 0.0
    attempts: float = 0
    reclaimed: float = 0
    jobs: float = 0
    failed: float = 0

    def add_task(self, kind: FargateKind, vcpus: float, memory_mib: float, seconds: float) -> None:
        """Charge a task on Fargate for its time."""
        charged = max(seconds, FARGATE_LEAST_SECONDS)
        used = self.fargate[kind]
        used.vcpu_seconds += vcpus * charged
        used.gb_seconds += memory_mib / 1024 * charged

    def add_instance(self, kind: InstanceKind, seconds: float) -> None:
        """Charge an instance for its time."""
        self.instance_seconds[kind] += max(seconds, INSTANCE_LEAST_SECONDS)

    def plus(self, other: "Usage", times: float) -> "Usage":
        """The sum with another usage that many times; for a run of which a part is known."""
        made = Usage(
            job_vcpu_seconds=self.job_vcpu_seconds + other.job_vcpu_seconds * times,
            attempts=self.attempts + other.attempts * times,
            reclaimed=self.reclaimed + other.reclaimed * times,
            jobs=self.jobs + other.jobs * times,
            failed=self.failed + other.failed * times,
        )
        for kind in {*self.instance_seconds, *other.instance_seconds}:
            first_seconds, second_seconds = self.instance_seconds.get(kind, 0.0), other.instance_seconds.get(kind, 0.0)
            made.instance_seconds[kind] = first_seconds + second_seconds * times
        for place in {*self.elsewhere, *other.elsewhere}:
            made.elsewhere[place] = self.elsewhere.get(place, 0.0) + other.elsewhere.get(place, 0.0) * times
        for task in {*self.fargate, *other.fargate}:
            first, second = self.fargate.get(task, FargateUse()), other.fargate.get(task, FargateUse())
            made.fargate[task] = FargateUse(
                first.vcpu_seconds + second.vcpu_seconds * times, first.gb_seconds + second.gb_seconds * times
            )
        return made

    def times(self, factor: float) -> "Usage":
        """The usage of a run that is so many times larger."""
        return Usage().plus(self, factor)


@dataclass(slots=True)
class Curve:
    """How much jobs hold over time.

    Attributes:
        changes: of the vCPUs, by the second.
    """

    changes: dict[float, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, begin: float, end: float, vcpus: float) -> None:
        """Hold some vCPUs for a time."""
        self.changes[begin] += vcpus
        self.changes[end] -= vcpus

    def points(self) -> list[tuple[float, float]]:
        """The vCPUs from each time on."""
        held, points = 0.0, []
        for moment in sorted(self.changes):
            held += self.changes[moment]
            points.append((moment, round(held, 6)))
        return points

    @property
    def peak(self) -> float:
        """The most vCPUs at any time."""
        return max((held for _, held in self.points()), default=0.0)
