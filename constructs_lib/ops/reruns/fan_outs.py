"""The outcomes of the fan-outs of an execution, read from its history.

The output of a fan-out's first state contains its name and its version of the protocol; the names and outputs of the
other states are in `constructs_lib.core.protocol`. After a deployment the current definition may be of another version
than the history: the history determines which items failed, and the definition determines what a new execution
supports.
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.core.protocol import (
    CHECK_OUTCOME,
    DIRECTORY,
    PLAN_JOBS,
    READ_ITEMS,
    REQUEST,
    RUN_BATCHES,
    SUMMARY,
    VERSION,
    Identity,
    Request,
    Summary,
    fan_out_of,
    state_name,
)
from constructs_lib.marks import Mark
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.reruns.unversioned import looks_for_request

_READ: Final = frozenset({READ_ITEMS, PLAN_JOBS, CHECK_OUTCOME})


@dataclass
class FanOut:
    """One fan-out of an execution.

    Attributes:
        name: its name in a request.
        times: how often it began.
        can_rerun: whether its definition supports requests for some items.
        is_distributed: whether its items run in batches.
        results_uri: prefix of its results; None if it ended before its jobs were planned.
        summary: its summary; None if it did not end.
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
        definition: the current one of its state machine.
        seen: called with the number of events read so far.

    Raises:
        OperationError: a fan-out is of a newer version than this library.
    """
    reader = FanOutReader(definition)
    events = 0
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=execution, includeExecutionData=True, PaginationConfig={"PageSize": 1_000}
    )
    for page in pages:
        events += len(page["events"])
        seen(events)
        for event in page["events"]:
            reader.see(event)
    return reader.found


class FanOutReader:
    """Finds the fan-outs in the events of a history.

    Args:
        definition: the current one of the state machine.
    """

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self._known = dict(states_of(definition))
        self._found: dict[str, FanOut] = {}

    def see(self, event: Mapping[str, Any]) -> None:
        """Take the next event into account; it has its data.

        Raises:
            OperationError: a fan-out is of a newer version than this library.
        """
        entered, left = event.get("stateEnteredEventDetails"), event.get("stateExitedEventDetails")
        details = entered or left or {}
        fan_out, state = fan_out_of(details.get("name", ""))
        if fan_out and state in _READ:
            report = self._found.get(fan_out) or self._found.setdefault(fan_out, _expected(fan_out, self._known))
            _note(report, state, details, self._known.get(state_name(fan_out, RUN_BATCHES)), is_entered=bool(entered))

    @property
    def found(self) -> list[FanOut]:
        """The fan-outs that have begun so far."""
        return [fan_out for fan_out in self._found.values() if fan_out.times]


def states_of(definition: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """All states of a definition with their names, nested ones included."""
    for name, state in definition["States"].items():
        yield name, state
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from states_of(inner)


def _expected(fan_out: str, known: Mapping[str, Any]) -> FanOut:
    """A fan-out that has begun, with the properties that its definition determines."""
    first = known.get(state_name(fan_out, READ_ITEMS), {})
    if identity := Identity.read(first.get("Output")):
        _check_version(fan_out, identity, first)
    can_rerun = identity.can_rerun if identity else looks_for_request(fan_out, known)
    return FanOut(fan_out, can_rerun=can_rerun, is_distributed=state_name(fan_out, RUN_BATCHES) in known)


def _note(report: FanOut, state: str, details: Any, batches: Any, *, is_entered: bool) -> None:
    if state == READ_ITEMS and is_entered:
        report.times += 1
    elif state == READ_ITEMS:
        output = json.loads(details["output"])
        if identity := Identity.read(output):
            _check_version(report.name, identity, {})
            report.name = identity.name
        if batches is not None:
            report.results_uri = _results_of_batches(output, batches)
    elif state == PLAN_JOBS and not is_entered:
        report.results_uri = json.loads(details["output"]).get(Summary.RESULTS_URI)
    elif state == CHECK_OUTCOME and is_entered:
        report.summary = json.loads(details["input"])[SUMMARY]


def _results_of_batches(output: Mapping[str, Any], batches: Mapping[str, Any]) -> str:
    bucket = batches["ResultWriter"]["Arguments"]["Bucket"]
    ours = f"s3://{bucket}/{output[DIRECTORY]}/results"
    return str((output.get(REQUEST) or {}).get(Request.RESULTS_URI, ours))


def _check_version(fan_out: str, identity: Identity, first: Mapping[str, Any]) -> None:
    if identity.version <= VERSION:
        return
    made_by = getattr(Mark.read(first.get("Comment")), "version", "")
    install = f"constructs-lib>={made_by}" if made_by[:1].isdigit() else "constructs-lib"
    raise OperationError(
        f"{fan_out}: its fan-out speaks version {identity.version} of the protocol of reruns, and this constructs-lib "
        f"knows versions up to {VERSION}. Install the one that the state machine was deployed with, or a newer one: "
        f"pip install --upgrade '{install}'"
    )
