"""Scheduling policies.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_CreateSchedulingPolicy.html and its neighbours.
"""

from typing import Any

from constructs_lib.limits import (
    MAX_COMPUTE_RESERVATION,
    MAX_SHARE_DECAY_SECONDS,
    MAX_WEIGHT_FACTOR,
    MIN_WEIGHT_FACTOR,
)
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.errors import invalid, refuse
from constructs_lib.local.batch.operations.paging import page
from constructs_lib.local.batch.rules.names import check_resource_name, check_tags

Request = dict[str, Any]
Response = dict[str, Any]


def create(engine: Engine, request: Request) -> Response:
    """CreateSchedulingPolicy."""
    check_resource_name(request["name"])
    check_tags(request.get("tags", {}))
    _check(request)
    made = engine.registry.create_policy(request)
    return {"name": made.name, "arn": made.arn}


def update(engine: Engine, request: Request) -> Response:
    """UpdateSchedulingPolicy: in effect at once."""
    found = engine.registry.policy(request["arn"])
    _check(request)
    found.description |= {key: value for key, value in request.items() if key != "arn"}
    engine.resources_changed()
    return {}


def delete(engine: Engine, request: Request) -> Response:
    """DeleteSchedulingPolicy: no queue may use it."""
    arn = request["arn"]
    if any(queue.policy_arn == arn for queue in engine.registry.queues.values()):
        refuse("Cannot delete, found existing JobQueue relationship")
    engine.registry.policies.pop(arn, None)
    return {}


def describe(engine: Engine, request: Request) -> Response:
    """DescribeSchedulingPolicies."""
    policies = engine.registry.policies
    return {"schedulingPolicies": [policies[arn].description for arn in request["arns"] if arn in policies]}


def list_all(engine: Engine, request: Request) -> Response:
    """ListSchedulingPolicies."""
    return page("schedulingPolicies", [{"arn": arn} for arn in engine.registry.policies], request)


def _check(request: Request) -> None:
    if "quotaSharePolicy" in request:
        refuse("quotaSharePolicy: quota shares of SageMaker Training jobs are not emulated")
    policy = request.get("fairsharePolicy", {})
    if not 0 <= policy.get("shareDecaySeconds", 0) <= MAX_SHARE_DECAY_SECONDS:
        invalid(f"shareDecaySeconds must be between 0 and {MAX_SHARE_DECAY_SECONDS}")
    if not 0 <= policy.get("computeReservation", 0) <= MAX_COMPUTE_RESERVATION:
        invalid(f"computeReservation must be between 0 and {MAX_COMPUTE_RESERVATION}")
    shares = policy.get("shareDistribution", [])
    for share in shares:
        if not MIN_WEIGHT_FACTOR <= share.get("weightFactor", 1) <= MAX_WEIGHT_FACTOR:
            invalid(f"weightFactor must be between {MIN_WEIGHT_FACTOR} and {MAX_WEIGHT_FACTOR}: {share}")
    _check_overlaps([share["shareIdentifier"] for share in shares])


def _check_overlaps(identifiers: list[str]) -> None:
    """Refuse identifiers of which one, ending in ``*``, takes in another."""
    for index, one in enumerate(identifiers):
        prefix = one.removesuffix("*")
        for at, other in enumerate(identifiers):
            if at != index and (one == other or (one.endswith("*") and other.startswith(prefix))):
                invalid(f"shareIdentifier {one} overlaps with {other}")
