"""A job's containers: what its definition says, with parameters filled in and the submission's overrides applied.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

import json
import re
from typing import Any

from constructs_lib.limits import MAX_CONTAINER_OVERRIDES_CHARACTERS
from constructs_lib.local.batch.definitions import containers
from constructs_lib.local.batch.definitions.containers import JobContainers, Properties
from constructs_lib.local.batch.errors import refuse

_REFERENCE = re.compile(r"Ref::(\w+)")
_OF_VARIABLE = ("name", "value")
_ESCAPED = len(r"\u0000")
_AROUND = 64
"""More than the quotes, commas, brackets and names of members that belong to a text, to a container, or to all."""
_OF_TASK = {
    "taskRoleArn": "jobRoleArn",
    "executionRoleArn": "executionRoleArn",
    "ephemeralStorage": "ephemeralStorage",
    "networkConfiguration": "networkConfiguration",
    "runtimePlatform": "runtimePlatform",
    "volumes": "volumes",
}
"""What a task has once for all its containers, and what ``containerProperties`` call it."""


def merged(definition: Properties, request: Properties, parameters: dict[str, str]) -> JobContainers:
    """Make the task of a job.

    Args:
        definition: the description of the job definition.
        request: the checked request of SubmitJob.
        parameters: values for ``Ref::name`` in commands.

    Raises:
        BatchError: an override does not fit the definition, or a parameter has no value.
    """
    if "ecsProperties" not in definition:
        if "ecsPropertiesOverride" in request:
            refuse("ecsPropertiesOverride is not applicable for a job definition with containerProperties.")
        properties = definition["containerProperties"]
        return containers.plain(filled(properties, request.get("containerOverrides", {}), parameters))
    if "containerOverrides" in request:
        refuse("Container overrides should not be set for ecsProperties jobs.")
    [shared] = definition["ecsProperties"]["taskProperties"]
    overrides = _by_name(request.get("ecsPropertiesOverride", {}))
    names = [container.get("name") for container in shared["containers"]]
    for name in overrides.keys() - set(names):
        refuse(f"ecsPropertiesOverride: there is no container {name} in the job definition")
    made = (filled(item, overrides.get(item.get("name"), {}), parameters) for item in shared["containers"])
    return JobContainers(shared, tuple(made))


def as_one(task: JobContainers, container: Properties | None = None) -> Properties:
    """A container of a task, default the essential one, in the form of ``containerProperties``."""
    shared = {name: task.shared[member] for member, name in _OF_TASK.items() if member in task.shared}
    return {**shared, **(container or task.essential)}


def too_long(task: JobContainers, definition: Properties, variables: dict[str, str]) -> str | None:
    """Why the overrides of a job are more than Amazon ECS takes; None when they are not.

    AWS Batch accepts such a job, and it fails when it is started: what is overridden counts, parameters in commands
    and the variables that AWS Batch adds included.
    """
    defined = definition.get("containerProperties") or {}
    stated = [defined] if defined else definition["ecsProperties"]["taskProperties"][0]["containers"]
    overrides = []
    for before, after in zip(stated, task.containers, strict=True):
        known = {entry["name"]: entry.get("value") for entry in before.get("environment", [])}
        changed = [entry for entry in after["environment"] if known.get(entry["name"]) != entry.get("value")]
        added = [{"name": name, "value": value} for name, value in variables.items()]
        command = after["command"] if after["command"] != before.get("command", []) else []
        overrides.append({"command": command, "environment": [*changed, *added]})
    if _at_most(overrides) <= MAX_CONTAINER_OVERRIDES_CHARACTERS:
        return None  # nearly every job: the exact length is a tenth of what a submission costs
    length = len(json.dumps({"containerOverrides": overrides}, separators=(",", ":"), ensure_ascii=False))
    if length <= MAX_CONTAINER_OVERRIDES_CHARACTERS:
        return None
    return f"Container Overrides length must be at most {MAX_CONTAINER_OVERRIDES_CHARACTERS}"


def _at_most(overrides: list[Properties]) -> int:
    """A number of characters that overrides do not exceed as JSON: one becomes six at most, and some stand around."""
    texts = [word for override in overrides for word in override["command"]]
    texts += [entry.get(of) or "" for override in overrides for entry in override["environment"] for of in _OF_VARIABLE]
    return sum(map(len, texts)) * _ESCAPED + (len(texts) + len(overrides) + 1) * _AROUND


def _by_name(override: Properties) -> dict[Any, Properties]:
    tasks = override.get("taskProperties", [])
    if len(tasks) > 1:
        refuse(f"ecsPropertiesOverride: taskProperties must have at most one task, got {len(tasks)}")
    return {container.get("name"): container for task in tasks for container in task.get("containers", [])}


def filled(properties: Properties, overrides: Properties, parameters: dict[str, str]) -> Properties:
    """A container with overrides, and with parameters in its command."""
    command = overrides.get("command") or properties.get("command") or []
    return {
        **properties,
        "command": [_substituted(word, parameters) for word in command],
        "environment": _united("name", properties.get("environment", []), overrides.get("environment", [])),
        "resourceRequirements": _resources(properties, overrides),
    }


def _substituted(word: str, parameters: dict[str, str]) -> str:
    for name in _REFERENCE.findall(word):
        if name not in parameters:
            refuse(f"Unable to substitute value. No parameter found for reference {name}")
    return _REFERENCE.sub(lambda match: parameters[match[1]], word)


def _united(key: str, *sources: list[Properties]) -> list[Properties]:
    return list({entry[key]: entry for source in sources for entry in source}.values())


def _resources(properties: Properties, overrides: Properties) -> list[Properties]:
    # The older members of an override count more than those of the definition, but less than its requirements.
    sources = [containers.legacy(item) for item in (properties, overrides)]
    sources += [item.get("resourceRequirements", []) for item in (properties, overrides)]
    return _united("type", *sources)
