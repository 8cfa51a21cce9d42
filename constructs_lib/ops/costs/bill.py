"""What attempts cost: on Fargate what they had reserved, on EC2 their share of the instance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from constructs_lib.instance_types.catalog import Shape, allowed, catalog
from constructs_lib.ops.costs.attempts import Attempt
from constructs_lib.ops.costs.sizes import Sizing
from constructs_lib.ops.planning.usage import FARGATE_LEAST_SECONDS
from constructs_lib.prices.price_list import Prices

_HOUR: Final = 3_600.0
_MIB_PER_GB: Final = 1_024


@dataclass(slots=True)
class JobCost:
    """What the jobs of one definition cost.

    Attributes:
        job: the name of the definition.
        vcpus: that each has reserved.
        memory: MiB that each has reserved.
        jobs: how many there were, each child of an array counted.
        attempts: at them.
        reclaimed: attempts that ended because Spot capacity was reclaimed.
        seconds: that all attempts ran, together.
        dollars: that they cost, as far as prices are known.
        reclaimed_dollars: the part of that for attempts that were reclaimed.
        estimated: whether a price moves or is assumed, or where they ran is a guess.
        guessed: whether where some ran is a guess, as it is no longer known.
        unknown: what has no known price, and is not in the sum.
        places: where they ran, with the number of attempts.
        sizing: what they used, where that was measured.
    """

    job: str
    vcpus: float
    memory: float
    jobs: int = 0
    attempts: int = 0
    reclaimed: int = 0
    seconds: float = 0.0
    dollars: float = 0.0
    reclaimed_dollars: float = 0.0
    estimated: bool = False
    guessed: bool = False
    unknown: tuple[str, ...] = ()
    places: dict[str, int] = field(default_factory=dict)
    sizing: Sizing | None = None

    @property
    def vcpu_hours(self) -> float:
        """VCPUs times hours that were reserved."""
        return self.vcpus * self.seconds / _HOUR

    @property
    def gb_hours(self) -> float:
        """GB times hours that were reserved."""
        return self.memory / _MIB_PER_GB * self.seconds / _HOUR


@dataclass(frozen=True, slots=True)
class InstanceTime:
    """How long instances of one type ran at least: from the first attempt on each to the last one.

    Attributes:
        type: the instance type.
        spot: whether they are Spot Instances.
        instances: how many.
        hours: that they ran, together.
        dollars: that this cost; None if the price is not known.
    """

    type: str
    spot: bool
    instances: int
    hours: float
    dollars: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What an execution cost.

    Attributes:
        execution: its ARN.
        name: its name.
        status: ``RUNNING``, ``SUCCEEDED``, and so on.
        seconds: how long it took, or has taken by now.
        jobs: by definition, the dearest first.
        instances: on which its jobs ran, as far as Amazon ECS still knows their types.
        transitions: between states, of executions that it started, too.
        transition_dollars: that they cost; None if the price is not known.
        notes: what is not in the sum, a sentence each.
        prices: the price list.
    """

    execution: str
    name: str
    status: str
    seconds: float
    jobs: tuple[JobCost, ...]
    instances: tuple[InstanceTime, ...]
    transitions: int
    transition_dollars: float | None
    notes: tuple[str, ...]
    prices: Prices

    @property
    def dollars(self) -> float:
        """All that has a known price."""
        return sum(job.dollars for job in self.jobs) + (self.transition_dollars or 0.0)

    @property
    def estimated(self) -> bool:
        """Whether a part of it is an estimate."""
        return any(job.estimated for job in self.jobs)


