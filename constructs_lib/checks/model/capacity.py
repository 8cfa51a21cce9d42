"""Queues and compute environments, and what jobs can have there.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from constructs_lib.checks.model.resources import ENVIRONMENT, SHARES, Model, Resource
from constructs_lib.checks.model.values import items, member, number, text
from constructs_lib.instance_types.catalog import Shape, allowed, known
from constructs_lib.templates.unknown import Unknown

Kind = Literal["EC2", "FARGATE"]
_DEFAULT_TYPES: Final = ("optimal",)
_KINDS: Final[dict[str, Kind]] = {"EC2": "EC2", "SPOT": "EC2", "FARGATE": "FARGATE", "FARGATE_SPOT": "FARGATE"}


@dataclass(frozen=True, eq=False)
class Environment:
    """A compute environment.

    Args:
        resource: of the template.
    """

    resource: Resource

    @cached_property
    def _computing(self) -> Any:
        return member(self.resource.properties, "ComputeResources")

    @property
    def shown(self) -> str:
        """Its name in messages."""
        return self.resource.shown

    @property
    def is_managed(self) -> bool:
        """Whether AWS Batch is known to start what jobs run on."""
        return (text(self.resource.properties.get("Type")) or "").upper() == "MANAGED"

    @property
    def is_kubernetes(self) -> bool:
        """Whether its jobs are pods of Amazon EKS."""
        return "EksConfiguration" in self.resource.properties

    @property
    def resource_type(self) -> str | None:
        """``EC2``, ``SPOT``, ``FARGATE``, ``FARGATE_SPOT`` or ``ECS_MANAGED_INSTANCES``; None if it is not known."""
        found = text(member(self._computing, "Type"))
        return found and found.upper()

    @property
    def kind(self) -> Kind | None:
        """What its jobs run on; None if it is not known, or of Kubernetes."""
        if self.is_kubernetes or not self.is_managed or self.resource_type is None:
            return None
        return _KINDS.get(self.resource_type)

    @property
    def is_spot(self) -> bool:
        """Whether what it starts is known to be taken back at any time."""
        return self.resource_type in ("SPOT", "FARGATE_SPOT")

    @property
    def is_disabled(self) -> bool:
        """Whether it is known to take no jobs."""
        return (text(self.resource.properties.get("State")) or "").upper() == "DISABLED"

    @property
    def max_vcpus(self) -> float | None:
        """The most vCPUs that it has at once; None if it is not known."""
        return number(member(self._computing, "MaxvCpus"))

    @property
    def min_vcpus(self) -> float | None:
        """The vCPUs that it keeps without jobs; None if it is not known."""
        found = member(self._computing, "MinvCpus")
        return 0 if found is None else number(found)

    @property
    def subnets(self) -> list[Any] | None:
        """What it names as its subnets; None if it names them elsewhere."""
        return items(member(self._computing, "Subnets")) or None

    @property
    def security_groups(self) -> list[Any] | None:
        """What it names as its security groups; None if it names them elsewhere, or a launch template may."""
        return items(member(self._computing, "SecurityGroupIds")) or None

    @property
    def launch_template(self) -> Any:
        """The launch template of its instances, as the template names it."""
        return member(self._computing, "LaunchTemplate")

    @property
    def instance_types(self) -> tuple[str, ...] | None:
        """The types, families and sets that it names, those that are known; None if it names them elsewhere."""
        if self.resource_type not in ("EC2", "SPOT"):
            return None
        found = member(self._computing, "InstanceTypes")
        if found is None and isinstance(self._computing, dict):
            return _DEFAULT_TYPES
        return None if items(found) is None else tuple(name for name in found if isinstance(name, str))

    @cached_property
    def shapes(self) -> tuple[Shape, ...] | None:
        """Every instance that it may start, the smallest first; None if they are not all known."""
        names = self.instance_types
        listed = member(self._computing, "InstanceTypes")
        if not names or (listed is not None and len(listed) != len(names)) or not all(map(known, names)):
            return None
        return allowed(names) or None


@dataclass(frozen=True, eq=False)
class Queue:
    """A job queue.

    Args:
        resource: of the template.
        model: the stacks around it.
    """

    resource: Resource
    model: Model

    @property
    def shown(self) -> str:
        """Its name in messages."""
        return self.resource.shown

    @property
    def is_disabled(self) -> bool:
        """Whether it is known to take no jobs."""
        return (text(self.resource.properties.get("State")) or "").upper() == "DISABLED"

    @cached_property
    def environments(self) -> list[Environment | None] | None:
        """Its environments in their order, None for each that is not known; None if their number is not known."""
        entries = items(self.resource.properties.get("ComputeEnvironmentOrder"))
        if entries is None:
            return None
        found = [self.model.find(member(entry, "ComputeEnvironment"), ENVIRONMENT) for entry in entries]
        return [Environment(resource) if resource else None for resource in found]

    @property
    def known_environments(self) -> list[Environment]:
        """All environments of the queue; none as long as one of them is not known."""
        found = self.environments or []
        known_ones = [environment for environment in found if environment]
        return known_ones if len(known_ones) == len(found) else []

    @property
    def is_fair_share(self) -> bool | None:
        """Whether its jobs need a share; None if that is not known."""
        policy = self.resource.properties.get("SchedulingPolicyArn")
        if isinstance(policy, Unknown) and "Fn::If" in str(policy):
            return None
        found = self.model.find(policy, SHARES)
        if found and any(name.startswith("Quota") for name in found.properties):  # another kind of shares
            return None
        return policy is not None
