"""Gap: nobody hears of the status of moto's executions.

Only Standard executions are told of, those of a Distributed Map among them.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from typing import Any

from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from constructs_lib.local.events.execution_events import ExecutionChange
from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.runtime import CURRENT

_start = Execution.start
_terminated = BaseExecutionWorkerCommunication.terminated


def patches() -> list[Patch]:
    """Tell of the start and of the end."""
    return [
        Patch(Execution, "start", _start_and_tell),
        Patch(BaseExecutionWorkerCommunication, "terminated", _terminate_and_tell),
    ]


def tell(execution: Any, status: str, *, is_express: bool) -> None:
    """Tell of the status that an execution has now.

    Args:
        execution: one of moto's, or a child execution.
        status: the one it has now.
        is_express: whether it is of a kind that nobody hears of.
    """
    took = None if execution.stop_date is None else (execution.stop_date - execution.start_date).total_seconds()
    CURRENT.runtime.measured(execution.state_machine_arn, status, None if status == "RUNNING" else took)
    if not is_express:
        CURRENT.runtime.status_changed(lambda: _change(execution, status))


def _change(execution: Any, status: str) -> ExecutionChange:
    arns = getattr(execution, "revision_arns", {})
    return ExecutionChange(
        arn=execution.execution_arn,
        machine_arn=execution.state_machine_arn,
        name=execution.name,
        status=status,
        started=execution.start_date,
        stopped=execution.stop_date,
        given=execution.execution_input,
        output=json_text(execution.output) if status == "SUCCEEDED" else None,
        error=execution.error,
        cause=execution.cause,
        version_arn=arns.get("stateMachineVersionArn"),
        alias_arn=arns.get("stateMachineAliasArn"),
    )


def _start_and_tell(self: Any) -> None:
    tell(self, "RUNNING", is_express=_is_express(self))  # before it can end
    _start(self)


def _terminate_and_tell(self: Any) -> None:
    _terminated(self)
    tell(self.execution, self.execution.status, is_express=_is_express(self.execution))


def _is_express(execution: Any) -> bool:
    return bool(execution.state_machine.type == "EXPRESS")
