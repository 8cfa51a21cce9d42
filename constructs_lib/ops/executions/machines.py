"""State machines and how their last executions ended.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
"""

import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from constructs_lib.local.apps.helping_machines import is_helper
from constructs_lib.ops.account import Account
from constructs_lib.ops.names import stack_of

LAST: Final = 20
"""As many executions of each state machine are counted, the last ones."""

_AT_A_TIME: Final = 8


@dataclass(frozen=True, slots=True)
class ExecutionNote:
    """An execution in a list.

    Attributes:
        arn: its ARN.
        name: its name.
        status: such as ``SUCCEEDED``.
        started: when it started.
        stopped: when it ended; None while it runs.
    """

    arn: str
    name: str
    status: str
    started: datetime
    stopped: datetime | None


@dataclass(frozen=True, slots=True)
class MachineNow:
    """A state machine.

    Attributes:
        arn: its ARN.
        name: its name.
        kind: ``STANDARD`` or ``EXPRESS``; AWS keeps no list of the executions of an Express one.
        newest: its newest execution; None without any.
        outcomes: how many of its last executions are in which state.
        helps: whether it works for others, as the one of a trigger or of notifications does; where who asks may not
            read definitions, that is known of Express ones alone.
    """

    arn: str
    name: str
    kind: str
    newest: ExecutionNote | None
    outcomes: dict[str, int]
    helps: bool


def look_at_machines(account: Account, *, stack: str | None = None, last: int = LAST) -> list[MachineNow]:
    """Look at the state machines of an account and region, or of a stack.

    The one that ran last comes first, and those that work for others come after all that people run.

    Args:
        account: where they are.
        stack: those of this stack alone. Default: all.
        last: as many executions of each are counted, the last ones, 1,000 at most.

    Raises:
        NotFoundError: there is no such stack.
    """
    client = account.client("stepfunctions")
    only = set(stack_of(account, stack).physical_ids("AWS::StepFunctions::StateMachine")) if stack else None
    pages = client.get_paginator("list_state_machines").paginate()
    machines = [item for page in pages for item in page["stateMachines"]]
    wanted = [item for item in machines if only is None or item["stateMachineArn"] in only]
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        found = list(pool.map(lambda item: _machine(client, item, last), wanted))
    return sorted(found, key=lambda item: (item.helps, -item.newest.started.timestamp() if item.newest else 0))


def _machine(client: Any, item: dict[str, Any], last: int) -> MachineNow:
    arn, kind = item["stateMachineArn"], item.get("type", "STANDARD")
    listed: Sequence[dict[str, Any]] = ()
    if kind != "EXPRESS":
        listed = client.list_executions(stateMachineArn=arn, maxResults=last)["executions"][:last]
    newest = None
    if listed:
        first = listed[0]
        newest = ExecutionNote(
            first["executionArn"], first["name"], first["status"], first["startDate"], first.get("stopDate")
        )
    outcomes = dict(Counter(item["status"] for item in listed))
    return MachineNow(arn, item["name"], kind, newest, outcomes, _helps(client, arn, kind))


def _helps(client: Any, arn: str, kind: str) -> bool:
    if is_helper(kind, None):
        return True
    try:
        return is_helper(kind, json.loads(client.describe_state_machine(stateMachineArn=arn)["definition"]))
    except ClientError:  # deleted meanwhile, or no right to read it: it is told all the same
        return False
