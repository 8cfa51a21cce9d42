"""A task, and how the API describes it.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
"""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from constructs_lib.local.ecs.container import TaskContainer

Description = dict[str, Any]
SPOT = "FARGATE_SPOT"
EXITED = "EssentialContainerExited"
"""The stop code of a task that was not stopped from outside."""


@dataclass(eq=False)
class Task:
    """One task.

    Args:
        id: its id.
        arn: its ARN.
        cluster_arn: where it runs.
        definition: its task definition, as moto has it.
        request: what RunTask was given.
        launch: ``EC2``, ``FARGATE`` or ``FARGATE_SPOT``.
        created_at: when it was made.
        containers: what it runs.
    """

    id: str
    arn: str
    cluster_arn: str
    definition: Any
    request: Description
    launch: str
    created_at: float
    containers: list[TaskContainer]
    stopping_at: float | None = None
    stopped_at: float | None = None
    stop_code: str | None = None
    stopped_reason: str | None = None
    waiting: list[threading.Event] = field(default_factory=list)
    """Set when it has stopped."""
    version: int = 0
    """How often its status has changed."""
    told: str = ""
    """The status of the last change."""

    @property
    def started_at(self) -> float | None:
        """When the last of its containers had started."""
        moments = [container.attempt.started_at for container in self.containers]
        found = [moment for moment in moments if moment is not None]
        return max(found) if len(found) == len(moments) else None

    @property
    def last_status(self) -> str:
        """Where it is in its life."""
        if self.stopped_at is not None:
            return "STOPPED"
        if self.stop_code:
            return "STOPPING"
        if self.started_at is not None:
            return "RUNNING"
        return "PENDING" if any(container.attempt.started_at for container in self.containers) else "PROVISIONING"

    @property
    def succeeded(self) -> bool:
        """Whether it ended by itself, all its essential containers with exit code 0."""
        codes = [container.attempt.exit_code for container in self.containers if container.essential]
        return self.stop_code == EXITED and not any(codes)

    @property
    def group(self) -> str:
        """Its group, by default the family of its definition."""
        return str(self.request.get("group") or f"family:{self.definition.family}")

    def describe(self) -> Description:
        """One entry of DescribeTasks."""
        overrides = self.request.get("overrides") or {}
        named = {item["name"] for item in overrides.get("containerOverrides", [])}
        others = [{"name": item.name} for item in self.containers if item.name not in named]
        described = {
            "attachments": [],
            "clusterArn": self.cluster_arn,
            "containers": [_container(self, item) for item in self.containers],
            "cpu": str(overrides.get("cpu") or self.definition.cpu or ""),
            "createdAt": _moment(self.created_at),
            "desiredStatus": "STOPPED" if self.stop_code else "RUNNING",
            "enableExecuteCommand": bool(self.request.get("enableExecuteCommand")),
            "group": self.group,
            "lastStatus": self.last_status,
            "launchType": "FARGATE" if self.launch == SPOT else self.launch,
            "capacityProviderName": self.launch if self.request.get("capacityProviderStrategy") else None,
            "memory": str(overrides.get("memory") or self.definition.memory or ""),
            "overrides": {**overrides, "containerOverrides": [*overrides.get("containerOverrides", []), *others]},
            "platformVersion": None if self.launch == "EC2" else "1.4.0",
            "startedAt": _moment(self.started_at),
            "startedBy": self.request.get("startedBy"),
            "stopCode": self.stop_code,
            "stoppedAt": _moment(self.stopped_at),
            "stoppedReason": self.stopped_reason,
            "stoppingAt": _moment(self.stopping_at),
            "tags": self.request.get("tags") or [],
            "taskArn": self.arn,
            "taskDefinitionArn": self.definition.arn,
            "version": max(self.version, 1),
        }
        return {name: value for name, value in described.items() if value is not None}


def _container(task: Task, container: TaskContainer) -> Description:
    attempt = container.attempt
    status = "STOPPED" if attempt.stopped_at is not None else "RUNNING" if attempt.started_at is not None else "PENDING"
    described = {
        "containerArn": f"{task.arn.replace(':task/', ':container/')}/{container.name}",
        "taskArn": task.arn,
        "name": container.name,
        "image": container.spec.container["image"],
        "runtimeId": f"{task.id}-{container.name}",
        "lastStatus": status,
        "exitCode": attempt.exit_code,
        "reason": attempt.reason,
        "networkBindings": [],
        "networkInterfaces": [],
        "healthStatus": "UNKNOWN",
    }
    return {name: value for name, value in described.items() if value is not None}


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
