"""The events of an execution of an Express state machine, from the log group of the state machine.

Step Functions keeps no history of such an execution; with the level ALL, all of its events are in CloudWatch Logs, and
with execution data, also what went into each state and came out.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import OperationError

_MILLISECONDS: Final = 1000


def logged_events(account: Account, execution: str) -> Iterator[dict[str, Any]]:
    """The events of an execution in their order, as GetExecutionHistory would have them.

    Args:
        account: where it is.
        execution: its ARN, ``arn:…:express:STATE-MACHINE:NAME:ID``.

    Raises:
        OperationError: its state machine is gone, or does not log, or nothing of it was logged.
    """
    group = _group(account, execution)
    # A quoted term is looked for as it is; the id is nowhere but in the ARN.
    pattern = f'"{execution.rpartition(":")[2]}"'
    pages = account.client("logs").get_paginator("filter_log_events")
    try:
        messages = [
            event["message"]
            for page in pages.paginate(logGroupName=group, filterPattern=pattern)
            for event in page["events"]
        ]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        raise OperationError(f"the log group {group} of {_name(execution)} does not exist any more") from None
    found = [told for message in messages if (told := _parsed(message)).get("execution_arn") == execution]
    if not found:
        raise OperationError(
            f"the log group {group} has nothing of {_name(execution)}: events arrive some seconds late, and only those "
            "of the level that the state machine logs"
        )
    yield from map(_event, sorted(found, key=lambda told: int(told["id"])))


def _group(account: Account, execution: str) -> str:
    """The name of the log group of the state machine."""
    machine = execution.replace(":express:", ":stateMachine:").rsplit(":", 2)[0].partition("/")[0]
    try:
        described = account.client("stepfunctions").describe_state_machine(stateMachineArn=machine)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("StateMachineDoesNotExist", "InvalidArn"):
            raise
        raise OperationError(f"{_name(execution)}: its Express state machine does not exist any more") from None
    logging = described.get("loggingConfiguration", {})
    groups = [item["cloudWatchLogsLogGroup"]["logGroupArn"] for item in logging.get("destinations", ())]
    if not groups or logging.get("level", "OFF") == "OFF":
        raise OperationError(
            f"{_name(execution)} is an execution of an Express state machine: Step Functions keeps no history of it, "
            "and the state machine does not log. BatchStateMachine logs by default"
        )
    return str(groups[0].split(":")[6])


def _event(told: dict[str, Any]) -> dict[str, Any]:
    kind = str(told["type"])
    is_state = kind.endswith(("StateEntered", "StateExited"))
    name = f"state{kind[kind.rindex('State') + 5 :]}" if is_state else f"{kind[0].lower()}{kind[1:]}"
    event = {
        "id": int(told["id"]),
        "previousEventId": int(told.get("previous_event_id", 0)),
        "type": kind,
        "timestamp": datetime.fromtimestamp(int(told["event_timestamp"]) / _MILLISECONDS, UTC),
    }
    return {**event, f"{name}EventDetails": told["details"]} if told.get("details") else event


def _parsed(message: str) -> dict[str, Any]:
    try:
        told = json.loads(message)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _name(execution: str) -> str:
    return ":".join(execution.split(":")[6:8])
