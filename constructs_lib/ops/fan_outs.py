"""What the fan-outs of an execution did, by its history and the definition that it ran.

A fan-out names its states after itself: ``Tiles: Check outcome`` gets its summary, and before that ``Tiles: Plan jobs``
hands on where the results go; a distributed one says that in ``Tiles: Read items``.
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

FIELD: Final = "fanOutRerun"
"""Of the input of an execution: which items of its fan-outs run."""

_READ, _PLAN, _OUTCOME, _BATCHES = ": Read items", ": Plan jobs", ": Check outcome", ": Run batches"


@dataclass
class FanOut:
    """One fan-out of an execution.

    Attributes:
        name: what its states are named after.
        times: how often it began.
        can_rerun: whether its definition looks for items to rerun.
        is_distributed: whether its items come in batches.
        results_uri: where its results are; None if it did not come that far.
        summary: how it ended; None if it did not.
    """

    name: str
    times: int = 0
    can_rerun: bool = False
    is_distributed: bool = False
    results_uri: str | None = None
    summary: dict[str, Any] | None = None


def fan_outs(states: Any, execution: str, definition: Mapping[str, Any], seen: Callable[[int], None]) -> list[FanOut]:
    """Read the history of an execution.

    Args:
        states: a boto3 client of Step Functions.
        execution: its ARN.
        definition: what it ran.
        seen: told how many events there are so far.
    """
    known = dict(states_of(definition))
    found: dict[str, FanOut] = {}
    events = 0
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=execution, includeExecutionData=True, PaginationConfig={"PageSize": 1_000}
    )
    for page in pages:
        events += len(page["events"])
        seen(events)
        for event in page["events"]:
            entered, left = event.get("stateEnteredEventDetails"), event.get("stateExitedEventDetails")
            details = entered or left or {}
            fan_out, colon, state = details.get("name", "").rpartition(": ")
            if f"{colon}{state}" in {_READ, _PLAN, _OUTCOME}:
                report = found.setdefault(fan_out, FanOut(fan_out))
                _note(report, f"{colon}{state}", details, known, is_entered=entered is not None)
    return [fan_out for fan_out in found.values() if fan_out.times]


def states_of(definition: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """All states of a definition with their names, also those inside of others."""
    for name, state in definition["States"].items():
        yield name, state
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from states_of(inner)


def _note(report: FanOut, state: str, details: Any, known: Mapping[str, Any], *, is_entered: bool) -> None:
    read, batches = known.get(f"{report.name}{_READ}"), known.get(f"{report.name}{_BATCHES}")
    if state == _READ and is_entered:
        plan = known.get(f"{report.name}{_PLAN}")
        report.times += 1
        report.is_distributed = batches is not None
        report.can_rerun = FIELD in json.dumps([read, plan])
    elif state == _READ and batches is not None:
        given = json.loads(details["output"])
        bucket = batches["ResultWriter"]["Arguments"]["Bucket"]
        ours = f"s3://{bucket}/{given['directory']}/results"
        report.results_uri = (given.get("rerun") or {}).get("resultsUri", ours)
    elif state == _PLAN and not is_entered:
        report.results_uri = json.loads(details["output"]).get("resultsUri")
    elif state == _OUTCOME and is_entered:
        report.summary = json.loads(details["input"])["summary"]
