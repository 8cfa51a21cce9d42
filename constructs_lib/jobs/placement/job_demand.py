"""The requirements of a job, read from its definition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from aws_cdk import Size, SizeRoundingBehavior
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2

from constructs_lib.compute.capacity import Kind
from constructs_lib.core.platform import Platform
from constructs_lib.core.tokens import resolved
from constructs_lib.images.image import JobImage
from constructs_lib.instance_types.fitting import Demand
from constructs_lib.jobs.container_job import ContainerJob
from constructs_lib.jobs.container_options import ContainerOptions
from constructs_lib.jobs.several_containers.job import MultiContainerJob
from constructs_lib.jobs.several_nodes.job import MultiNodeJob

_KINDS = {Platform.EC2: Kind.EC2, Platform.FARGATE: Kind.FARGATE}
_ON_FARGATE = batch.EcsFargateContainerDefinition


@dataclass(frozen=True, slots=True)
class JobDemand:
    """The requirements of a job.

    Args:
        kind: of the environments that it runs on.
        processor: of its image; None if it is unknown.
        demand: of the whole job, or of each kind of node, with the number of nodes.
        node_type: the instance type of its nodes; None for any type.
        images: of its containers, if they are of this library.
        secrets: that are read before it starts, if the definition is of this library.
        public_address: whether its task has a public IP address; None on EC2, where the subnet decides.
    """

    kind: Kind
    processor: ec2.InstanceArchitecture | None = None
    demand: Sequence[tuple[Demand, int]] = ((Demand(), 1),)
    node_type: str | None = None
    images: Sequence[JobImage] = ()
    secrets: Sequence[batch.Secret] = ()
    public_address: bool | None = None


_KNOWN: Final[WeakKeyDictionary[batch.IJobDefinition, JobDemand | None]] = WeakKeyDictionary()
"""A cache: a fan-out and each of its states read the same job."""


def demand_of(job: batch.IJobDefinition) -> JobDemand | None:
    """The requirements in a job definition of this app; None if it is imported."""
    if job not in _KNOWN:
        _KNOWN[job] = _read(job)
    return _KNOWN[job]


def _read(job: batch.IJobDefinition) -> JobDemand | None:
    match job:
        case ContainerJob():
            demand = _demand(job.vcpus, job.memory, job.gpus)
            return _of_task(job, demand, [job.image], list(job.secrets.values()))
        case MultiContainerJob():
            parts = [_demand(each.vcpus, each.memory, each.gpus) for each in job.containers]
            images = [each.image for each in job.containers]
            return _of_task(job, _together(parts), images, _secrets(job.containers))
        case MultiNodeJob():
            nodes = [(_demand(each.vcpus, each.memory, each.gpus), each.nodes) for each in job.groups]
            images = [each.image for each in job.groups]
            return JobDemand(Kind.EC2, job.architecture, nodes, job.node_type, images, _secrets(job.groups))
        case batch.EcsJobDefinition():
            return _of_container(job.container)
        case batch.MultiNodeJobDefinition() | batch.EksJobDefinition():
            return JobDemand(Kind.EKS if isinstance(job, batch.EksJobDefinition) else Kind.EC2)
    return None


def mebibytes(memory: Size | None) -> float | None:
    """A size in MiB; None if it is unknown."""
    if memory is None or memory.is_unresolved():
        return None
    size: float = memory.to_mebibytes(rounding=SizeRoundingBehavior.NONE)
    return size


def _of_task(
    job: ContainerJob | MultiContainerJob, demand: Demand, images: Sequence[JobImage], secrets: Sequence[batch.Secret]
) -> JobDemand:
    address = job.assign_public_ip if job.platform is Platform.FARGATE else None
    return JobDemand(_KINDS[job.platform], job.architecture, [(demand, 1)], None, images, secrets, address)


def _secrets(parts: Sequence[ContainerOptions]) -> list[batch.Secret]:
    return [secret for part in parts for secret in (part.secrets or {}).values()]


def _of_container(container: Any) -> JobDemand:
    """The requirements of a container of aws-cdk-lib."""
    fargate = isinstance(container, _ON_FARGATE)
    gpus = None if fargate else getattr(container, "gpu", None)
    demand = _demand(container.cpu, container.memory, gpus or 0)
    address = bool(container.assign_public_ip) if fargate else None
    return JobDemand(Kind.FARGATE if fargate else Kind.EC2, None, [(demand, 1)], public_address=address)


def _demand(vcpus: float, memory: Size, gpus: int) -> Demand:
    return Demand(vcpus if resolved(vcpus) else None, mebibytes(memory), gpus if resolved(gpus) else None)


def _together(parts: Sequence[Demand]) -> Demand:
    """The sum; unknown values count as 0."""
    return Demand(
        sum(part.vcpus or 0 for part in parts),
        sum(part.memory or 0 for part in parts),
        sum(part.gpus or 0 for part in parts),
    )
