"""What the jobs of a definition ask for, and what a submit makes of it.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from constructs_lib.checks.model.images import architecture_of
from constructs_lib.checks.model.resources import Resource
from constructs_lib.checks.model.values import items, member, number, text
from constructs_lib.instance_types.fitting import Demand
from constructs_lib.templates.unknown import Unknown

Path = tuple[str | int, ...]
_EVERY_NODE: Final = 1


@dataclass(frozen=True, eq=False)
class Container:
    """A container of a job.

    Args:
        body: what the definition says of it.
        path: where that stands among the properties of the definition.
    """

    body: Mapping[str, Any]
    path: Path

    @property
    def demand(self) -> Demand:
        """What it asks for; None for what is not known or not said."""
        vcpus, memory = number(self.body.get("Vcpus")), number(self.body.get("Memory"))
        return _changed(Demand(vcpus, memory, None), self.body.get("ResourceRequirements"))


@dataclass(frozen=True, eq=False)
class Definition:
    """A job definition.

    Args:
        resource: of the template.
    """

    resource: Resource

    @property
    def shown(self) -> str:
        """Its name in messages."""
        return self.resource.shown

    @property
    def properties(self) -> Mapping[str, Any]:
        """What the template says of it."""
        return self.resource.properties

    @property
    def is_of_several_nodes(self) -> bool:
        """Whether its jobs are multi-node parallel jobs."""
        return (text(self.properties.get("Type")) or "").lower() == "multinode"

    @property
    def is_kubernetes(self) -> bool:
        """Whether its jobs are pods of Amazon EKS."""
        return "EksProperties" in self.properties or any("EksProperties" in body for body, _ in self._groups)

    @property
    def platforms(self) -> frozenset[str] | None:
        """What its jobs may run on, ``EC2`` or ``FARGATE``; None if it is not known."""
        found = items(self.properties.get("PlatformCapabilities"))
        if found is None or not all(isinstance(name, str) for name in found):
            return None
        return frozenset(found) or frozenset({"EC2"})

    @property
    def is_fargate(self) -> bool:
        """Whether its jobs are known to run on Fargate only."""
        return self.platforms == frozenset({"FARGATE"})

    @cached_property
    def containers(self) -> list[Container]:
        """The containers that are known."""
        return [container for group in self.tasks for container in group]

    @cached_property
    def tasks(self) -> list[list[Container]]:
        """The containers that run on one instance, for each group of nodes; one group of jobs that have no nodes."""
        found = [[*_containers(body, path)] for body, path in self._groups]
        return [group for group in found if group]

    @cached_property
    def demand(self) -> Demand:
        """What a job, or its largest node, asks for at least; None for what is not known."""
        demands = [_together([container.demand for container in group]) for group in self.tasks]
        return Demand(
            max((each.vcpus for each in demands if each.vcpus is not None), default=None),
            max((each.memory for each in demands if each.memory is not None), default=None),
            max((each.gpus for each in demands if each.gpus is not None), default=None),
        )

    @property
    def least_vcpus(self) -> float | None:
        """What its smallest node asks for; None if it is not known."""
        demands = [_together([container.demand for container in group]).vcpus for group in self.tasks]
        known = [vcpus for vcpus in demands if vcpus is not None]
        return min(known) if known and len(known) == len(demands) else None

    @property
    def nodes(self) -> float | None:
        """How many nodes a job has, 1 of a job without nodes; None if it is not known."""
        if not self.is_of_several_nodes:
            return _EVERY_NODE
        return number(member(self.properties, "NodeProperties", "NumNodes"))

    @property
    def architecture(self) -> str | None:
        """For which processor a container is started on Fargate, ``x86_64`` or ``arm64``; None if it is not known."""
        found = {_architecture(member(body, "RuntimePlatform", "CpuArchitecture")) for body, _ in self.bodies}
        return found.pop() if len(found) == 1 else None

    @property
    def is_windows(self) -> bool:
        """Whether it is known that its containers are Windows containers."""
        systems = (member(body, "RuntimePlatform", "OperatingSystemFamily") for body, _ in self.bodies)
        return any((text(system) or "").startswith("WINDOWS") for system in systems)

    @property
    def image_architectures(self) -> frozenset[str]:
        """For which processors its images are, as far as that is known."""
        found = (architecture_of(container.body.get("Image"), self.resource) for container in self.containers)
        return frozenset(architecture for architecture in found if architecture)

    @property
    def volumes(self) -> Iterator[tuple[Any, Path]]:
        """Its volumes, each with where it stands."""
        bodies = [(container.body, container.path) for container in self.containers]
        task = self.bodies
        for body, path in [*bodies, *(each for each in task if each not in bodies)]:
            for index, volume in enumerate(items(body.get("Volumes")) or ()):
                yield volume, (*path, "Volumes", index)

    @property
    def has_public_address(self) -> bool | None:
        """Whether a task on Fargate gets an address of the internet; None if it is not known."""
        found = {_address(member(body, "NetworkConfiguration", "AssignPublicIp")) for body, _ in self.bodies}
        return found.pop() if len(found) == 1 else None

    @property
    def bodies(self) -> list[tuple[Mapping[str, Any], Path]]:
        """What has roles, a network and a runtime platform: containers of a job, or the task that they are in."""
        task = member(self.properties, "EcsProperties", "TaskProperties")
        if isinstance(task, list) and task and isinstance(task[0], dict):
            return [(task[0], ("EcsProperties", "TaskProperties", 0))]
        return [(container.body, container.path) for container in self.containers]

    @property
    def _groups(self) -> list[tuple[Mapping[str, Any], Path]]:
        ranges = member(self.properties, "NodeProperties", "NodeRangeProperties")
        if self.is_of_several_nodes:
            return [
                (entry, ("NodeProperties", "NodeRangeProperties", index))
                for index, entry in enumerate(items(ranges) or ())
                if isinstance(entry, dict)
            ]
        return [(self.properties, ())]


def changed(demand: Demand, overrides: Any) -> Demand:
    """What a job asks for after the overrides of its submit; what those do not tell is not known."""
    if overrides is None:
        return demand
    if not isinstance(overrides, dict):
        return Demand()
    vcpus = number(overrides["Vcpus"]) if "Vcpus" in overrides else demand.vcpus
    memory = number(overrides["Memory"]) if "Memory" in overrides else demand.memory
    return _changed(Demand(vcpus, memory, demand.gpus), overrides.get("ResourceRequirements"))


def _containers(body: Mapping[str, Any], path: Path) -> Iterator[Container]:
    for name in ("ContainerProperties", "Container"):
        if isinstance(found := body.get(name), dict):
            yield Container(found, (*path, name))
    for index, task in enumerate(items(member(body, "EcsProperties", "TaskProperties")) or ()):
        for place, container in enumerate(items(member(task, "Containers")) or ()):
            if isinstance(container, dict):
                yield Container(container, (*path, "EcsProperties", "TaskProperties", index, "Containers", place))


def _changed(demand: Demand, requirements: Any) -> Demand:
    entries = items(requirements)
    if entries is None or any(not isinstance(entry, dict) or not text(entry.get("Type")) for entry in entries):
        return Demand()
    for entry in entries:
        value = number(entry.get("Value"))
        match entry["Type"].upper():
            case "VCPU":
                demand = demand._replace(vcpus=value)
            case "MEMORY":
                demand = demand._replace(memory=value)
            case "GPU":
                demand = demand._replace(gpus=None if value is None else int(value))
    return demand


def _together(demands: list[Demand]) -> Demand:
    """The sums of what is known: a job asks for no less."""

    def total(values: list[float | None]) -> float | None:
        numbers = [value for value in values if value is not None]
        return sum(numbers) if numbers else None

    gpus = total([demand.gpus for demand in demands])
    return Demand(
        total([demand.vcpus for demand in demands]),
        total([demand.memory for demand in demands]),
        None if gpus is None else int(gpus),
    )


def _architecture(value: Any) -> str | None:
    if isinstance(value, Unknown):
        return None
    return {"X86_64": "x86_64", "ARM64": "arm64"}.get(str(value or "X86_64"))


def _address(value: Any) -> bool | None:
    return {"ENABLED": True, "DISABLED": False}.get(str("DISABLED" if value is None else value).upper())
