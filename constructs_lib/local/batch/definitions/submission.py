"""From a SubmitJob request and a job definition to what is going to run, within AWS's rules and quotas.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

import json
from typing import Any

from constructs_lib.core.container_contract import ARRAY_INDEX
from constructs_lib.limits import (
    MAX_ARRAY_SIZE,
    MAX_SUBMIT_JOB_REQUEST_BYTES,
    MAX_TAGS,
    MIN_ARRAY_SIZE,
)
from constructs_lib.local.batch.definitions import containers
from constructs_lib.local.batch.definitions.containers import plain
from constructs_lib.local.batch.definitions.job_definitions import check_retry, check_scheduling_priority, check_timeout
from constructs_lib.local.batch.definitions.merging import as_one, merged, too_long
from constructs_lib.local.batch.definitions.nodes import filled_in, main_container, refuse_changes, with_nodes
from constructs_lib.local.batch.definitions.parts import with_parts
from constructs_lib.local.batch.errors import invalid, refuse
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.batch.resources import JobDefinition, JobQueue
from constructs_lib.local.batch.rules.names import check_job_name, check_share_identifier, check_tags
from constructs_lib.local.scheduler.jobs.job import Dependency, JobSpec

Request = dict[str, Any]


def job_spec(registry: Registry, request: Request) -> JobSpec:
    """Resolve a checked request; a call that AWS Batch refuses raises a ``ClientException``."""
    _check(request)
    queue = registry.queue(request["jobQueue"])
    definition = registry.definition(request["jobDefinition"])
    description = definition.description
    _check_queue(registry, queue, definition)
    share, priority = _share(queue, definition, request)
    parameters = {**description.get("parameters", {}), **request.get("parameters", {})}
    of_nodes = _nodes(registry, queue, description, request, parameters)
    task = plain(main_container(of_nodes)) if of_nodes else merged(description, request, parameters)
    fargate = "FARGATE" in _capabilities(definition)
    _check_resources(task, fargate=fargate)
    retry = request.get("retryStrategy") or description.get("retryStrategy", {})
    timeout = request.get("timeout") or description.get("timeout", {})
    details = {
        "parameters": parameters,
        "tags": dict(request.get("tags", {})),
        "timeout": timeout,
        "retryStrategy": {"attempts": 1, "evaluateOnExit": [], **retry},
        "platformCapabilities": _capabilities(definition),
        "propagateTags": request.get("propagateTags", description.get("propagateTags", False)),
        "consumableResourceProperties": _consumables(registry, description, request),
        "dependsOn": request.get("dependsOn", []),
        **({"shareIdentifier": share, "schedulingPriority": priority} if share else {}),
        **({"ecsProperties": _ecs(task)} if "ecsProperties" in description else {}),
        **({"nodeProperties": of_nodes} if of_nodes else {}),
    }
    spec = JobSpec(
        name=request["jobName"],
        queue=queue,
        definition=definition,
        container=as_one(task),
        vcpus=containers.total(task.containers, "VCPU"),
        attempts=int(retry.get("attempts", 1)),
        evaluate_on_exit=tuple(retry.get("evaluateOnExit", ())),
        timeout_seconds=timeout.get("attemptDurationSeconds"),
        size=request.get("arrayProperties", {}).get("size"),
        details=details,
        memory=containers.total(task.containers, "MEMORY"),
        gpus=int(containers.total(task.containers, "GPU")),
        share=share,
        priority=priority or 0,
        depends_on=tuple(Dependency(item.get("jobId"), item.get("type")) for item in request.get("dependsOn", [])),
        consumables=tuple(
            (item["consumableResource"], int(item["quantity"]))
            for item in details["consumableResourceProperties"].get("consumableResourceList", [])
        ),
    )
    return with_nodes(spec, of_nodes) if of_nodes else with_parts(spec, task)


def start_problem(spec: JobSpec, job_id: str) -> str | None:
    """Why a job that AWS Batch accepts is going to fail when it is started; None when it is not."""
    own, inherited = spec.details["tags"], spec.definition.description.get("tags", {})
    if spec.details["propagateTags"] and len({**inherited, **own}) > MAX_TAGS:
        return f"The tags of the job and its job definition are more than {MAX_TAGS}"
    if spec.nodes:
        return None  # nothing of them is overridden
    variables = {
        "AWS_BATCH_CE_NAME": next(iter(spec.queue.environment_arns), "").rpartition("/")[2],
        "AWS_BATCH_JOB_ATTEMPT": "1",
        "AWS_BATCH_JOB_ID": job_id,
        "AWS_BATCH_JQ_NAME": spec.queue.name,
        **({ARRAY_INDEX: str(spec.size - 1)} if spec.size else {}),
    }
    return too_long(task_of(spec), spec.definition.description, variables)


def task_of(spec: JobSpec) -> containers.JobContainers:
    """All containers of a job."""
    if "ecsProperties" not in spec.details:
        return containers.plain(spec.container)
    [shared] = spec.details["ecsProperties"]["taskProperties"]
    return containers.JobContainers(shared, tuple(shared["containers"]))


def _check(request: Request) -> None:
    """Refuse what is wrong whatever the queue and the definition are."""
    check_job_name(request["jobName"])
    size = -(-len(json.dumps(request, separators=(",", ":")).encode()) // 1024)
    if size > MAX_SUBMIT_JOB_REQUEST_BYTES // 1024:
        invalid(f"Job size must be less than {MAX_SUBMIT_JOB_REQUEST_BYTES // 1024} KiB, got {size} KiB")
    for name in ("nodeOverrides", "eksPropertiesOverride"):
        if name in request:
            refuse(f"{name} is not emulated: jobs of one node on Amazon ECS are (containerOverrides)")
    array = request.get("arrayProperties", {}).get("size")
    if array is not None and not MIN_ARRAY_SIZE <= array <= MAX_ARRAY_SIZE:
        invalid(f"Array size must be between {MIN_ARRAY_SIZE} and {MAX_ARRAY_SIZE}, got {array}")
    check_tags(request.get("tags", {}))
    check_retry(request.get("retryStrategy"))
    check_timeout(request.get("timeout"))
    check_scheduling_priority(request.get("schedulingPriorityOverride"))
    overrides = [request.get("containerOverrides", {})]
    for task in request.get("ecsPropertiesOverride", {}).get("taskProperties", []):
        overrides += task.get("containers", [])
    for override in overrides:
        containers.check_environment(override.get("environment", []))


def _check_queue(registry: Registry, queue: JobQueue, definition: JobDefinition) -> None:
    if not queue.enabled:
        refuse(f"JobQueue {queue.arn} is in DISABLED state, it takes no new jobs.")
    environments = [registry.environments[arn] for arn in queue.environment_arns]
    capability = "FARGATE" if any(environment.fargate for environment in environments) else "EC2"
    wanted = _capabilities(definition)
    if environments and capability not in wanted:
        refuse(f"Job Queue is attached to Compute Environment that can not run Jobs with capability {wanted[0]}")


def _capabilities(definition: JobDefinition) -> list[str]:
    found: list[str] = definition.description.get("platformCapabilities") or ["EC2"]
    return found


def _share(queue: JobQueue, definition: JobDefinition, request: Request) -> tuple[str | None, int | None]:
    """The share identifier and the priority within the share; a queue that is first in, first out has neither."""
    share, override = request.get("shareIdentifier"), request.get("schedulingPriorityOverride")
    if not queue.policy_arn:
        if share is not None or override is not None:
            refuse(
                "Job with shareIdentifier or schedulingPriority can only be submitted to job queue with fair share "
                "scheduling policy.",
            )
        return None, None
    if share is None:
        refuse("shareIdentifier must be specified.")
    check_share_identifier(share)
    priority = override if override is not None else definition.description.get("schedulingPriority")
    if priority is None:
        refuse("Either schedulingPriority in job definition or schedulingPriorityOverride should be specified.")
    return share, priority


def _check_resources(task: containers.JobContainers, *, fargate: bool) -> None:
    for container in task.containers:
        containers.check_numbers(containers.requirements(container), fargate=fargate)
    problem = containers.fargate_problem(task) if fargate else None
    if problem:
        refuse(problem)


def _consumables(registry: Registry, description: Request, request: Request) -> Request:
    stated = request.get("consumableResourcePropertiesOverride") or description.get("consumableResourceProperties", {})
    found = [
        {**item, "consumableResource": registry.consumable(item["consumableResource"]).arn}
        for item in stated.get("consumableResourceList", [])
    ]
    return {"consumableResourceList": found} if found else {}


def _nodes(
    registry: Registry, queue: JobQueue, description: Request, request: Request, parameters: dict[str, str]
) -> Request:
    """The nodes of a multi-node job; nothing for another job."""
    if "nodeProperties" not in description:
        return {}
    refuse_changes(request)
    if any(registry.environments[arn].compute.get("type") == "SPOT" for arn in queue.environment_arns):
        refuse("Multi-node parallel jobs aren't supported on compute environments that use Spot Instances.")
    return filled_in(description["nodeProperties"], parameters)


def _ecs(task: containers.JobContainers) -> Request:
    return {"taskProperties": [{**task.shared, "containers": list(task.containers)}]}
