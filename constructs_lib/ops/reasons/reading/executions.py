"""An execution, what its history says of its end, and what it waits for.

The history is read backwards, in pages: of an execution with 25,000 events only the last ones are.
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from constructs_lib.ops.reasons.executions.failure import Failure
from constructs_lib.ops.reasons.reading.asking import Asking

Described = Mapping[str, Any]

_PAGE: Final = 250
_EVENTS: Final = 2_500
_IN_STATE: Final = re.compile(r"executing the state '(?P<state>[^']+)'(?: \(entered at the event id #\d+\))?")
_ENDINGS: Final = ("ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut", "ExecutionSucceeded")


@dataclass(frozen=True, slots=True)
class Open:
    """Something that an execution waits for.

    Attributes:
        state: the name of the state.
        kind: of the event that nothing has followed: ``TaskSubmitted``, ``WaitStateEntered``.
        resource: what a task called, such as ``batch:submitJob.sync``.
        output: of a submitted task: the job, the execution or the task of Amazon ECS.
        since: seconds since the epoch.
    """

    state: str
    kind: str
    resource: str = ""
    output: Mapping[str, Any] = field(default_factory=dict)
    since: float = 0.0


def describe(asking: Asking, arn: str) -> Described | None:
    """An execution; None where there is none."""
    client = asking.client("stepfunctions")
    try:
        return dict(client.describe_execution(executionArn=arn))
    except client.exceptions.ExecutionDoesNotExist:
        return None


def failures_of(asking: Asking, execution: Described) -> list[Failure]:
    """The error of an execution and its state, and the errors before it that led there, the last first."""
    events = {event["id"]: event for event in last_events(asking, execution["executionArn"])}
    role = _role(asking, execution)
    timed_out = "States.Timeout" if execution["status"] == "TIMED_OUT" else ""
    own = Failure(error=execution.get("error") or timed_out, cause=execution.get("cause", ""), role=role)
    if not events:
        return [own]
    chain = list(_chain(events))
    found = [failure for event in chain if (failure := _failure(events, event, role)) is not None]
    first = found[0] if found else None
    state = _state_in(own.cause) or next((_entered(event) for event in chain if _entered(event)), None)
    if first and (first.error, first.cause) == (own.error, own.cause):
        return found
    ended_itself = any(event["type"] == "FailStateEntered" and _entered(event) == state for event in chain)
    return [replace(own, state=state, is_fail_state=ended_itself), *found]


def map_run_of(asking: Asking, arn: str) -> str | None:
    """The ARN of the Map Run that an execution has started last."""
    for event in last_events(asking, arn):
        if found := event.get("mapRunStartedEventDetails", {}).get("mapRunArn"):
            return str(found)
    return None


def children_of(asking: Asking, map_run: str, status: str) -> list[Described]:
    """Executions of a Map Run that are in a state, up to ten."""
    found: list[Described] = asking.ask(
        "states:ListExecutions",
        lambda: asking.client("stepfunctions").list_executions(mapRunArn=map_run, statusFilter=status, maxResults=10)[
            "executions"
        ],
        [],
        about="the executions of its items",
    )
    return found


def map_run(asking: Asking, arn: str) -> Described:
    """A Map Run, with how many of its items are in which state."""
    found: Described = asking.ask(
        "states:DescribeMapRun",
        lambda: dict(asking.client("stepfunctions").describe_map_run(mapRunArn=arn)),
        {},
        about="how many of its items failed",
    )
    return found


def open_tasks(asking: Asking, arn: str) -> list[Open]:
    """What an execution waits for, or waited for when it ended: events that nothing has followed, the last first."""
    events = {event["id"]: event for event in last_events(asking, arn)}
    followed = {event["previousEventId"] for event in events.values() if event["type"] not in _ENDINGS}
    return [
        found
        for number, event in events.items()
        if number not in followed and (found := _open(events, event)) is not None
    ]


def last_events(asking: Asking, arn: str) -> list[dict[str, Any]]:
    """The last events of an execution, the last one first."""
    pages = asking.client("stepfunctions").get_paginator("get_execution_history")
    options = {"reverseOrder": True, "includeExecutionData": True, "PaginationConfig": {"PageSize": _PAGE}}
    found: list[dict[str, Any]] = []

    def read() -> None:
        for page in pages.paginate(executionArn=arn, **options):
            found.extend(page["events"])
            if len(found) >= _EVENTS or _is_enough(found):
                return

    asking.ask("states:GetExecutionHistory", read, None, about="which of its states failed")
    return found


def objects_named(asking: Asking, uri: str) -> list[str]:
    """The texts of a JSON array in S3, where a fan-out keeps lists that are too long for its output."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    body = asking.ask(
        "s3:GetObject",
        lambda: bytes(asking.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()),
        b"[]",
        about="which jobs it submitted",
    )
    found = json.loads(body)
    return [str(item) for item in islice(found, 10_000)] if isinstance(found, list) else []


