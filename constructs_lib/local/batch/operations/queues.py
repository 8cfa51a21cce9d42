"""Job queues.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_CreateJobQueue.html and its neighbours, and
https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeEnvironmentOrder.html
"""

from collections.abc import Sequence
from typing import Any

from constructs_lib.instance_types.catalog import Shape, allowed
from constructs_lib.limits import (
    MAX_ENVIRONMENTS_PER_QUEUE,
    MAX_JOB_STATE_TIME_LIMIT_SECONDS,
    MAX_QUEUE_PRIORITY,
    MAX_QUEUES,
    MIN_JOB_STATE_TIME_LIMIT_SECONDS,
)
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.engine.deletion import sweep, terminate_jobs
from constructs_lib.local.batch.errors import invalid, refuse
from constructs_lib.local.batch.operations.paging import page
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.batch.resources import ComputeEnvironment
from constructs_lib.local.batch.rules.names import check_resource_name, check_tags

Request = dict[str, Any]
Response = dict[str, Any]


def create(engine: Engine, request: Request) -> Response:
    """CreateJobQueue."""
    registry = engine.registry
    check_resource_name(request["jobQueueName"])
    check_tags(request.get("tags", {}))
    if len(registry.queues) >= MAX_QUEUES:
        invalid(f"Maximum number of job queues is {MAX_QUEUES}")
    if registry.arn("job-queue", request["jobQueueName"]) in registry.queues:
        refuse("Object already exists")
    if not request.get("computeEnvironmentOrder"):
        invalid("computeEnvironmentOrder must have at least one compute environment.")
    fargate = _check(registry, request)
    made = registry.create_queue({"jobQueueType": "ECS_FARGATE" if fargate else "ECS", **request})
    return {"jobQueueName": made.name, "jobQueueArn": made.arn}


def update(engine: Engine, request: Request) -> Response:
    """UpdateJobQueue: in effect at once, also for jobs that wait."""
    found = engine.registry.queue(request["jobQueue"])
    if found.deleting:
        refuse("Cannot update, resource is being modified.")
    changes = {key: value for key, value in request.items() if key != "jobQueue"}
    if "computeEnvironmentOrder" in changes or "schedulingPolicyArn" in changes:
        _check(engine.registry, {**found.description, **changes})
    else:
        _check_numbers(changes)
    if "computeEnvironmentOrder" in changes:
        changes["computeEnvironmentOrder"] = engine.registry.environment_order(changes["computeEnvironmentOrder"])
    found.description |= changes
    engine.resources_changed()
    return {"jobQueueName": found.name, "jobQueueArn": found.arn}


def delete(engine: Engine, request: Request) -> Response:
    """DeleteJobQueue: it has to be disabled; its jobs are terminated, and it goes with the last of them."""
    reference = request["jobQueue"]
    arn = reference if reference.startswith("arn:") else engine.registry.arn("job-queue", reference)
    found = engine.registry.queues.get(arn)
    if found is None:
        return {}  # AWS answers the same to a second deletion
    if found.enabled:
        refuse("Cannot delete, JobQueue must be disabled first.")
    found.description |= {"status": "DELETING", "statusReason": "JobQueue is being deleted"}
    terminate_jobs(engine, found)
    sweep(engine)
    return {}


def describe(engine: Engine, request: Request) -> Response:
    """DescribeJobQueues."""
    wanted = request.get("jobQueues")
    found = [
        item.description
        for item in engine.registry.queues.values()
        if not wanted or item.name in wanted or item.arn in wanted
    ]
    return page("jobQueues", found, request)


def _check(registry: Registry, request: Request) -> bool:
    """Check what a queue shall be; whether it is one on Fargate."""
    _check_numbers(request)
    if "serviceEnvironmentOrder" in request:
        refuse("serviceEnvironmentOrder: queues of SageMaker Training jobs are not emulated")
    order = request["computeEnvironmentOrder"]
    if len(order) > MAX_ENVIRONMENTS_PER_QUEUE:
        invalid(f"Number of compute environments must be at most {MAX_ENVIRONMENTS_PER_QUEUE}, got {len(order)}")
    environments = [registry.environment(entry["computeEnvironment"]) for entry in order]
    if len({entry["order"] for entry in order}) < len(order):
        invalid("computeEnvironmentOrder: each compute environment needs an order of its own")
    for environment in environments:
        if environment.deleting or not environment.valid:
            refuse(f"{environment.arn} must be created and valid before attaching")
    if len({environment.fargate for environment in environments}) > 1:
        invalid("EC2 and Fargate compute environments cannot be mixed in a job queue.")
    if len({shape.architecture for environment in environments for shape in _shapes(environment)}) > 1:
        invalid("All compute environments that are associated with a job queue must share the same architecture.")
    if policy := request.get("schedulingPolicyArn"):
        registry.policy(policy)
    return any(environment.fargate for environment in environments)


def _shapes(environment: ComputeEnvironment) -> Sequence[Shape]:
    return allowed(tuple(environment.compute.get("instanceTypes", ())))


def _check_numbers(request: Request) -> None:
    if not 0 <= request.get("priority", 0) <= MAX_QUEUE_PRIORITY:
        invalid(f"Priority must be between 0 and {MAX_QUEUE_PRIORITY}, got {request['priority']}")
    for action in request.get("jobStateTimeLimitActions", []):
        seconds = action["maxTimeSeconds"]
        if not MIN_JOB_STATE_TIME_LIMIT_SECONDS <= seconds <= MAX_JOB_STATE_TIME_LIMIT_SECONDS:
            invalid(
                f"maxTimeSeconds must be between {MIN_JOB_STATE_TIME_LIMIT_SECONDS} and "
                f"{MAX_JOB_STATE_TIME_LIMIT_SECONDS}, got {seconds}",
            )
        if action["action"] != "CANCEL":
            invalid(f"action {action['action']} is not applicable for queues on Amazon ECS, only CANCEL is.")
