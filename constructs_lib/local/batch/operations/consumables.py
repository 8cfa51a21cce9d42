"""Consumable resources.

Source: https://docs.aws.amazon.com/batch/latest/userguide/resource-aware-scheduling.html
"""

from typing import Any

from constructs_lib.limits import MAX_CONSUMABLE_RESOURCES
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.engine.describe import describe as describe_job
from constructs_lib.local.batch.errors import invalid, refuse
from constructs_lib.local.batch.operations.filters import Filters
from constructs_lib.local.batch.operations.paging import page
from constructs_lib.local.batch.resources import ConsumableResource
from constructs_lib.local.batch.rules.names import check_resource_name, check_tags
from constructs_lib.local.scheduler.jobs.job import Job

Request = dict[str, Any]
Response = dict[str, Any]


def create(engine: Engine, request: Request) -> Response:
    """CreateConsumableResource."""
    check_resource_name(request["consumableResourceName"])
    check_tags(request.get("tags", {}))
    kind = request.setdefault("resourceType", "REPLENISHABLE").upper()
    if kind not in ("REPLENISHABLE", "NON_REPLENISHABLE"):
        invalid(f"resourceType: {kind} is not valid. Valid values: REPLENISHABLE, NON_REPLENISHABLE.")
    if request.get("totalQuantity", 0) < 0:
        invalid(f"totalQuantity must not be negative, got {request['totalQuantity']}")
    if len(engine.registry.consumables) >= MAX_CONSUMABLE_RESOURCES:
        invalid(f"Maximum number of consumable resources is {MAX_CONSUMABLE_RESOURCES}")
    made = engine.registry.create_consumable({**request, "resourceType": kind}, engine.clock.now())
    return {"consumableResourceName": made.name, "consumableResourceArn": made.arn}


def update(engine: Engine, request: Request) -> Response:
    """UpdateConsumableResource: SET, ADD or REMOVE a quantity; in effect at once."""
    found = engine.registry.consumable(request["consumableResource"])
    token, quantity = request.get("clientToken"), request.get("quantity", 0)
    if token is None or token not in found.tokens:
        changes = {"SET": quantity, "ADD": found.total + quantity, "REMOVE": found.total - quantity}
        operation = request.get("operation", "SET").upper()
        if operation not in changes:
            invalid(f"operation: {operation} is not valid. Valid values: {', '.join(changes)}.")
        if changes[operation] < 0:
            refuse(f"{operation} of {quantity} would leave {found.name} with {changes[operation]}")
        found.description["totalQuantity"] = changes[operation]
        found.tokens |= {token} if token else set()
        engine.resources_changed()
    return {
        "consumableResourceName": found.name,
        "consumableResourceArn": found.arn,
        "totalQuantity": found.total,
    }


def delete(engine: Engine, request: Request) -> Response:
    """DeleteConsumableResource."""
    found = engine.registry.consumable(request["consumableResource"])
    engine.registry.consumables.pop(found.arn)
    return {}


def describe(engine: Engine, request: Request) -> Response:
    """DescribeConsumableResource."""
    found = engine.registry.consumable(request["consumableResource"])
    in_use = engine.consumed(found)
    return {
        **found.description,
        "inUseQuantity": in_use,
        "availableQuantity": max(0, found.total - in_use),
        "createdAt": int(found.created_at * 1000),
    }


def list_all(engine: Engine, request: Request) -> Response:
    """ListConsumableResources, all or those whose name fits the filter CONSUMABLE_RESOURCE_NAME."""
    filters = Filters(request.get("filters", []), ("CONSUMABLE_RESOURCE_NAME",))
    members = ("consumableResourceName", "consumableResourceArn", "totalQuantity", "resourceType")
    found = [
        {**{key: item.description[key] for key in members}, "inUseQuantity": engine.consumed(item)}
        for item in engine.registry.consumables.values()
        if filters.match("CONSUMABLE_RESOURCE_NAME", item.name)
    ]
    return page("consumableResources", found, request)


def list_jobs(engine: Engine, request: Request) -> Response:
    """ListJobsByConsumableResource: the jobs that take it, in any state."""
    found = engine.registry.consumable(request["consumableResource"])
    filters = Filters(request.get("filters", []), ("JOB_STATUS", "JOB_NAME"))
    jobs = [
        _summary(engine, job, found)
        for job in engine.leaves()
        if _taken(job, found)
        and filters.match("JOB_STATUS", job.status.value)
        and filters.match("JOB_NAME", job.spec.name)
    ]
    return page("jobs", jobs, request)


def _summary(engine: Engine, job: Job, resource: ConsumableResource) -> Response:
    detail = describe_job(engine.registry, job)
    kept = ("jobArn", "jobName", "shareIdentifier", "statusReason", "startedAt", "createdAt")
    return {
        **{key: detail[key] for key in kept if key in detail},
        "jobQueueArn": job.spec.queue.arn,
        "jobDefinitionArn": job.spec.definition.arn,
        "jobStatus": job.status.value,
        "quantity": _taken(job, resource),
        "consumableResourceProperties": detail["consumableResourceProperties"],
    }


def _taken(job: Job, resource: ConsumableResource) -> int:
    return sum(quantity for arn, quantity in job.spec.consumables if arn == resource.arn)
