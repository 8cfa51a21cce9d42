"""Failures of the interpreter itself, which the history shows as the end of the execution and by no event of a task."""

from typing import Any

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

RUNTIME = "States.Runtime"


def failure(env: Any, error: str, cause: str) -> Any:
    """What to raise for an error of AWS's own.

    Args:
        env: the environment of the state.
        error: the name of the error, such as ``States.Runtime``.
        cause: what happened.
    """
    details = ExecutionFailedEventDetails(error=error, cause=cause)
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=ErrorName(error_name=error),
            event_type=HistoryEventType.ExecutionFailed,
            event_details=EventDetails(executionFailedEventDetails=details),
        )
    )
