"""Gap: moto's tasks run nothing; here RunTask, DescribeTasks, ListTasks and StopTask are those of tasks that do.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
"""

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import EcsClientException, InvalidParameterException
from moto.ecs.responses import EC2ContainerServiceResponse

from constructs_lib.limits import MAX_CONTAINER_OVERRIDES_CHARACTERS
from constructs_lib.local.ecs.task import SPOT, Description, Task
from constructs_lib.local.ecs.tasks import Tasks
from constructs_lib.local.patching import Patch

_FARGATE = ("FARGATE", SPOT)
_REQUEST = (
    "capacityProviderStrategy",
    "enableExecuteCommand",
    "group",
    "launchType",
    "networkConfiguration",
    "overrides",
    "startedBy",
    "tags",
)


def patches(tasks: Tasks) -> list[Patch]:
    """Let moto's API answer with these tasks."""

    def run_task(self: Any) -> ActionResult:
        backend = self.ecs_backend
        cluster = backend._get_cluster(self._get_param("cluster", "default"))  # noqa: SLF001 moto has no other way
        definition = backend.describe_task_definition(self._get_param("taskDefinition"))
        request = {name: self._get_param(name) for name in _REQUEST}
        launch = _launch(backend, cluster, definition, request)
        _check(definition, request)
        made = [tasks.run(definition, cluster.arn, launch, request) for _ in range(self._get_int_param("count", 1))]
        return ActionResult({"tasks": made, "failures": []})

    def describe_tasks(self: Any) -> ActionResult:
        known = _by_reference(tasks, _cluster(self))
        wanted = self._get_param("tasks", [])
        found = [tasks.describe(known[_id(item)]) for item in wanted if _id(item) in known]
        missing = [{"arn": item, "reason": "MISSING"} for item in wanted if _id(item) not in known]
        if "TAGS" not in (self._get_param("include") or []):
            found = [{name: value for name, value in task.items() if name != "tags"} for task in found]
        return ActionResult({"tasks": found, "failures": missing})

    def list_tasks(self: Any) -> ActionResult:
        status = self._get_param("desiredStatus", "RUNNING")
        family, started_by = self._get_param("family"), self._get_param("startedBy")
        found = [
            task.arn
            for task in _by_reference(tasks, _cluster(self)).values()
            if (task.stop_code is not None) == (status == "STOPPED")
            and family in (None, task.definition.family)
            and started_by in (None, task.request.get("startedBy"))
        ]
        return ActionResult({"taskArns": found})

    def stop_task(self: Any) -> ActionResult:
        task = _by_reference(tasks, _cluster(self)).get(_id(self._get_param("task")))
        if task is None:
            raise InvalidParameterException("The referenced task was not found.")
        tasks.stop(task, self._get_param("reason"))
        return ActionResult({"task": tasks.describe(task)})

    return [
        Patch(EC2ContainerServiceResponse, answer.__name__, answer)
        for answer in (run_task, describe_tasks, list_tasks, stop_task)
    ]


def _launch(backend: Any, cluster: Any, definition: Any, request: Description) -> str:
    strategy = request["capacityProviderStrategy"] or (
        [] if request["launchType"] else cluster.default_capacity_provider_strategy
    )
    if strategy and request["launchType"]:
        raise InvalidParameterException("Specify either Launch Type or Capacity Provider Strategy, but not both.")
    launch = str(strategy[0]["capacityProvider"] if strategy else request["launchType"] or "EC2")
    if launch not in _FARGATE:
        if not backend.container_instances.get(cluster.name):
            raise InvalidParameterException("No Container Instances were found in your cluster.")
        return "EC2"
    if "FARGATE" not in definition.compatibilities:
        raise InvalidParameterException("Task definition does not support launch_type FARGATE.")
    return launch


def _check(definition: Any, request: Description) -> None:
    if definition.status != "ACTIVE":
        raise EcsClientException("TaskDefinition is inactive")
    if definition.network_mode == "awsvpc" and not request["networkConfiguration"]:
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    overrides = request["overrides"] or {}
    names = {item["name"] for item in definition.container_definitions}
    for override in overrides.get("containerOverrides", []):
        if override.get("name") not in names:
            raise InvalidParameterException(
                f"Override for container named {override.get('name')} is not a container in the TaskDefinition."
            )
    if len(json.dumps(overrides)) > MAX_CONTAINER_OVERRIDES_CHARACTERS:
        raise InvalidParameterException(
            f"Container Overrides length must be at most {MAX_CONTAINER_OVERRIDES_CHARACTERS}"
        )
    if any(item.get("dependsOn") for item in definition.container_definitions):
        raise EcsClientException("constructs-lib local: dependsOn between containers of a task is not emulated.")


def _cluster(response: Any) -> str:
    cluster = response.ecs_backend._get_cluster(response._get_param("cluster", "default"))  # noqa: SLF001 as above
    return str(cluster.arn)


def _by_reference(tasks: Tasks, cluster_arn: str) -> dict[str, Task]:
    return {task.id: task for task in tasks.all() if task.cluster_arn == cluster_arn}


def _id(reference: str) -> str:
    return reference.rpartition("/")[2]
