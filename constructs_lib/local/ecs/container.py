"""The containers of a task in the shape of jobs, which is what runners run.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.local.batch.resources import JobDefinition, JobQueue
from constructs_lib.local.scheduler.jobs.attempt import Attempt
from constructs_lib.local.scheduler.jobs.job import Job, JobSpec

_UNITS_PER_VCPU = 1024
_SAME = ("linuxParameters", "mountPoints", "privileged", "readonlyRootFilesystem", "secrets", "ulimits", "user")
"""What container definitions have in common with those of jobs."""

Properties = Mapping[str, Any]


@dataclass(slots=True, eq=False)
class TaskContainer(Job):
    """A container of a task, whose one attempt it is."""

    name: str = ""
    essential: bool = True
    stop_seconds: float = 30.0
    """How long it may take to end after SIGTERM."""

    @property
    def attempt(self) -> Attempt:
        """How it runs."""
        return self.attempts[0]


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """Which task is made.

    Args:
        definition: its task definition, as moto has it.
        overrides: of the task; all names in it are those of containers.
        id: the task's id.
        cluster_arn: where it runs.
        now: when it is made.
    """

    definition: Any
    overrides: Properties
    id: str
    cluster_arn: str
    now: float


def containers_of(task: TaskRequest) -> list[TaskContainer]:
    """Make the containers of a task."""
    by_name = {item["name"]: item for item in task.overrides.get("containerOverrides", [])}
    return [
        _container(task, {**own, **_changes(own, by_name.get(own["name"], {}))})
        for own in task.definition.container_definitions
    ]


def _container(task: TaskRequest, own: Properties) -> TaskContainer:
    definition, overrides = task.definition, task.overrides
    spec = JobSpec(
        name=own["name"],
        queue=JobQueue(task.cluster_arn.rpartition("/")[2], task.cluster_arn, {}),
        definition=JobDefinition(definition.family, definition.arn, {}, definition.revision),
        container=_properties(definition, own, overrides),
        vcpus=float(overrides.get("cpu") or definition.cpu or own.get("cpu") or 0) / _UNITS_PER_VCPU,
        memory=float(own.get("memory") or overrides.get("memory") or definition.memory or 0),
        attempts=1,
        evaluate_on_exit=(),
        timeout_seconds=None,
        size=None,
        details={"platformCapabilities": list(definition.requires_compatibilities or [])},
    )
    container = TaskContainer(f"{task.id}-{own['name']}", spec, task.now, name=own["name"])
    container.essential = bool(own.get("essential", True))
    container.stop_seconds = float(own.get("stopTimeout", container.stop_seconds))
    prefix = (own.get("logConfiguration") or {}).get("options", {}).get("awslogs-stream-prefix", "ecs")
    container.attempts.append(Attempt(task.cluster_arn, f"{prefix}/{own['name']}/{task.id}"))
    return container


def _properties(definition: Any, own: Properties, overrides: Properties) -> dict[str, Any]:
    roles = {
        "jobRoleArn": overrides.get("taskRoleArn") or getattr(definition, "task_role_arn", None),
        "executionRoleArn": overrides.get("executionRoleArn") or getattr(definition, "execution_role_arn", None),
    }
    return {
        **{name: own[name] for name in _SAME if name in own},
        **{name: role for name, role in roles.items() if role},
        "image": own["image"],
        "entryPoint": list(own.get("entryPoint") or []),
        "command": list(own.get("command") or []),
        "environment": list(own.get("environment") or []),
        "volumes": definition.volumes,
        # Without a driver, ECS keeps nothing of what a container writes.
        "logConfiguration": own.get("logConfiguration") or {"logDriver": "none"},
    }


def _changes(own: Properties, override: Properties) -> dict[str, Any]:
    names = {item["name"] for item in override.get("environment", [])}
    kept = [item for item in own.get("environment", []) if item["name"] not in names]
    return {
        **{name: value for name, value in override.items() if name in ("command", "cpu", "memory")},
        "environment": [*kept, *override.get("environment", [])],
    }
