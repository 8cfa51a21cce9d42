"""Gap: moto measures payloads as escaped JSON with spaces, not all of them, and knows no end of an execution's history.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html and
https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html.
"""

import sys
import threading
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser import quotas
from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from constructs_lib.limits import STEP_FUNCTIONS_HISTORY_EVENTS, STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_text import json_size

_PACKAGE = "moto.stepfunctions.parser."
_ENDINGS = {
    HistoryEventType.ExecutionAborted,
    HistoryEventType.ExecutionFailed,
    HistoryEventType.ExecutionSucceeded,
    HistoryEventType.ExecutionTimedOut,
}

_counting = threading.Lock()
"""Iterations of a Map add events at the same time; the one that counts has to be the one that adds."""

_add_event = EventManager.add_event
_eval_parameters = StateTask._eval_parameters  # noqa: SLF001 this is what gets replaced
_eval_parallel = StateParallel._eval_execution  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Measure UTF-8 JSON; check arguments and collected results, too; end with the last event."""
    importers = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith(_PACKAGE) and vars(module).get("is_within_size_quota") is not None
    ]
    return [
        *(Patch(module, "is_within_size_quota", _is_within_size_quota) for module in {*importers, quotas}),
        Patch(StateTask, "_eval_parameters", _eval_limited_parameters),
        Patch(StateParallel, "_eval_execution", _eval_limited_parallel),
        Patch(EventManager, "add_event", _add_limited_event),
    ]


def _is_within_size_quota(value: Any) -> bool:
    return json_size(value) <= STEP_FUNCTIONS_PAYLOAD_BYTES


def _eval_limited_parallel(self: Any, env: Any) -> None:
    _eval_parallel(self, env)
    self._verify_size_quota(env=env, value=env.stack[-1])


def _eval_limited_parameters(self: Any, env: Any) -> Any:
    parameters = _eval_parameters(self, env)
    self._verify_size_quota(env=env, value=parameters)
    return parameters


def _add_limited_event(self: Any, context: Any, event_type: Any, *args: Any, **kwargs: Any) -> int:
    with _counting:
        if len(self._history_event_list) >= STEP_FUNCTIONS_HISTORY_EVENTS - 1 and event_type not in _ENDINGS:
            raise FailureEventException(failure_event=_history_is_full(context))
        event_id: int = _add_event(self, context, event_type, *args, **kwargs)
    return event_id


def _history_is_full(context: Any) -> Any:
    name = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)
    details = ExecutionFailedEventDetails(
        error=name.error_name,
        cause=f"The execution reached the maximum number of history events ({STEP_FUNCTIONS_HISTORY_EVENTS}).",
    )
    return FailureEvent(
        env=SimpleNamespace(next_state_name=None, event_history_context=context),  # no state is to blame
        error_name=name,
        event_type=HistoryEventType.ExecutionFailed,
        event_details=EventDetails(executionFailedEventDetails=details),
    )
