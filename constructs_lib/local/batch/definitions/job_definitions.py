"""What a job definition may be, and what of it a submission may override.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html
"""

import json
from typing import Any

from constructs_lib.limits import (
    MAX_ATTEMPTS,
    MAX_CONTAINERS_PER_JOB,
    MAX_EVALUATE_ON_EXIT,
    MAX_EVALUATE_ON_EXIT_CHARACTERS,
    MAX_JOB_DEFINITION_BYTES,
    MAX_SCHEDULING_PRIORITY,
    MIN_ATTEMPTS,
    MIN_TIMEOUT_SECONDS,
)
from constructs_lib.local.batch.definitions import containers, nodes
from constructs_lib.local.batch.definitions.parts import check_order
from constructs_lib.local.batch.errors import invalid, refuse
from constructs_lib.local.batch.rules.names import check_resource_name, check_tags

Request = dict[str, Any]


def check(definition: Request) -> None:
    """Refuse a job definition that AWS Batch refuses, or that cannot run here."""
    check_resource_name(definition["jobDefinitionName"])
    check_tags(definition.get("tags", {}))
    _check_kind(definition)
    check_retry(definition.get("retryStrategy"))
    check_timeout(definition.get("timeout"))
    check_scheduling_priority(definition.get("schedulingPriority"))
    size = len(json.dumps(definition, separators=(",", ":")).encode())
    if size > MAX_JOB_DEFINITION_BYTES:
        invalid(
            f"Job definition size must be less than {MAX_JOB_DEFINITION_BYTES // 1024} KiB, got {-(-size // 1024)} KiB"
        )
    capabilities = definition.setdefault("platformCapabilities", ["EC2"])
    if definition["type"] == "multinode":
        nodes.check(definition)
        return
    task = _task(definition)
    containers.check(task, fargate="FARGATE" in capabilities)
    check_order(task)


def _check_kind(definition: Request) -> None:
    if "eksProperties" in definition:
        refuse("eksProperties: jobs on Amazon EKS are not emulated, those on Amazon ECS are (containerProperties)")
    if "MANAGED_INSTANCES" in definition.get("platformCapabilities", []):
        refuse("platformCapabilities: MANAGED_INSTANCES is not emulated; EC2 and FARGATE are")
    if definition["type"] == "multinode":
        return
    given = [name for name in ("containerProperties", "ecsProperties") if name in definition]
    if len(given) != 1 or "nodeProperties" in definition:
        invalid("Exactly one of containerProperties, ecsProperties and eksProperties must be provided.")


def _task(definition: Request) -> containers.JobContainers:
    if "containerProperties" in definition:
        return containers.plain(definition["containerProperties"])
    tasks = definition["ecsProperties"]["taskProperties"]
    if len(tasks) != 1:
        invalid(f"taskProperties must have exactly one task, got {len(tasks)}")
    if not 1 <= len(tasks[0]["containers"]) <= MAX_CONTAINERS_PER_JOB:
        invalid(f"A task must have 1 to {MAX_CONTAINERS_PER_JOB} containers, got {len(tasks[0]['containers'])}")
    return containers.JobContainers(tasks[0], tuple(tasks[0]["containers"]))


def check_retry(retry: Request | None) -> None:
    """Refuse a retry strategy that AWS Batch refuses."""
    if retry is None:
        return
    if "attempts" not in retry:
        invalid("RetryAttempts must be provided with retry strategy")
    if not MIN_ATTEMPTS <= retry["attempts"] <= MAX_ATTEMPTS:
        invalid(f"RetryAttempts must be between {MIN_ATTEMPTS} and {MAX_ATTEMPTS}, got {retry['attempts']}")
    conditions = retry.get("evaluateOnExit", [])
    if len(conditions) > MAX_EVALUATE_ON_EXIT:
        invalid(f"evaluateOnExit must have at most {MAX_EVALUATE_ON_EXIT} entries, got {len(conditions)}")
    for condition in conditions:
        for name, pattern in condition.items():
            if len(pattern) > MAX_EVALUATE_ON_EXIT_CHARACTERS:
                invalid(f"{name} must be at most {MAX_EVALUATE_ON_EXIT_CHARACTERS} characters, got {len(pattern)}")
            if name != "action" and "*" in pattern[:-1]:
                invalid(f"{name}: {pattern} is not valid. An asterisk (*) is allowed at the end only.")
            if name == "onExitCode" and not pattern.removesuffix("*").isdecimal() and pattern != "*":
                invalid(f"onExitCode: {pattern} is not valid. It can have digits, and an asterisk (*) at the end.")


def check_timeout(timeout: Request | None) -> None:
    """Refuse a timeout that AWS Batch refuses."""
    seconds = (timeout or {}).get("attemptDurationSeconds")
    if seconds is not None and seconds < MIN_TIMEOUT_SECONDS:
        invalid(f"attemptDurationSeconds must be at least {MIN_TIMEOUT_SECONDS}, got {seconds}")


def check_scheduling_priority(priority: int | None) -> None:
    """Refuse a scheduling priority that AWS Batch refuses."""
    if priority is not None and not 0 <= priority <= MAX_SCHEDULING_PRIORITY:
        invalid(f"schedulingPriority must be between 0 and {MAX_SCHEDULING_PRIORITY}, got {priority}")
