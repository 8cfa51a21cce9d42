"""What compute environments have for jobs, as far as an app says it.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/compute_environments.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef

from constructs_lib.compute.ec2.environment import Ec2ComputeEnvironment
from constructs_lib.compute.instances.names import instance_name, processor_of
from constructs_lib.compute.instances.traits import has_gpu
from constructs_lib.compute.managed_instances.environment import ManagedInstancesComputeEnvironment
from constructs_lib.compute.unmanaged.environment import UnmanagedComputeEnvironment
from constructs_lib.core.tokens import resolved
from constructs_lib.instance_types.catalog import Shape, allowed, known
from constructs_lib.network.way_out import WayOut


class Kind(StrEnum):
    """What a compute environment is made of; the environments of a queue are of one kind, and so are its jobs."""

    EC2 = "EC2"
    FARGATE = "Fargate"
    EKS = "EKS"
    MANAGED_INSTANCES = "ECS managed instances"


_KINDS: Final = {
    batch.FargateComputeEnvironment: Kind.FARGATE,
    batch.ManagedEc2EcsComputeEnvironment: Kind.EC2,
    batch.ManagedEc2EksComputeEnvironment: Kind.EKS,
    batch.UnmanagedComputeEnvironment: Kind.EC2,
    ManagedInstancesComputeEnvironment: Kind.MANAGED_INSTANCES,
}


@dataclass(frozen=True, slots=True)
class Capacity:
    """What an environment has for jobs.

    Args:
        environment: whose capacity it is.
        kind: what it is made of.
        spot: whether it is spare capacity.
        processor: of its instances; None is any, or one that is not known.
        shapes: what a single instance may have; None is any size, or one that is not known.
        max_vcpus: of all that runs; None is any number, or one that is not known.
        way_out: of its subnets; None when it is not known.
        network: in which it is; None when it is not known.
        exceeds: whether AWS Batch may start one instance more than ``max_vcpus`` has room for.
    """

    environment: IComputeEnvironmentRef
    kind: Kind
    spot: bool = False
    processor: ec2.InstanceArchitecture | None = None
    shapes: tuple[Shape, ...] | None = None
    max_vcpus: float | None = None
    exceeds: bool = False
    way_out: WayOut | None = None
    network: ec2.IVpc | None = None


def kind_of(environment: IComputeEnvironmentRef) -> Kind | None:
    """What an environment is made of; None when it is imported or level 1."""
    return next((kind for made_by, kind in _KINDS.items() if isinstance(environment, made_by)), None)


def capacity_of(environment: IComputeEnvironmentRef) -> Capacity | None:
    """Read what an app says of an environment; None when it is imported or level 1."""
    found = _capacity(environment)
    way_out, network = (getattr(environment, name, None) for name in ("way_out", "network"))
    return found and replace(found, way_out=way_out, network=network)


def _capacity(environment: IComputeEnvironmentRef) -> Capacity | None:
    match environment:
        case batch.FargateComputeEnvironment():
            return Capacity(environment, Kind.FARGATE, bool(environment.spot), max_vcpus=_most(environment))
        case batch.ManagedEc2EcsComputeEnvironment():
            return _of_instances(environment)
        case UnmanagedComputeEnvironment():
            shapes = _shapes(environment.instance_names)
            return Capacity(environment, Kind.EC2, processor=environment.architecture, shapes=shapes)
    kind = kind_of(environment)
    return None if kind is None else Capacity(environment, kind)


def _of_instances(environment: batch.ManagedEc2EcsComputeEnvironment) -> Capacity:
    spot = bool(environment.spot)
    if isinstance(environment, Ec2ComputeEnvironment):
        processor: ec2.InstanceArchitecture | None = environment.architecture
        names = environment.instance_names
    else:
        given = [instance_name(each) for each in (*_listed(environment.instance_types), *environment.instance_classes)]
        processors = {processor_of(name) for name in given}
        processor = processors.pop() if len(processors) == 1 else None
        # Unless told otherwise, aws-cdk-lib adds AWS's choice to what is listed, and it does not tell whether it was.
        names = [*given, "optimal"]
    return Capacity(
        environment,
        Kind.EC2,
        spot,
        processor,
        _shapes(names),
        _most(environment),
        spot or environment.allocation_strategy is not batch.AllocationStrategy.BEST_FIT,
    )


def _shapes(names: Sequence[str]) -> tuple[Shape, ...] | None:
    """None when one of them is a token or newer than the catalog, or has a part of a GPU, which nothing tells of."""
    shapes = allowed(tuple(names)) if all(map(known, names)) else ()
    return None if any(has_gpu(shape.name) and not shape.gpus for shape in shapes) else shapes or None


def _most(environment: batch.FargateComputeEnvironment | batch.ManagedEc2EcsComputeEnvironment) -> float | None:
    most = environment.maxv_cpus
    return most if resolved(most) else None


def _listed(values: Sequence[Any] | None) -> Sequence[Any]:
    return values or ()