def job_costs(attempts: Iterable[Attempt], types: Mapping[str, str], prices: Prices) -> list[JobCost]:
    """What the jobs of each definition cost, the dearest first.

    Args:
        attempts: at all of them.
        types: instance types by the ARN of the container instance.
        prices: of the region.
    """
    found: dict[tuple[str, float, float], JobCost] = {}
    jobs: dict[tuple[str, float, float], set[str]] = {}
    for attempt in attempts:
        key = (attempt.job, attempt.vcpus, attempt.memory)
        made = found.setdefault(key, JobCost(*key))
        jobs.setdefault(key, set()).add(attempt.job_id)
        made.jobs = len(jobs[key])
        made.attempts += 1
        made.reclaimed += attempt.reclaimed
        made.seconds += attempt.seconds
        what, dollars, guessed = _priced(attempt, types, prices)
        made.places[what] = made.places.get(what, 0) + 1
        if dollars is None:
            made.unknown = tuple(dict.fromkeys((*made.unknown, what)))
            continue
        made.dollars += dollars
        made.reclaimed_dollars += dollars if attempt.reclaimed else 0.0
        made.guessed = made.guessed or guessed
        made.estimated = made.guessed or any(place.partition(" ARM")[0].endswith("Spot") for place in made.places)
    return sorted(found.values(), key=lambda item: -item.dollars)


def instance_times(attempts: Iterable[Attempt], types: Mapping[str, str], prices: Prices) -> list[InstanceTime]:
    """How long the instances ran whose types are known, by type.

    Args:
        attempts: at all jobs.
        types: instance types by the ARN of the container instance.
        prices: of the region.
    """
    spans: dict[str, tuple[float, float, bool]] = {}
    for attempt in attempts:
        if attempt.instance in types:
            began, ended, _ = spans.get(attempt.instance or "", (attempt.began, attempt.ended, False))
            spot = attempt.place.kind == "SPOT"
            spans[attempt.instance or ""] = (min(began, attempt.began), max(ended, attempt.ended), spot)
    found: dict[tuple[str, bool], list[float]] = {}
    for arn, (began, ended, spot) in spans.items():
        found.setdefault((types[arn], spot), []).append((ended - began) / _HOUR)
    return [
        InstanceTime(
            name,
            spot,
            len(hours),
            sum(hours),
            None if (price := prices.instance_hour(name, spot=spot)) is None else price * sum(hours),
        )
        for (name, spot), hours in sorted(found.items())
    ]


def _priced(attempt: Attempt, types: Mapping[str, str], prices: Prices) -> tuple[str, float | None, bool]:
    """Where an attempt ran, what it cost, and whether where is a guess."""
    kind = attempt.place.kind
    if kind.startswith("FARGATE"):
        spot = kind == "FARGATE_SPOT"
        what = f"Fargate{' Spot' if spot else ''}{' ARM' if attempt.architecture == 'ARM64' else ''}"
        rate = prices.fargate_rate(attempt.architecture, spot=spot)
        if rate is None:
            return what, None, False
        hours = max(attempt.seconds, FARGATE_LEAST_SECONDS) / _HOUR
        dollars = hours * (attempt.vcpus * rate.vcpu_hour + attempt.memory / _MIB_PER_GB * rate.gb_hour)
        return what, dollars, not attempt.place.known
    if kind == "UNMANAGED":
        return "an unmanaged environment", None, False
    spot = kind == "SPOT"
    shape, is_known = _shape(attempt, types)
    what = f"EC2 {shape.name if shape else 'of an unknown type'}{' Spot' if spot else ''}"
    price = prices.instance_hour(shape.name, spot=spot) if shape else None
    if shape is None or price is None:
        return what, None, False
    return what, price * _share(attempt, shape) * attempt.seconds / _HOUR, not is_known


def _shape(attempt: Attempt, types: Mapping[str, str]) -> tuple[Shape | None, bool]:
    """The instance of an attempt: its own, or the one that the environment would start for it, which is a guess."""
    own = catalog().get(types.get(attempt.instance or "", ""))
    if own:
        return own, True
    holding = [
        shape
        for shape in allowed(attempt.place.instance_types)
        if shape.vcpus >= attempt.vcpus and shape.memory >= attempt.memory and shape.gpus >= attempt.gpus
    ]
    best = min(
        holding, key=lambda shape: (shape.gpus > attempt.gpus, _share(attempt, shape) * shape.vcpus), default=None
    )
    return best, len(holding) == 1


def _share(attempt: Attempt, shape: Shape) -> float:
    """The part of an instance that nobody else can have: of what the attempt takes the most of."""
    shares = [attempt.vcpus / shape.vcpus, attempt.memory / shape.memory]
    if attempt.gpus:
        shares.append(attempt.gpus / shape.gpus)
    return min(1.0, max(shares))
