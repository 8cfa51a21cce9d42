"""What EventBridge Scheduler refuses, in its words where they are known.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

import json
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from constructs_lib.local.protocols.constraints import summary, violations
from constructs_lib.local.schedules.requests import (
    READ_ONLY,
    TEMPLATED,
    WITH_JSON,
    RequestError,
    call_of,
    service_of,
    universal,
)
from constructs_lib.local.states.tasks.services import operation
from constructs_lib.local.timetables import ExpressionError, schedule_expression

_PAST_SECONDS = 5 * 60
_ARN_FIELDS = 6
_NEEDED = {"events": "EventBridgeParameters", "ecs": "EcsParameters", "kinesis": "KinesisParameters"}

Request = dict[str, Any]


def zone(name: str | None) -> ZoneInfo:
    """A time zone by its name, default UTC.

    Raises:
        ValueError: there is none.
    """
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(name) from None


def problem(name: str, request: Request, now: float, trusts: Callable[[str], bool]) -> str | None:
    """Why a schedule is refused; None if it is not.

    Args:
        name: of the operation.
        request: its parameters.
        now: seconds since the epoch.
        trusts: whether a role lets EventBridge Scheduler take it on.
    """
    model = operation("scheduler", name)
    broken = list(violations(model.input_shape, request)) if model else []
    if broken:
        return summary(broken)
    return next(_problems(request, now, trusts), None)


def _problems(request: Request, now: float, trusts: Callable[[str], bool]) -> Iterator[str]:
    expression = request["ScheduleExpression"]
    try:
        schedule_expression(expression)
    except ExpressionError:
        yield f"Invalid Schedule Expression {expression}."
    try:
        zone(request.get("ScheduleExpressionTimezone"))
    except ValueError:
        yield f"Invalid Schedule Expression Timezone {request['ScheduleExpressionTimezone']}."
    yield from _window(request["FlexibleTimeWindow"])
    yield from _dates(request, now)
    yield from _of_target(request["Target"])
    if not trusts(request["Target"]["RoleArn"]):
        yield "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."


def _window(window: dict[str, Any]) -> Iterator[str]:
    has_minutes = window.get("MaximumWindowInMinutes") is not None
    if window["Mode"] == "FLEXIBLE" and not has_minutes:
        yield "MaximumWindowInMinutes must be provided when FlexibleTimeWindow Mode is FLEXIBLE."
    if window["Mode"] == "OFF" and has_minutes:
        yield "MaximumWindowInMinutes must not be provided when FlexibleTimeWindow Mode is OFF."


def _dates(request: Request, now: float) -> Iterator[str]:
    start, end = request.get("StartDate"), request.get("EndDate")
    if request["ScheduleExpression"].startswith("at("):
        return  # neither counts
    if start is not None and start < now - _PAST_SECONDS:
        yield "The StartDate you specify cannot be earlier than 5 minutes ago."
    if end is not None and end < max(now, start or now):
        yield "The EndDate you specify cannot be earlier than the StartDate, or in the past."


def _of_target(target: dict[str, Any]) -> Iterator[str]:
    arn, given = target["Arn"], target.get("Input")
    if len(arn.split(":")) < _ARN_FIELDS or not arn.startswith("arn:"):
        yield "Provided Arn is not in correct format."
        return
    queue = (target.get("DeadLetterConfig") or {}).get("Arn", "")
    if queue.endswith(".fifo"):
        yield "The dead-letter queue must be a standard Amazon SQS queue."
    if names := universal(arn):
        service, action = names
        if operation(service, action) is None:
            yield f"{service} is not a supported service for a target."
        if action.startswith(READ_ONLY):
            yield f"{service}:{action} is not a supported API action for a target."
        yield from _of_call(target)
        return
    service = service_of(arn)
    if service not in TEMPLATED:
        yield f"{service} is not a supported service for a target."
    if service in _NEEDED and not target.get(_NEEDED[service]):
        yield f"{_NEEDED[service]} must be provided for this target."
    if service in WITH_JSON and given is not None and not _is_json(given):
        yield "Invalid Input: the input of this target must be a well-formed JSON."


def _of_call(target: dict[str, Any]) -> Iterator[str]:
    try:
        call_of(target, target.get("Input"), "{}")
    except RequestError as error:
        yield str(error)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
