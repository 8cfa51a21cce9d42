"""How much a job asks for, from its description.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html
"""

from collections.abc import Iterator, Mapping
from typing import Any


def vcpus_of(job: Mapping[str, Any]) -> float:
    """The vCPUs that a job holds while it runs: of all its containers, and of all its nodes.

    Args:
        job: as DescribeJobs has it.
    """
    return _sum(job, "VCPU", "vcpus")


def mebibytes_of(job: Mapping[str, Any]) -> float:
    """The memory that a job holds while it runs: of all its containers, and of all its nodes.

    Args:
        job: as DescribeJobs has it.
    """
    return _sum(job, "MEMORY", "memory")


def _sum(job: Mapping[str, Any], kind: str, member: str) -> float:
    if nodes := job.get("nodeProperties"):
        return sum(
            _count(group["targetNodes"], nodes["numNodes"])
            * sum(_quantity(container, kind, member) for container in _containers(group))
            for group in nodes.get("nodeRangeProperties", ())
        )
    return sum(_quantity(container, kind, member) for container in _containers(job))


def _containers(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if container := part.get("container"):
        yield container
    for task in part.get("ecsProperties", {}).get("taskProperties", ()):
        yield from task.get("containers", ())


def _quantity(container: Mapping[str, Any], kind: str, member: str) -> float:
    """As ``resourceRequirements`` say it, or the members that were there before them."""
    for item in container.get("resourceRequirements", ()):
        if item["type"] == kind:
            return float(item["value"])
    return float(container.get(member, 0))


def _count(targets: str, nodes: int) -> int:
    """How many nodes a range such as ``0:3``, ``2:`` or ``5`` is of."""
    first, colon, last = targets.partition(":")
    if not colon:
        return 1
    return (int(last) if last else nodes - 1) - (int(first) if first else 0) + 1
