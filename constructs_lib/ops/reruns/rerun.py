"""A new execution that runs the failed items of an ended one."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from constructs_lib.core.protocol import FIELD, Summary
from constructs_lib.limits import STEP_FUNCTIONS_NAME_CHARACTERS, STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.reruns.failed_items import FailedItems
from constructs_lib.ops.reruns.fan_outs import FanOut, fan_outs

_SHOWN: Final = 10
_ANSWERING: Final = timedelta(seconds=5)
"""More than the time between the start of an execution and the response of AWS."""
_BLANKS: Final = 32
_MOST_RERUNS: Final = 100
"""Number of reruns of one execution with a default name; further ones require ``--name``."""


@dataclass
class Rerun:
    """A planned new execution, not started yet.

    Attributes:
        machine: ARN of the state machine.
        name: of the new execution.
        input: of the new execution.
        lines: a sentence per fan-out about the items that run again.
        other_names: for the new execution, tried in order when earlier names are taken by ended executions.
    """

    machine: str
    name: str
    input: dict[str, Any]
    lines: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)


def plan_rerun(
    states: Any,
    s3: Any,
    execution: str,
    *,
    name: str | None = None,
    seen: Callable[[int], None] = lambda _: None,
    wrote: Callable[[int, int], None] | None = None,
) -> Rerun:
    """Plan the rerun of the failed items of an execution.

    Args:
        states: a boto3 client of Step Functions.
        s3: a boto3 client of S3.
        execution: ARN of the ended execution.
        name: of the new execution. Default: derived from the old name, so that all reruns of an execution get the same
            name.
        seen: called with the number of events of the history read so far.
        wrote: called with the number of lists written to S3 so far and their total; None for a dry run, which writes no
            lists.

    Raises:
        OperationError: the execution is still running, no item failed, or the failed items cannot be determined.
    """
    described = states.describe_execution(executionArn=execution)
    if described["status"] == "RUNNING":
        raise OperationError(f"{described['name']} is still running: wait for its end, or stop it first.")
    given = json.loads(described.get("input", "{}"))
    if not isinstance(given, dict):
        raise OperationError(
            "The input of the execution is no JSON object, so that what to rerun cannot be added to it."
        )
    machine = described["stateMachineArn"]
    definition = json.loads(states.describe_state_machine(stateMachineArn=machine)["definition"])
    found = fan_outs(states, execution, definition, seen)
    names = [name] if name else [_name(described["name"], execution, number) for number in range(_MOST_RERUNS)]
    rerun = Rerun(machine, names[0], given, other_names=names[1:])
    items = FailedItems(s3, rerun.name, wrote)
    entries = {**given.get(FIELD, {})}
    anything = False
    for fan_out in found:
        indexes = _indexes(fan_out, items, before=entries.get(fan_out.name))
        if fan_out.can_rerun:
            entries[fan_out.name] = indexes if isinstance(indexes, dict) else items.entry(fan_out, indexes)
        rerun.lines.append(_line(fan_out, indexes))
        anything = anything or indexes != []
    if described["status"] == "SUCCEEDED" and not anything:
        raise OperationError(f"{described['name']} succeeded, and no item of it failed: there is nothing to rerun.")
    if not any(fan_out.can_rerun for fan_out in found):
        raise OperationError(
            f"There is nothing to choose from: no fan-out began in {described['name']} that can run some items only. "
            "Start a new execution, or redrive this one."
        )
    rerun.input = {**given, FIELD: entries}
    _check_size(rerun.input)
    return rerun


def start_rerun(states: Any, rerun: Rerun) -> str:
    """Start the new execution and return its ARN.

    When several people rerun one execution at the same time, one rerun starts: names of executions are unique. A second
    call with the same name and the same input would succeed like the first, so each call appends blanks of its own to
    the input; if they are not compared, the start date in the response shows that the execution had begun before.
    Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html

    Raises:
        OperationError: another rerun of the same execution is running.
    """
    text = json.dumps(rerun.input, ensure_ascii=False) + _blanks()
    for name in [rerun.name, *rerun.other_names]:
        try:
            started = states.start_execution(stateMachineArn=rerun.machine, name=name, input=text)
        except states.exceptions.ExecutionAlreadyExists:
            _check_ended(states, _execution(rerun.machine, name))
        else:
            if _began_before(started):
                _check_ended(states, started["executionArn"])
            return str(started["executionArn"])
    raise OperationError(f"An execution {rerun.name} was there already: give another name.")


def _blanks() -> str:
    return "".join(" \t\n\r"[letter] for byte in secrets.token_bytes(_BLANKS // 4) for letter in _quarters(byte))


def _quarters(byte: int) -> list[int]:
    return [byte >> shift & 3 for shift in (6, 4, 2, 0)]


def _began_before(started: dict[str, Any]) -> bool:
    answered = started.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    if not answered or "startDate" not in started:
        return False
    age: timedelta = parsedate_to_datetime(answered) - started["startDate"]
    return age > _ANSWERING


def _execution(machine: str, name: str) -> str:
    return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"


def _check_ended(states: Any, execution: str) -> None:
    if states.describe_execution(executionArn=execution)["status"] == "RUNNING":
        raise OperationError(
            f"A rerun of it is running already: {execution}. Wait for its end, or stop it first: "
            f"aws stepfunctions stop-execution --execution-arn {execution}"
        )


def _indexes(fan_out: FanOut, items: FailedItems, before: dict[str, Any] | None) -> list[int] | dict[str, Any] | None:
    """The items that run again: a list of indexes, None for all items, or the request of the previous rerun."""
    if fan_out.times > 1:
        raise OperationError(
            f"{fan_out.name} ran {fan_out.times} times in this execution, and the failed items of one time are not "
            "those of another: start a new execution over what failed."
        )
    if fan_out.summary is None and before is not None:
        return before
    return items.indexes(fan_out)


def _line(fan_out: FanOut, indexes: list[int] | dict[str, Any] | None) -> str:
    if not fan_out.can_rerun:
        return f"{fan_out.name}: cannot run some items only, so all run again"
    if isinstance(indexes, dict):
        return f"{fan_out.name}: did not end, so the items of the rerun before run again"
    if indexes is None:
        ended = "did not end, so all items run again" if fan_out.summary is None else "all items failed and run again"
        return f"{fan_out.name}: {ended}"
    total = (fan_out.summary or {})[Summary.TOTAL]
    if not indexes:
        return f"{fan_out.name}: all {total:,} items succeeded, none runs again"
    shown = ", ".join(map(str, indexes[:_SHOWN])) + (", …" if len(indexes) > _SHOWN else "")
    return f"{fan_out.name}: {len(indexes):,} of {total:,} items run again: {shown}"


def _name(before: str, execution: str, number: int) -> str:
    end = f"-rerun-{hashlib.sha256(f'{execution} {number}'.encode()).hexdigest()[:8]}"
    return before.split("-rerun-", maxsplit=1)[0][: STEP_FUNCTIONS_NAME_CHARACTERS - len(end)] + end


def _check_size(given: dict[str, Any]) -> None:
    size = len(json.dumps(given, ensure_ascii=False).encode()) + _BLANKS
    if size > STEP_FUNCTIONS_PAYLOAD_BYTES:
        raise OperationError(
            f"The input would have {size:,} bytes, and an execution takes {STEP_FUNCTIONS_PAYLOAD_BYTES:,}: so many "
            "items failed that the whole list had better run again."
        )
