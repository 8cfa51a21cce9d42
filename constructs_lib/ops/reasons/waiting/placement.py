"""Jobs that no environment of their queue can ever hold: which resource, how much is missing, and what would do.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_misconfiguration.html and
https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html
"""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, NamedTuple

from constructs_lib.instance_types.catalog import Shape, allowed, catalog, known
from constructs_lib.instance_types.fitting import Demand, holding
from constructs_lib.limits import FARGATE_SIZES
from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, counted, listed
from constructs_lib.ops.reasons.job_descriptions import architecture, demand, vcpus
from constructs_lib.ops.reasons.waiting.situation import Described, Situation, is_fargate, most_vcpus, name

_MISCONFIGURED = "https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_misconfiguration.html"
_MEMORY = "https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html"
_FARGATE = "https://docs.aws.amazon.com/batch/latest/userguide/fargate.html#when-to-use-fargate"
_ARM = "https://docs.aws.amazon.com/batch/latest/APIReference/API_RuntimePlatform.html"

_NODES = "https://docs.aws.amazon.com/batch/latest/userguide/multi-node-parallel-jobs.html"
_WITHOUT_NODES: Final = ("SPOT", "FARGATE", "FARGATE_SPOT")
_GENERAL: Final = {
    "x86_64": ("c6i", "m6i", "r6i", "c7i", "x2idn", "u-6tb1"),
    "arm64": ("c6g", "m6g", "r6g", "c7g", "x2gd"),
}
_WITH_GPUS: Final = ("g4dn", "g5", "g6", "p3", "p4d", "p5")
_SUGGESTED: Final = 3


class Miss(NamedTuple):
    """Why an environment cannot hold a job; the rank tells the nearest miss."""

    rank: int
    cause: Cause
    sentence: str
    evidence: tuple[str, ...]
    fixes: tuple[Fix, ...]
    source: str = _MISCONFIGURED


def never_placed(situation: Situation) -> Iterator[Finding]:
    """A job that every environment of its queue is too small for; told by the one that misses the least."""
    environments = situation.usable or list(situation.environments)
    if not environments:
        return
    misses = [miss(situation.job, each) for each in environments]
    found = [each for each in misses if each is not None]
    if len(found) < len(misses):
        return
    nearest, *others = sorted(found, key=lambda each: each.rank)
    evidence = (f"The job asks for {demand(situation.job)}.", *nearest.evidence)
    yield Finding(
        nearest.cause,
        nearest.sentence,
        (*evidence, *(line for each in others for line in each.evidence)),
        nearest.fixes,
        nearest.source,
    )


def miss(job: Described, environment: Described) -> Miss | None:
    """Why an environment can never hold a job; None where it can, or where nobody knows."""
    if found := _of_another_platform(job, environment) or _of_several_nodes(job, environment):
        return found
    return _on_fargate(job, environment) if is_fargate(environment) else _on_instances(job, environment)


def _of_another_platform(job: Described, environment: Described) -> Miss | None:
    """A job for instances on Fargate, or one for Fargate on instances."""
    kind, shown = environment.get("computeResources", {}).get("type"), name(environment)
    wanted = job.get("platformCapabilities") or [kind]
    here = "FARGATE" if is_fargate(environment) else "EC2"
    if kind is None or kind in wanted or here in wanted:
        return None
    return Miss(
        0,
        Cause.PLATFORM,
        f"The job definition is for {listed(wanted)} (platformCapabilities), and {shown} is not.",
        (f"{shown}: type {kind}",),
        (Fix(f"Submit it to a queue on {listed(wanted)}, or register the definition for {here}."),),
        _FARGATE,
    )


