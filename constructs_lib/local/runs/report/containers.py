"""The containers of a described job, whichever kind of job it is.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html
"""

from collections.abc import Mapping
from typing import Any


def containers_of(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Its containers, or those of one of its attempts; those of a job of several have names.

    Args:
        described: a job, or an entry of its ``attempts``.
    """
    if "container" in described:
        return [described["container"]]
    tasks = described.get("ecsProperties", described).get("taskProperties", [])
    return [container for task in tasks for container in task.get("containers", [])]
