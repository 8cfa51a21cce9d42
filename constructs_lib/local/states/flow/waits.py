"""Gap: moto waits in whole seconds, for timestamps by this machine's time zone, and never by another clock.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
"""

from datetime import UTC
from typing import Any

from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.interruptions import pause
from constructs_lib.local.states.runtime import CURRENT


def patches() -> list[Patch]:
    """Wait by the clock."""
    return [
        Patch(WaitFunction, "_wait_interval", _wait),
        Patch(Timestamp, "_get_wait_seconds", _seconds_until),
    ]


def _wait(self: Any, env: Any, wait_seconds: float) -> None:  # noqa: ARG001 moto's signature
    pause(env, wait_seconds)


def _seconds_until(self: Any, env: Any) -> float:
    self.string.eval(env=env)
    text = env.stack.pop()
    moment = self._from_timestamp_string(timestamp=text)
    if moment is None:
        is_query = isinstance(self.string, StringJSONata)
        raise FailureEventException(_no_time(env, text) if is_query else self._create_failure_event(env, text))
    return float(moment.replace(tzinfo=UTC).timestamp() - CURRENT.runtime.clock.now())


def _no_time(env: Any, text: Any) -> Any:
    name = "States.QueryEvaluationError"
    cause = f"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
    details = EvaluationFailedEventDetails(error=name, cause=cause, location="Timestamp")
    failed = FailureEvent(
        env=env,
        error_name=ErrorName(error_name=name),
        event_type=HistoryEventType.EvaluationFailed,
        event_details=EventDetails(evaluationFailedEventDetails=details),
    )
    failed._is_late = True  # noqa: SLF001 our own attribute on moto's object: the state has begun to wait
    return failed
