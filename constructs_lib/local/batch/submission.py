"""From a SubmitJob request and a job definition to what is going to run, within AWS's quotas.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

import json
import re
from typing import Any

from constructs_lib.limits import (
    MAX_ARRAY_SIZE,
    MAX_CONTAINER_OVERRIDES_CHARACTERS,
    MAX_SUBMIT_JOB_REQUEST_BYTES,
    MIN_ARRAY_SIZE,
)
from constructs_lib.local.batch.errors import refuse
from constructs_lib.local.batch.job import AnyJob, JobSpec
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.batch.resources import JobDefinition

Request = dict[str, Any]

_JOB_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_REFERENCE = re.compile(r"Ref::(\w+)")
_KEPT = ("shareIdentifier", "schedulingPriorityOverride", "propagateTags")


def job_spec(registry: Registry, request: Request) -> JobSpec:
    """Resolve a request; a call that AWS Batch refuses raises a ``ClientException``."""
    _check_sizes(request)
    definition = registry.definition(request["jobDefinition"])
    queue = registry.queue(request["jobQueue"])
    if not queue.enabled:
        refuse(f"Cannot submit job to JobQueue {queue.name}: it is in DISABLED state")
    if request.get("dependsOn"):
        refuse("dependsOn is not emulated yet: submit the jobs one after the other, or order them by a state machine")
    parameters = {**definition.description.get("parameters", {}), **request.get("parameters", {})}
    container = _container(definition, request.get("containerOverrides", {}), parameters)
    retry = {**definition.description.get("retryStrategy", {}), **request.get("retryStrategy", {})}
    timeout = {**definition.description.get("timeout", {}), **request.get("timeout", {})}
    return JobSpec(
        name=request["jobName"],
        queue=queue,
        definition=definition,
        container=container,
        vcpus=_required(container, "VCPU"),
        attempts=int(retry.get("attempts", 1)),
        evaluate_on_exit=tuple(retry.get("evaluateOnExit", ())),
        timeout_seconds=timeout.get("attemptDurationSeconds"),
        size=request.get("arrayProperties", {}).get("size"),
        details={
            "parameters": parameters,
            "tags": _tags(definition, request),
            "timeout": timeout,
            "retryStrategy": retry,
            "platformCapabilities": definition.description.get("platformCapabilities", ["EC2"]),
            **{key: request[key] for key in _KEPT if key in request},
        },
    )


def taken(job: AnyJob, consumable_arn: str) -> int:
    """How many of a consumable resource a job takes."""
    stated = job.spec.details.get("consumableResourceProperties", {}).get("consumableResourceList", [])
    return sum(int(item["quantity"]) for item in stated if item["consumableResource"] == consumable_arn)


def _check_sizes(request: Request) -> None:
    if not _JOB_NAME.fullmatch(request.get("jobName", "")):
        refuse(f"jobName {request.get('jobName')!r} must be 1 to 128 letters, digits, hyphens and underscores")
    size = request.get("arrayProperties", {}).get("size")
    if size is not None and not MIN_ARRAY_SIZE <= size <= MAX_ARRAY_SIZE:
        refuse(f"Array size must be between {MIN_ARRAY_SIZE} and {MAX_ARRAY_SIZE}, got {size}")
    overrides = len(json.dumps(request.get("containerOverrides", {}), separators=(",", ":")))
    if overrides > MAX_CONTAINER_OVERRIDES_CHARACTERS:
        refuse(
            f"Container Overrides length must be at most {MAX_CONTAINER_OVERRIDES_CHARACTERS}, got {overrides}",
        )
    payload = len(json.dumps(request, separators=(",", ":")))
    if payload > MAX_SUBMIT_JOB_REQUEST_BYTES:
        refuse(f"SubmitJob request must be at most {MAX_SUBMIT_JOB_REQUEST_BYTES} bytes, got {payload}")


def _container(definition: JobDefinition, overrides: Request, parameters: dict[str, str]) -> Request:
    properties = definition.description.get("containerProperties")
    if not properties:
        refuse(f"{definition.name}: only single-container jobs on ECS are emulated (containerProperties)")
    container: Request = {**properties}
    command = overrides.get("command") or properties.get("command") or []
    container["command"] = [_substitute(word, parameters) for word in command]
    container["environment"] = _named(properties, overrides, "environment", "name")
    container["resourceRequirements"] = _resources(properties, overrides)
    reserved = [entry["name"] for entry in container["environment"] if entry["name"].startswith("AWS_BATCH")]
    if reserved:
        refuse(f"Environment variable names that start with AWS_BATCH are reserved: {', '.join(reserved)}")
    return container


def _substitute(word: str, parameters: dict[str, str]) -> str:
    return _REFERENCE.sub(lambda match: parameters.get(match[1], match[0]), word)


def _named(properties: Request, overrides: Request, member: str, key: str) -> list[Request]:
    merged = {entry[key]: entry for source in (properties, overrides) for entry in source.get(member) or []}
    return list(merged.values())


def _resources(properties: Request, overrides: Request) -> list[Request]:
    legacy = {"vcpus": "VCPU", "memory": "MEMORY"}
    stated = [
        {
            "resourceRequirements": [
                *({"type": name, "value": str(source[key])} for key, name in legacy.items() if key in source),
                *(source.get("resourceRequirements") or []),
            ],
        }
        for source in (properties, overrides)
    ]
    return _named(stated[0], stated[1], "resourceRequirements", "type")


def _required(container: Request, kind: str) -> float:
    stated = {entry["type"]: entry["value"] for entry in container["resourceRequirements"]}
    if kind not in stated:
        refuse(f"resourceRequirements: {kind} is required")
    return float(stated[kind])


def _tags(definition: JobDefinition, request: Request) -> dict[str, str]:
    propagate = request.get("propagateTags", definition.description.get("propagateTags", False))
    inherited = definition.description.get("tags", {}) if propagate else {}
    return {**inherited, **request.get("tags", {})}