def _of_several_nodes(job: Described, environment: Described) -> Miss | None:
    """A multi-node job where none runs: on Spot and on Fargate, or with fewer vCPUs than its nodes take together."""
    kind, shown = str(environment.get("computeResources", {}).get("type")), name(environment)
    if not job.get("nodeProperties"):
        return None
    if kind in _WITHOUT_NODES:
        return Miss(
            0,
            Cause.PLATFORM,
            f"Multi-node jobs do not run on {kind}, the type of compute environment {shown}.",
            (f"{shown}: type {kind}",),
            (Fix("Submit it to a queue over on-demand instances (type EC2)."),),
            _NODES,
        )
    total = vcpus(job)
    return _more_than_maximum(total, environment, ", all nodes together") if total > most_vcpus(environment) else None


def _on_fargate(job: Described, environment: Described) -> Miss | None:
    wanted, shown = demand(job), name(environment)
    cpus, memory = wanted.vcpus or 0, wanted.memory or 0
    if cpus > most_vcpus(environment):
        return _more_than_maximum(cpus, environment)
    if not cpus or not memory or memory in FARGATE_SIZES.get(cpus, ()):
        return None
    return Miss(
        1,
        Cause.FARGATE_SIZE,
        f"Fargate has no size of {cpus:g} vCPUs with {memory:,.0f} MiB.",
        (f"{shown}: type {environment['computeResources']['type']}",),
        (Fix(f"Ask for {_nearest_size(cpus, memory)}."),),
        _FARGATE,
    )


def _nearest_size(wanted: float, memory: float) -> str:
    sizes = [(cpu, size) for cpu, each in FARGATE_SIZES.items() for size in each]
    large_enough = [(cpu, size) for cpu, size in sizes if cpu >= wanted and size >= memory]
    cpu, size = min(large_enough) if large_enough else max(sizes)
    last = "" if large_enough else ", the largest there is, or use instances"
    return f"{cpu:g} vCPUs with {size:,} MiB{last}"


def _on_instances(job: Described, environment: Described) -> Miss | None:
    wanted, most = demand(job), most_vcpus(environment)
    resources = environment.get("computeResources", {})
    types = tuple(resources.get("instanceTypes", ()))
    shapes = allowed(types)
    if not shapes or not all(known(each) for each in types):  # unmanaged, or a type that came after our catalog
        has_maximum = most or "maxvCpus" in resources
        return (
            _more_than_maximum(wanted.vcpus or 0, environment) if has_maximum and (wanted.vcpus or 0) > most else None
        )
    if (of := architecture(job)) and of not in {shape.architecture for shape in shapes}:
        return _of_another_architecture(of, environment, shapes, wanted)
    fitting = holding(shapes, wanted)
    if not fitting:
        return _larger_than_types(wanted, environment, shapes)
    if (wanted.vcpus or 0) > most:
        return _more_than_maximum(wanted.vcpus or 0, environment)
    smallest = min(fitting, key=lambda shape: shape.vcpus)
    if smallest.vcpus > most and resources.get("allocationStrategy", "BEST_FIT") == "BEST_FIT":
        return _more_than_maximum(smallest.vcpus, environment, f", on the smallest type that holds it, {smallest.name}")
    return None


def _of_another_architecture(of: str, environment: Described, shapes: Sequence[Shape], wanted: Demand) -> Miss:
    shown, types, others = name(environment), _types(environment), shapes[0].architecture
    would_do = _would_do(wanted, types, of) or f"default_{of}"
    return Miss(
        1,
        Cause.ARCHITECTURE,
        f"The job is for {of}, and the instance types of compute environment {shown} are {others}.",
        (f"{shown}: {listed(types)}",),
        (Fix(f"Add types for {of}, such as {would_do}, or build the image for {others}."),),
        _ARM,
    )


def _types(environment: Described) -> list[str]:
    return list(environment.get("computeResources", {}).get("instanceTypes", ()))


