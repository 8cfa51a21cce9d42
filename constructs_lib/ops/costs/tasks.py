"""Tasks of Amazon ECS that an execution has run without AWS Batch, as the results of its states describe them.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from constructs_lib.ops.costs.attempts import Attempt, Place

_ENDS: Final = (("taskSucceededEventDetails", "output"), ("taskFailedEventDetails", "cause"))
_UNITS_PER_VCPU: Final = 1_024
_MILLISECONDS: Final = 1_000


def task_of(event: Mapping[str, Any]) -> Attempt | None:
    """The task that an event of a history tells the end of; None for all other events.

    Args:
        event: of GetExecutionHistory.
    """
    for member, text in _ENDS:
        details = event.get(member) or {}
        if details.get("resourceType") == "ecs" and str(details.get("resource", "")).startswith("runTask"):
            try:
                return _attempt(json.loads(details.get(text) or "null"))
            except (KeyError, TypeError, ValueError):  # an error that is a sentence, or a result without a task
                return None
    return None


def _attempt(told: Mapping[str, Any]) -> Attempt:
    attributes = {item["Name"]: item["Value"] for item in told.get("Attributes") or ()}
    kind = str(told.get("CapacityProviderName") or told.get("LaunchType") or "FARGATE")
    architecture = "ARM64" if attributes.get("ecs.cpu-architecture") == "arm64" else "X86_64"
    arn = str(told["TaskArn"])
    return Attempt(
        str(told["TaskDefinitionArn"]).rpartition("/")[2].rpartition(":")[0],
        arn.rpartition("/")[2],
        arn.rpartition("/")[2],
        arn.split("/")[1],
        told.get("ContainerInstanceArn"),
        Place(kind if kind.startswith("FARGATE") else "EC2", known=kind.startswith("FARGATE")),
        architecture,
        float(told["Cpu"]) / _UNITS_PER_VCPU,
        float(told["Memory"]),
        0,
        _seconds(told.get("PullStartedAt") or told["StartedAt"]),
        _seconds(told["StoppedAt"]),
        reclaimed=told.get("StopCode") == "SpotInterruption",
    )


def _seconds(moment: Any) -> float:
    """Seconds since the epoch, of milliseconds or of a text in ISO 8601."""
    if isinstance(moment, int | float):
        return float(moment) / _MILLISECONDS
    return datetime.fromisoformat(str(moment)).timestamp()
