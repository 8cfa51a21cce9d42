"""What the containers of a job may be, whether given as ``containerProperties`` or as ``ecsProperties``.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_ContainerProperties.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_TaskContainerProperties.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.limits import (
    FARGATE_SIZES,
    MAX_FARGATE_STORAGE_GIB,
    MIN_FARGATE_STORAGE_GIB,
    MIN_MEMORY_MIB,
)
from constructs_lib.local.batch.errors import invalid

Properties = dict[str, Any]

RESERVED = "AWS_BATCH"
"""How the names of the variables begin that AWS Batch sets."""

_LEGACY = {"vcpus": "VCPU", "memory": "MEMORY"}


@dataclass(frozen=True, slots=True)
class JobContainers:
    """A job's containers, and what they have in common.

    Args:
        shared: roles, storage, network and platform.
        containers: image, command, environment and resources of each.
    """

    shared: Properties
    containers: tuple[Properties, ...]

    @property
    def essential(self) -> Properties:
        """The first container whose end is the job's end."""
        return next((item for item in self.containers if item.get("essential", True)), self.containers[0])


def plain(properties: Properties) -> JobContainers:
    """Make the task of ``containerProperties``: one container, that has everything."""
    return JobContainers(properties, (properties,))


def legacy(container: Properties) -> list[Properties]:
    """Resource requirements from the older members ``vcpus`` and ``memory``."""
    return [{"type": kind, "value": str(container[name])} for name, kind in _LEGACY.items() if name in container]


def requirements(container: Properties) -> dict[str, str]:
    """Resources of a container by type, from ``resourceRequirements`` or the older ``vcpus`` and ``memory``."""
    stated = [*legacy(container), *container.get("resourceRequirements", [])]
    return {entry["type"]: entry["value"] for entry in stated}


def total(containers: tuple[Properties, ...], kind: str) -> float:
    """How much of a resource the containers of a job ask for together."""
    return sum(float(requirements(container).get(kind, 0)) for container in containers)


def check(task: JobContainers, *, fargate: bool) -> None:
    """Refuse containers that AWS Batch refuses."""
    for container in task.containers:
        _check_container(container, fargate=fargate)
    if not any(container.get("essential", True) for container in task.containers):
        invalid("All jobs must have at least one essential container.")
    names = [container.get("name") for container in task.containers]
    if len(names) > 1 and (None in names or len(set(names)) < len(names)):
        invalid("Every container of a multi-container job must have a name of its own.")
    if fargate:
        _check_fargate(task)
    else:
        for name in ("networkConfiguration", "fargatePlatformConfiguration"):
            if name in task.shared:
                invalid(f"{name} not applicable for EC2.")


def _check_container(container: Properties, *, fargate: bool) -> None:
    if not container.get("image"):
        invalid("Container image must be provided.")
    check_environment(container.get("environment", []))
    if fargate:
        for name in _LEGACY:
            if name in container:
                invalid(f"{name} is not applicable for Fargate. Use resource requirements instead.")
    stated = requirements(container)
    if "VCPU" not in stated:
        invalid("vCPU is not provided.")
    if "MEMORY" not in stated:
        invalid("Memory is not provided.")
    check_numbers(stated, fargate=fargate)


def check_numbers(stated: Mapping[str, str], *, fargate: bool) -> None:
    """Refuse resources that are no numbers: whole ones, but for the vCPUs of Fargate."""
    for kind, value in stated.items():
        fraction = fargate and kind == "VCPU"
        if not (_is_number(value) if fraction else value.isdecimal() and int(value) > 0):
            invalid(
                f"Value {value} for type {kind} in resourceRequirement is not valid. Please provide a numeric value."
            )
    if "MEMORY" in stated and int(stated["MEMORY"]) < MIN_MEMORY_MIB:
        invalid(f"Memory must be at least {MIN_MEMORY_MIB} MiB, got {stated['MEMORY']}")
    if fargate and "GPU" in stated:
        invalid("GPU is not applicable for Fargate.")


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).isdecimal()


def fargate_problem(task: JobContainers) -> str | None:
    """What is wrong with a combination of vCPUs and MiB that Fargate does not have; None when it has it."""
    vcpus, memory = total(task.containers, "VCPU"), total(task.containers, "MEMORY")
    if memory in FARGATE_SIZES.get(vcpus, ()):
        return None
    return f"Fargate resource requirements ({vcpus:.2f} vCPU, {memory:.0f} MiB) not valid."


def check_environment(environment: list[Properties]) -> None:
    """Refuse variables whose names are AWS Batch's own."""
    for variable in environment:
        if variable.get("name", "").startswith(RESERVED):
            invalid(f"Environment variable {variable['name']} is not valid: names cannot start with {RESERVED}.")


def _check_fargate(task: JobContainers) -> None:
    if problem := fargate_problem(task):
        invalid(problem)
    if not task.shared.get("executionRoleArn"):
        invalid("executionRoleArn is required for Fargate.")
    if any(container.get("privileged") for container in task.containers):
        invalid("privileged is not applicable for Fargate.")
    storage = task.shared.get("ephemeralStorage", {}).get("sizeInGiB", MIN_FARGATE_STORAGE_GIB)
    if not MIN_FARGATE_STORAGE_GIB <= storage <= MAX_FARGATE_STORAGE_GIB:
        invalid(
            f"ephemeralStorage must be between {MIN_FARGATE_STORAGE_GIB} and {MAX_FARGATE_STORAGE_GIB} GiB, "
            f"got {storage}",
        )
