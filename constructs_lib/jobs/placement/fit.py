"""Checks that a queue can run a job, while the app is synthesized, because such a job would wait in RUNNABLE forever.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html,
https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_RuntimePlatform.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from aws_cdk import Annotations, Size
from aws_cdk import aws_batch as batch

from constructs_lib.compute.capacity import Capacity, Kind, capacity_of
from constructs_lib.compute.instances.names import ARM_64
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
from constructs_lib.instance_types.catalog import allowed
from constructs_lib.instance_types.fitting import Demand, holding, shortage
from constructs_lib.jobs.fargate_sizes import check_fargate_size
from constructs_lib.jobs.placement.job_demand import JobDemand, demand_of, mebibytes
from constructs_lib.jobs.placement.network import warn_of_unreachable_image, warn_of_unreachable_secret
from constructs_lib.queues.environments import environments_of
from constructs_lib.rules import Caution, Rule


def check_fit(place: ArgumentPath, job: batch.IJobDefinition, queue: batch.IJobQueue, **changes: Any) -> None:
    """Refuse a job that a queue can never run, if both are defined in the app.

    Imported resources, tokens and unknown instance types are not checked. A queue can run a job if one of its
    environments can; environments that are added later are unknown here.

    Args:
        place: the argument that combines them.
        job: the definition.
        queue: that its jobs are submitted to.
        changes: ``vcpus``, ``memory`` (a `Size`) and ``gpus`` that replace those of the definition; None is no change.

    Raises:
        ConfigurationError: another platform (FIT001), another processor (FIT002), more than any environment has
            (FIT003), or a size that Fargate does not offer (BATCH011).
    """
    wanted = demand_of(job)
    if wanted is None:
        return
    given = {name: value for name, value in changes.items() if value is not None}
    wanted = _changed(place, wanted, given)
    capacities = [capacity_of(environment) for environment in environments_of(queue)]
    known = [capacity for capacity in capacities if capacity is not None]
    _check_kind(place, job, queue, wanted, known)
    _check_processor(place, job, queue, wanted, known)
    _warn_of_arm_on_spot(job, queue, wanted, known)
    warn_of_unreachable_image(job, wanted, known)
    warn_of_unreachable_secret(job, wanted, known)
    misses = [_miss(capacity, wanted) for capacity in known]
    if known and len(known) == len(capacities) and all(misses):
        asked = ", ".join(f"{count} nodes of {each}" if count > 1 else str(each) for each, count in wanted.demand)
        raise Rule.QUEUE_SIZE.error(
            place,
            got=f"{job.node.path} with {asked} on {queue.node.path}",
            expected="no environment of that queue can ever hold it: "
            + "; ".join(f"{each.environment.node.path}: {miss}" for each, miss in zip(known, misses, strict=True)),
            fix="Ask for less, or give an environment larger instance_types or more max_vcpus. If you add an "
            "environment or a type later, add it before this.",
        )


def _changed(place: ArgumentPath, wanted: JobDemand, changes: Mapping[str, Any]) -> JobDemand:
    """The demand with the sizes that a submit replaces, which only jobs of one container allow."""
    if not changes or len(wanted.demand) != 1:
        return wanted
    own, count = wanted.demand[0]
    memory: Size | None = changes.get("memory")
    demand = Demand(
        _known(changes.get("vcpus", own.vcpus)),
        own.memory if memory is None else mebibytes(memory),
        _known(changes.get("gpus", own.gpus)),
    )
    if wanted.kind is Kind.FARGATE:
        _check_on_fargate(place, demand)
    return replace(wanted, demand=[(demand, count)])


def _known(value: Any) -> Any:
    return value if resolved(value) else None


def _check_on_fargate(place: ArgumentPath, demand: Demand) -> None:
    if demand.gpus:
        raise Rule.GPUS_ON_FARGATE.error(
            place,
            got=f"{demand.gpus} GPUs for a job on Fargate",
            fix="Submit a job for Platform.EC2, to a queue over instances with GPUs.",
        )
    if demand.vcpus is not None:
        check_fargate_size(place, demand.vcpus, demand.memory)


def _check_kind(
    place: ArgumentPath, job: batch.IJobDefinition, queue: batch.IJobQueue, wanted: JobDemand, known: Sequence[Capacity]
) -> None:
    other = next((capacity for capacity in known if capacity.kind is not wanted.kind), None)
    if other is not None:
        raise Rule.QUEUE_PLATFORM.error(
            place,
            got=f"{job.node.path}, which is for {wanted.kind}, on {queue.node.path}, which is over {other.kind} "
            f"({other.environment.node.path})",
            fix=_other_platform(wanted.kind, other.kind),
        )


def _other_platform(job: Kind, queue: Kind) -> str:
    if {job, queue} == {Kind.EC2, Kind.FARGATE}:
        return f"Make the job with platform=Platform.{queue.name}, or use a queue over {job} environments."
    if queue is Kind.MANAGED_INSTANCES:
        return "It needs an L1 job definition with the platform MANAGED_INSTANCES; or use another queue."
    return f"Use a queue over {job} environments."


def _check_processor(
    place: ArgumentPath, job: batch.IJobDefinition, queue: batch.IJobQueue, wanted: JobDemand, known: Sequence[Capacity]
) -> None:
    if wanted.processor is None:
        return
    other = next((each for each in known if each.processor not in {None, wanted.processor}), None)
    if other is not None and other.processor is not None:
        raise Rule.QUEUE_PROCESSOR.error(
            place,
            got=f"{job.node.path}, whose image is for {wanted.processor.name}, on {queue.node.path}, whose instances "
            f"are {other.processor.name} ({other.environment.node.path})",
            expected="the image of a job is built for the processor of the queue's instances",
            fix=f"Build the image with architecture=ec2.InstanceArchitecture.{other.processor.name}, or use instances "
            f"of {wanted.processor.name}.",
        )


def _warn_of_arm_on_spot(
    job: batch.IJobDefinition, queue: batch.IJobQueue, wanted: JobDemand, known: Sequence[Capacity]
) -> None:
    """The pages of AWS differ by age and by Region: that of RuntimePlatform lists ARM64 on Spot, others do not."""
    spot = bool(known) and all(each.kind is Kind.FARGATE and each.spot for each in known)
    if spot and wanted.processor == ARM_64:
        Annotations.of(job).add_warning_v2(
            Caution.ARM_ON_FARGATE_SPOT.id,
            f"The job is for ARM_64, and all environments of {queue.node.path} are Fargate Spot, which does not have "
            "that processor in every Region: there the job would block its queue. Give the queue an environment on "
            "demand as well.",
        )


def _miss(capacity: Capacity, wanted: JobDemand) -> str | None:
    """The reason why an environment can never hold a job; None if it can, or if that is unknown."""
    if capacity.kind is Kind.FARGATE:
        vcpus = wanted.demand[0][0].vcpus or 0
        return None if capacity.max_vcpus is None or vcpus <= capacity.max_vcpus else _most(capacity)
    if capacity.shapes is None:
        return None
    shapes = capacity.shapes
    if wanted.node_type is not None and resolved(wanted.node_type):
        own = allowed((wanted.node_type,))
        if own and not set(own) <= set(shapes):
            return f"it has no {wanted.node_type}"
        shapes = own or shapes
    for demand, _ in wanted.demand:
        if lacking := shortage(shapes, demand):
            return lacking
    return None if _within_most(capacity, wanted, shapes) else _most(capacity)


def _within_most(capacity: Capacity, wanted: JobDemand, shapes: Sequence[Any]) -> bool:
    """Whether ``max_vcpus`` allows the number of instances that the job needs; the last one may exceed it."""
    if capacity.max_vcpus is None:
        return True
    instances = [
        min(shape.vcpus for shape in holding(shapes, demand)) for demand, count in wanted.demand for _ in range(count)
    ]
    if len(instances) == 1 and capacity.exceeds:
        return (wanted.demand[0][0].vcpus or 0) <= capacity.max_vcpus
    if capacity.exceeds:
        return sum(instances[:-1]) < capacity.max_vcpus
    return sum(instances) <= capacity.max_vcpus


def _most(capacity: Capacity) -> str:
    return f"max_vcpus is {capacity.max_vcpus:g}"