def _more_than_maximum(needed: float, environment: Described, why: str = "") -> Miss:
    shown, most = name(environment), most_vcpus(environment)
    told = f"compute environment {shown} may have {most:,g} at most: {counted(needed - most, 'vCPU')} too few"
    if not most:
        told = f"the maximum of compute environment {shown} is 0, so that no job starts there"
    return Miss(
        2,
        Cause.MAX_VCPUS,
        f"The job takes {counted(needed, 'vCPU')}{why}, and {told}.",
        (f"{shown}: maxvCpus {most:,g}",),
        (
            Fix.run("Raise the maximum.", "constructs-lib", "scale", shown, "--max-vcpus", str(ceil(needed))),
            Fix("Or let the job ask for fewer vCPUs, or submit it to a queue with more."),
        ),
    )


def _larger_than_types(wanted: Demand, environment: Described, shapes: Sequence[Shape]) -> Miss:
    shown, types, [missing, largest] = name(environment), _types(environment), _missing(wanted, shapes)
    would_do = _would_do(wanted, types, shapes[0].architecture)
    fixes = [Fix(f"Add an instance type that holds it to {shown}: {would_do}.")] if would_do else []
    if (wanted.memory or 0) > max(shape.memory for shape in shapes):
        fixes.append(
            Fix(
                f"Or ask for {_usable(shapes, wanted)} MiB: of the memory of an instance the ECS agent "
                "and the system keep some."
            )
        )
    fixes.append(Fix("Or let the job ask for less, or submit it to a queue with larger instances."))
    return Miss(
        3,
        Cause.NO_INSTANCE_TYPE,
        f"No instance type of compute environment {shown} is large enough: {missing}.",
        (f"{shown}: instance types {listed(types)}; {largest}",),
        tuple(fixes),
        _MEMORY if "MiB" in missing else _MISCONFIGURED,
    )


def _usable(shapes: Sequence[Shape], wanted: Demand) -> str:
    fitting = holding(shapes, wanted._replace(memory=None)) or list(shapes)
    return f"{max(shape.memory for shape in fitting):,.0f}"


def _missing(wanted: Demand, shapes: Sequence[Shape]) -> tuple[str, str]:
    """What even the largest type has too little of, and which that is."""
    gpus, vcpus, memory = (max(shapes, key=key) for key in (_gpus, _vcpus, _memory))
    if (more := (wanted.gpus or 0) - gpus.gpus) > 0:
        return f"{counted(more, 'GPU')} {_are(more)} missing", f"{gpus.name} has {gpus.gpus}"
    if (cpus := (wanted.vcpus or 0) - vcpus.vcpus) > 0:
        return f"{counted(cpus, 'vCPU')} {_are(cpus)} missing", f"{vcpus.name} has {vcpus.vcpus}"
    if (mebibytes := (wanted.memory or 0) - memory.memory) > 0:
        return f"{mebibytes:,.0f} MiB of memory are missing", f"{memory.name} has {memory.memory:,.0f} MiB for jobs"
    return f"none has {wanted} at once", f"{memory.name} has {memory.vcpus} vCPUs and {memory.memory:,.0f} MiB for jobs"


def _are(number: float) -> str:
    return "is" if number == 1 else "are"


def _gpus(shape: Shape) -> float:
    return shape.gpus


def _vcpus(shape: Shape) -> float:
    return shape.vcpus


def _memory(shape: Shape) -> float:
    return shape.memory


def _would_do(wanted: Demand, types: Sequence[str], of: str) -> str:
    """The smallest types that hold a job: of the families that the environment has, and of those that all have."""
    own = list(dict.fromkeys(name_.partition(".")[0] for name_ in types))
    general = _WITH_GPUS if wanted.gpus else _GENERAL.get(of, ())
    found: list[Shape] = []
    for family in [*own, *general]:
        fitting = holding(allowed((family,)), wanted)
        if fitting and fitting[0].architecture == of:
            found.append(fitting[0])
    if not found:
        found = [shape for shape in holding(catalog().values(), wanted) if shape.architecture == of]
    found.sort(key=lambda shape: (shape.gpus, shape.vcpus, shape.memory))
    return " or ".join(dict.fromkeys(shape.name for shape in found[:_SUGGESTED]))
