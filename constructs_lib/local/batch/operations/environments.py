"""Compute environments.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_CreateComputeEnvironment.html and its neighbours.
"""

from typing import Any

from constructs_lib.limits import MAX_ENVIRONMENTS
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.engine.deletion import sweep
from constructs_lib.local.batch.errors import invalid, refuse
from constructs_lib.local.batch.operations.paging import page
from constructs_lib.local.batch.rules import compute_resources
from constructs_lib.local.batch.rules.names import check_resource_name, check_tags

Request = dict[str, Any]
Response = dict[str, Any]


def create(engine: Engine, request: Request) -> Response:
    """CreateComputeEnvironment."""
    check_resource_name(request["computeEnvironmentName"])
    check_tags(request.get("tags", {}))
    if "eksConfiguration" in request:
        refuse("eksConfiguration: compute environments on Amazon EKS are not emulated, those on Amazon ECS are")
    if len(engine.registry.environments) >= MAX_ENVIRONMENTS:
        invalid(f"Maximum number of compute environments is {MAX_ENVIRONMENTS}")
    managed = request["type"] == "MANAGED"
    if managed != ("computeResources" in request):
        invalid(f"computeResources must {'' if managed else 'not '}be provided for {request['type']} type.")
    if managed:
        if "unmanagedvCpus" in request:
            invalid("unmanagedvCpus is not applicable for MANAGED type.")
        region = engine.registry.location.region
        request["computeResources"] = compute_resources.created(request["computeResources"], region)
    made = engine.registry.create_environment(request)
    return {"computeEnvironmentName": made.name, "computeEnvironmentArn": made.arn}


def update(engine: Engine, request: Request) -> Response:
    """UpdateComputeEnvironment: in effect at once, also for jobs that wait."""
    found = engine.registry.environment(request["computeEnvironment"])
    if found.deleting:
        refuse("Cannot update, resource is being modified.")
    if "eksConfiguration" in request:
        refuse("eksConfiguration: compute environments on Amazon EKS are not emulated, those on Amazon ECS are")
    changes = {key: value for key, value in request.items() if key != "computeEnvironment"}
    if "computeResources" in changes:
        if not found.compute:
            invalid("computeResources must not be provided for UNMANAGED type.")
        region = engine.registry.location.region
        changes["computeResources"] = compute_resources.updated(found, changes["computeResources"], region)
    found.description |= changes
    engine.registry.judge(found)
    engine.resources_changed()
    return {"computeEnvironmentName": found.name, "computeEnvironmentArn": found.arn}


def delete(engine: Engine, request: Request) -> Response:
    """DeleteComputeEnvironment: it has to be disabled, and no queue may use it; jobs that run there end first."""
    registry = engine.registry
    reference = request["computeEnvironment"]
    arn = reference if reference.startswith("arn:") else registry.arn("compute-environment", reference)
    found = registry.environments.get(arn)
    if found is None:
        return {}  # AWS answers the same to a second deletion
    if found.description["state"] == "ENABLED":
        refuse("Cannot delete, ComputeEnvironment must be disabled first.")
    if any(arn in queue.environment_arns for queue in registry.queues.values()):
        refuse("Cannot delete, found existing JobQueue relationship")
    found.description |= {"status": "DELETING", "statusReason": "ComputeEnvironment is being deleted"}
    sweep(engine)
    return {}


def describe(engine: Engine, request: Request) -> Response:
    """DescribeComputeEnvironments."""
    wanted = request.get("computeEnvironments")
    found = [
        item.description
        for item in engine.registry.environments.values()
        if not wanted or item.name in wanted or item.arn in wanted
    ]
    return page("computeEnvironments", found, request)
