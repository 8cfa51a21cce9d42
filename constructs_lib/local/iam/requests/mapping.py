"""Which module knows a service, and what is asked about calls that none knows."""

from collections.abc import Callable
from typing import Any

from constructs_lib.local.iam.requests import batch, cloudwatch, ecs, events, named, s3, states
from constructs_lib.local.iam.requests.asked import Asked, Call, Place

_SERVICES: dict[str, Callable[[Call, Place], list[Asked] | None]] = {
    "batch": batch.asked,
    "cloudwatch": cloudwatch.asked,
    "ecs": ecs.asked,
    "events": events.asked,
    "pipes": events.asked_of_pipes,
    "s3": s3.asked,
    "scheduler": events.asked_of_scheduler,
    "states": states.asked,
}
_ALWAYS_ALLOWED = {"sts:GetCallerIdentity", "sts:GetSessionToken"}


def asked_by(call: Call, place: Place) -> list[Asked]:
    """What IAM is asked about a call; nothing about those that everybody may make."""
    if f"{call.service}:{call.operation}" in _ALWAYS_ALLOWED:
        return []
    known = _SERVICES.get(call.service, named.asked)(call, place)
    return known if known is not None else [_by_name(call, place)]


def _by_name(call: Call, place: Place) -> Asked:
    """The action has the operation's name; the resource is the first ARN of this service in the request."""
    arns = (value for value in _texts(call.parameters) if value.startswith(f"arn:{place.partition}:{call.service}:"))
    return Asked(f"{call.service}:{call.operation}", next(arns, None))


def _texts(parameters: dict[str, Any]) -> list[str]:
    return [value for value in parameters.values() if isinstance(value, str)]