def _is_enough(events: list[dict[str, Any]]) -> bool:
    """Whether an execution has ended, and the way back to the state that ended it has been read."""
    if not events or events[0]["type"] not in _ENDINGS:
        return False
    by_id = {event["id"]: event for event in events}
    return any(_entered(event) for event in _chain(by_id))


def _chain(events: Mapping[int, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The last event and those that led to it, as far as they were read.

    Where an event does not say what led to it, the one before it did.
    """
    event = events.get(max(events))
    while event is not None:
        yield event
        event = events.get(event["previousEventId"] or event["id"] - 1)


def _failure(events: Mapping[int, dict[str, Any]], event: dict[str, Any], role: str | None) -> Failure | None:
    details = _details(event)
    if not event["type"].endswith(("Failed", "TimedOut")) or "error" not in details or event["type"] in _ENDINGS:
        return None
    cause = str(details.get("cause", ""))
    return Failure(
        error=str(details["error"]),
        cause=cause,
        state=_state_in(cause) or str(details.get("state") or _state_of(events, event) or "") or None,
        resource=_resource(details),
        role=role,
        location=str(details.get("location", "")),
    )


def _state_of(events: Mapping[int, dict[str, Any]], event: dict[str, Any] | None) -> str | None:
    """The state in which an event happened: the one that was entered last on the way to it."""
    while event is not None:
        if found := _entered(event):
            return found
        event = events.get(event["previousEventId"] or event["id"] - 1)
    return None


def _open(events: Mapping[int, dict[str, Any]], event: dict[str, Any]) -> Open | None:
    kind, details = str(event["type"]), _details(event)
    if not kind.endswith(("Submitted", "Started", "Scheduled", "StateEntered")) or kind == "ExecutionStarted":
        return None
    return Open(
        state=_state_of(events, event) or "",
        kind=kind,
        resource=_resource(details) or _resource_before(events, event),
        output=_json(details.get("output")) if kind != "MapRunStarted" else {"MapRunArn": details.get("mapRunArn")},
        since=event["timestamp"].timestamp(),
    )


def _resource_before(events: Mapping[int, dict[str, Any]], event: dict[str, Any]) -> str:
    before = events.get(event["previousEventId"])
    return _resource(_details(before)) if before and "Task" in event["type"] else ""


def _details(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((value for key, value in event.items() if key.endswith("EventDetails")), {})


def _entered(event: Mapping[str, Any]) -> str | None:
    found = event.get("stateEnteredEventDetails", {}).get("name")
    return str(found) if found else None


def _resource(details: Mapping[str, Any]) -> str:
    parts = [str(details[key]) for key in ("resourceType", "resource") if details.get(key)]
    return ":".join(parts)


def _state_in(cause: str) -> str | None:
    match = _IN_STATE.search(cause)
    return match["state"] if match else None


def _json(text: object) -> dict[str, Any]:
    try:
        found = json.loads(str(text)) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _role(asking: Asking, execution: Described) -> str | None:
    found: dict[str, Any] = asking.ask(
        "states:DescribeStateMachineForExecution",
        lambda: dict(
            asking.client("stepfunctions").describe_state_machine_for_execution(executionArn=execution["executionArn"])
        ),
        {},
    )
    return found.get("roleArn")
