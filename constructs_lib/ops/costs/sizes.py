"""What jobs used of what they had reserved, as Container Insights measured it, and what would have been enough.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.ops.account import Account

LOG_GROUP: Final = "/aws/ecs/containerinsights/{}/performance"
"""The log group of a cluster."""

_UNITS_PER_VCPU: Final = 1_024
_SPARE: Final = 1.2
"""What is suggested is a fifth more than the most that was used."""

_FARGATE: Final[tuple[tuple[float, int, int, int], ...]] = (
    (0.25, 512, 2_048, 512),
    (0.5, 1_024, 4_096, 1_024),
    (1, 2_048, 8_192, 1_024),
    (2, 4_096, 16_384, 1_024),
    (4, 8_192, 30_720, 1_024),
    (8, 16_384, 61_440, 4_096),
    (16, 32_768, 122_880, 8_192),
)
"""vCPUs, least MiB, most MiB and step of MiB of tasks on Fargate; 0.25 vCPU has 512, 1,024 and 2,048 MiB.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""


@dataclass(frozen=True, slots=True)
class Used:
    """The most that a task used.

    Args:
        vcpus: virtual CPUs.
        memory: MiB.
    """

    vcpus: float
    memory: float


@dataclass(frozen=True, slots=True)
class Sizing:
    """What jobs used, and what would have been enough.

    Attributes:
        measured: tasks of which that is known.
        vcpus: the most that one used.
        memory: MiB, the most that one used.
        enough_vcpus: with a fifth to spare, in a size that the capacity has; None if what they have is no more.
        enough_memory: the same in MiB.
    """

    measured: int
    vcpus: float
    memory: float
    enough_vcpus: float | None
    enough_memory: float | None


def sizing_of(used: Iterable[Used], vcpus: float, memory: float, *, fargate: bool) -> Sizing | None:
    """What jobs of one size used, and what would have been enough; None if nothing was measured.

    Args:
        used: by their tasks.
        vcpus: that each had reserved.
        memory: MiB that each had reserved.
        fargate: whether they ran on Fargate, which has some sizes only.
    """
    every = list(used)
    if not every:
        return None
    most_vcpus, most_memory = max(item.vcpus for item in every), max(item.memory for item in every)
    wanted = most_vcpus * _SPARE, most_memory * _SPARE
    enough_vcpus, enough_memory = _on_fargate(*wanted) if fargate else _on_instances(*wanted)
    smaller = (enough_vcpus, enough_memory) != (vcpus, memory) and enough_vcpus <= vcpus and enough_memory <= memory
    return Sizing(
        len(every),
        most_vcpus,
        most_memory,
        enough_vcpus if smaller else None,
        enough_memory if smaller else None,
    )


def used_by_tasks(account: Account, clusters: Iterable[str], begin: float, end: float) -> dict[str, Used]:
    """The most that tasks used, by the id of the task, where Container Insights is on; else nothing.

    Args:
        account: where they ran.
        clusters: the names of their clusters.
        begin: of the execution, in seconds since the epoch.
        end: of it.
    """
    found: dict[str, Used] = {}
    for cluster in clusters:
        for task, used in _measured(account.client("logs"), LOG_GROUP.format(cluster), begin, end):
            known = found.get(task, used)
            found[task] = Used(max(known.vcpus, used.vcpus), max(known.memory, used.memory))
    return found


def _measured(logs: Any, group: str, begin: float, end: float) -> Iterator[tuple[str, Used]]:
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group,
        startTime=int(begin * 1_000),
        endTime=int(end * 1_000) + 120_000,  # a measure is written up to a minute later
        filterPattern='{ $.Type = "Task" }',
    )
    try:
        for page in pages:
            for event in page["events"]:
                try:
                    told = json.loads(event["message"])
                    used = Used(float(told["CpuUtilized"]) / _UNITS_PER_VCPU, float(told["MemoryUtilized"]))
                    yield str(told["TaskId"]), used
                except (KeyError, TypeError, ValueError):
                    continue
    except logs.exceptions.ResourceNotFoundException:  # Container Insights is off
        return


def _on_fargate(vcpus: float, memory: float) -> tuple[float, float]:
    for size, least, most, step in _FARGATE:
        if vcpus <= size and memory <= most:
            if memory <= least:
                return size, float(least)
            enough = least + -(-(memory - least) // step) * step
            return size, float(2_048 if size == _FARGATE[0][0] and enough > 1_024 else enough)  # noqa: PLR2004
    return _FARGATE[-1][0], float(_FARGATE[-1][2])


def _on_instances(vcpus: float, memory: float) -> tuple[float, float]:
    """Whole vCPUs, and MiB in steps of 128."""
    return float(max(1, -(-vcpus // 1))), float(max(128, -(-memory // 128) * 128))
