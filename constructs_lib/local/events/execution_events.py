"""The event that Step Functions sends when the status of an execution changes.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constructs_lib.limits import STEP_FUNCTIONS_EVENT_PAYLOAD_BYTES
from constructs_lib.local.account import Location
from constructs_lib.local.events.default_bus import DefaultBus


@dataclass(frozen=True, slots=True)
class ExecutionChange:
    """The status that an execution has now.

    Args:
        arn: of the execution.
        machine_arn: of its state machine.
        name: of the execution.
        status: such as ``RUNNING``.
        started: when it began.
        stopped: when it ended; None while it runs.
        given: its input, JSON text.
        output: JSON text; None unless it succeeded.
        error: why it failed, or was stopped.
        cause: the same in words.
        version_arn: of the version of the state machine that it was started by, if any.
        alias_arn: of the alias that it was started by, if any.
    """

    arn: str
    machine_arn: str
    name: str
    status: str
    started: datetime
    stopped: datetime | None
    given: str
    output: str | None
    error: str | None
    cause: str | None
    version_arn: str | None = None
    alias_arn: str | None = None


class ExecutionEvents:
    """Sends an event for each change, as long as there are rules that could want it.

    Args:
        bus: takes the events.
    """

    def __init__(self, bus: DefaultBus) -> None:
        self._bus = bus

    def changed(self, describe: Callable[[], ExecutionChange]) -> None:
        """Tell of the status that an execution has now, which is asked for if somebody hears; returns at once."""
        kind = "Step Functions Execution Status Change"
        if self._bus.is_heard(**{"source": "aws.states", "detail-type": kind}):
            change = describe()
            self._bus.send(Location.of(change.arn), "aws.states", kind, [change.arn], _detail(change))


def _detail(change: ExecutionChange) -> dict[str, Any]:
    given, output = _that_fit(change)
    can_be_redriven = change.status not in ("RUNNING", "SUCCEEDED")
    return {
        "executionArn": change.arn,
        "stateMachineArn": change.machine_arn,
        "stateMachineVersionArn": change.version_arn,
        "stateMachineAliasArn": change.alias_arn,
        "name": change.name,
        "status": change.status,
        "startDate": _milliseconds(change.started),
        "stopDate": None if change.stopped is None else _milliseconds(change.stopped),
        "input": given,
        "output": output,
        "inputDetails": {"included": given is not None},
        "outputDetails": None if change.output is None else {"included": output is not None},
        "error": change.error,
        "cause": change.cause,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "REDRIVABLE" if can_be_redriven else "NOT_REDRIVABLE",
        "redriveStatusReason": None if can_be_redriven else f"Execution is {change.status} and cannot be redriven",
    }


def _that_fit(change: ExecutionChange) -> tuple[str | None, str | None]:
    """Input and output, without the input if they are too long together, without either if the output is alone."""
    given, output = _escaped_bytes(change.given), _escaped_bytes(change.output)
    if given + output <= STEP_FUNCTIONS_EVENT_PAYLOAD_BYTES:
        return change.given, change.output
    return None, change.output if output <= STEP_FUNCTIONS_EVENT_PAYLOAD_BYTES else None


def _escaped_bytes(text: str | None) -> int:
    return 0 if text is None else len(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _milliseconds(moment: datetime) -> int:
    return int(moment.replace(microsecond=0).timestamp()) * 1000 + moment.microsecond // 1000  # as the API cuts it
