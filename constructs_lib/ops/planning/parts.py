"""What a plan knows of a stack: its state machines, and what of AWS Batch their jobs use."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from constructs_lib.local.account import Location
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.batch.resources import (
    ComputeEnvironment,
    ConsumableResource,
    JobDefinition,
    JobQueue,
    SchedulingPolicy,
)

Description = dict[str, Any]

_ON_DEMAND: Final = {"SPOT": "EC2", "FARGATE_SPOT": "FARGATE"}
_SPOT: Final = {on_demand: spot for spot, on_demand in _ON_DEMAND.items()}


@dataclass(frozen=True, slots=True)
class TaskSize:
    """What a task of Amazon ECS on Fargate asks for.

    Args:
        vcpus: virtual CPUs.
        memory: MiB.
        architecture: ``X86_64`` or ``ARM64``.
    """

    vcpus: float
    memory: float
    architecture: str = "X86_64"


@dataclass(frozen=True, slots=True)
class Capacity:
    """A change of all compute environments of a stack.

    Args:
        factor: by which the minimum and the maximum of their vCPUs are multiplied. Default: they stay.
        spot: whether all are Spot, or all on demand. Default: each stays what it is.
    """

    factor: float = 1.0
    spot: bool | None = None


@dataclass(frozen=True)
class Parts:
    """A stack as far as plans go; descriptions are those of the API of AWS Batch.

    Args:
        name: of the stack.
        location: its account and region.
        machines: the definitions of its state machines, by what they are called.
        machine_names: what the state machines are called, by their ARNs.
        helpers: what those of them are called that work for others, such as for triggers.
        environments: compute environments by ARN.
        queues: job queues by ARN.
        definitions: job definitions by ARN.
        policies: scheduling policies by ARN.
        consumables: consumable resources by ARN.
        tasks: task definitions of Amazon ECS by ARN.
        names: what people call the resources, by ARN.
    """

    name: str
    location: Location
    machines: dict[str, Description] = field(default_factory=dict)
    machine_names: dict[str, str] = field(default_factory=dict)
    helpers: set[str] = field(default_factory=set)
    environments: dict[str, Description] = field(default_factory=dict)
    queues: dict[str, Description] = field(default_factory=dict)
    definitions: dict[str, Description] = field(default_factory=dict)
    policies: dict[str, Description] = field(default_factory=dict)
    consumables: dict[str, Description] = field(default_factory=dict)
    tasks: dict[str, TaskSize] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def registry(self, capacity: Capacity) -> Registry:
        """An AWS Batch that has these resources, for the scheduler.

        Args:
            capacity: what is changed of the environments.
        """
        made = Registry(self.location)
        for arn, item in self.environments.items():
            made.environments[arn] = ComputeEnvironment(_name(arn), arn, _changed(item, capacity))
        for arn, item in self.queues.items():
            order = [
                {**entry, "computeEnvironment": self.environment_arn(entry["computeEnvironment"])}
                for entry in item.get("computeEnvironmentOrder", [])
            ]
            made.queues[arn] = JobQueue(_name(arn), arn, {**item, "computeEnvironmentOrder": order})
        for arn, item in self.definitions.items():
            name, _, revision = _name(arn).partition(":")
            made.definitions[name].append(JobDefinition(name, arn, item, int(revision or 1)))
        for arn, item in self.policies.items():
            made.policies[arn] = SchedulingPolicy(_name(arn), arn, item)
        for arn, item in self.consumables.items():
            made.consumables[arn] = ConsumableResource(_name(arn), arn, item)
        return made

    def environment_arn(self, name_or_arn: str) -> str:
        """The ARN of a compute environment that a queue names."""
        if name_or_arn.startswith("arn:"):
            return name_or_arn
        return self.location.arn("batch", f"compute-environment/{name_or_arn}")

    def shown(self, arn: str) -> str:
        """What people call a resource."""
        return self.names.get(arn) or _name(arn)


def kind_of(environment: Mapping[str, Any]) -> str:
    """What an environment has: ``EC2``, ``SPOT``, ``FARGATE`` or ``FARGATE_SPOT``; ``UNMANAGED`` otherwise."""
    return str((environment.get("computeResources") or {}).get("type") or "UNMANAGED").upper()


def most_vcpus(environment: Mapping[str, Any]) -> float:
    """The maximum of an environment's vCPUs; an unmanaged one sets none."""
    return float((environment.get("computeResources") or {}).get("maxvCpus", "inf"))


def _changed(environment: Description, capacity: Capacity) -> Description:
    changed = deepcopy(environment)
    resources = changed.get("computeResources")
    if not resources:
        return changed
    for name in ("minvCpus", "maxvCpus"):
        if name in resources:
            resources[name] = resources[name] * capacity.factor
    if capacity.spot is not None:
        kind = kind_of(environment)
        resources["type"] = (_SPOT if capacity.spot else _ON_DEMAND).get(kind, kind)
    return changed


def _name(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]
