"""What a job needs of a compute environment, and what an instance, or an environment without instances, has of it.

On Fargate each job gets what it asks for, up to the vCPUs of the environment; an unmanaged environment has whatever its
owner gives it; one with instances is a fleet.
Source: https://docs.aws.amazon.com/batch/latest/userguide/compute_environments.html
"""

import uuid
from dataclasses import dataclass, field
from typing import NamedTuple

from constructs_lib.instance_types.catalog import Shape

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
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    """What Amazon ECS knows it by."""

    @property
    def whole(self) -> Needs:
        """All that it has."""
        return Needs(self.shape.vcpus, self.shape.memory, self.shape.gpus)

    def hold(self, needs: Needs) -> None:
        """Give a job what it needs."""
        self.vcpus -= needs.vcpus
        self.memory -= needs.memory
        self.gpus -= needs.gpus
        self.jobs += 1

    def give_back(self, needs: Needs) -> None:
        """Take it back."""
        self.vcpus += needs.vcpus
        self.memory += needs.memory
        self.gpus += needs.gpus
        self.jobs -= 1

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
