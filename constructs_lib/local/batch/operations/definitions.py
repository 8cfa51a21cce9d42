"""Job definitions.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html and its neighbours.
"""

from typing import Any

from constructs_lib.limits import INACTIVE_DEFINITION_DAYS
from constructs_lib.local.batch.definitions import job_definitions
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.errors import refuse
from constructs_lib.local.batch.operations.paging import page
from constructs_lib.local.batch.resources import JobDefinition

Request = dict[str, Any]
Response = dict[str, Any]

_DAY = 24 * 60 * 60


def register(engine: Engine, request: Request) -> Response:
    """RegisterJobDefinition: the next revision of a name."""
    job_definitions.check(request)
    made = engine.registry.register_definition(request)
    return {"jobDefinitionName": made.name, "jobDefinitionArn": made.arn, "revision": made.revision}


def deregister(engine: Engine, request: Request) -> Response:
    """DeregisterJobDefinition: jobs that were submitted with it go on."""
    reference = request["jobDefinition"]
    if ":" not in reference.rsplit("/", 1)[-1]:
        refuse(f"jobDefinition {reference} must be name:revision or an ARN")
    for found in engine.registry.revisions(reference):
        found.description["status"] = "INACTIVE"
        found.deregistered_at = engine.clock.now()
    return {}


def describe(engine: Engine, request: Request) -> Response:
    """DescribeJobDefinitions: those asked for, newest first; INACTIVE ones vanish after half a year."""
    wanted = request.get("jobDefinitions") or [request[name] for name in ("jobDefinitionName",) if name in request]
    forgotten = engine.clock.now() - INACTIVE_DEFINITION_DAYS * _DAY
    found = [
        item.description
        for revisions in engine.registry.definitions.values()
        for item in reversed(revisions)
        if _is_wanted(item, wanted)
        and request.get("status") in (None, item.description["status"])
        and (item.deregistered_at is None or item.deregistered_at > forgotten)
    ]
    return page("jobDefinitions", found, request)


def _is_wanted(item: JobDefinition, wanted: list[str]) -> bool:
    return not wanted or any(name in wanted for name in (item.name, f"{item.name}:{item.revision}", item.arn))
