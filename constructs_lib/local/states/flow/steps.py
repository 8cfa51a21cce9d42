"""Gap: moto forgets the event EvaluationFailed of most states, tells times with microseconds and errors of Python.

Here a state is entered, evaluated and left; whatever goes wrong on the way is an error of AWS's, with the event that
AWS adds for it.
"""

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.eval.states import StateData
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.beginnings import forget, shown
from constructs_lib.local.states.executions.events import add, before, entered
from constructs_lib.local.states.expressions.locations import locate_fields
from constructs_lib.local.states.failures import RUNTIME, failure
from constructs_lib.local.states.json_text import json_text, timestamp_text
from constructs_lib.local.states.runtime import CURRENT


def patches() -> list[Patch]:
    """Enter, evaluate, leave."""
    return [
        Patch(CommonStateField, "_eval_body", _evaluate),
    ]


def evaluation_failed(env: Any, failed: Any) -> None:
    """Add the event of an expression that could not be evaluated, once.

    An expression is evaluated before anything happens in its state: the event follows what led into the state.
    """
    if failed.event_type != HistoryEventType.EvaluationFailed or vars(failed).get("_is_told"):
        return
    details = failed.event_details["evaluationFailedEventDetails"]
    details["state"] = failed.state_name
    last = env.event_history_context.source_event_id
    is_first = last == entered(env, failed.state_name) and not vars(failed).get("_is_late")
    add(
        env,
        HistoryEventType.EvaluationFailed,
        previous=before(env, last) if is_first else None,
        evaluationFailedEventDetails=details,
    )
    failed._is_told = True  # noqa: SLF001 our own attribute on moto's object


def _evaluate(self: Any, env: Any) -> None:
    locate_fields(self)
    add(
        env,
        self.state_entered_event_type,
        stateEnteredEventDetails={
            "name": self.name,
            "input": shown(env, env.states.get_input()),
            "inputDetails": {"truncated": False},
        },
    )
    moment = timestamp_text(CURRENT.runtime.moment())
    env.states.context_object.context_object_data["State"] = StateData(EnteredTime=moment, Name=self.name)
    try:
        is_left = _pass(self, env)
    except Exception as error:
        if not env.is_running():
            return  # whoever ended the environment says how it ended
        if isinstance(error, NoSuchJsonPathError):
            raise failure(env, RUNTIME, not_found(env, error)) from None
        if not isinstance(error, FailureEventException):
            raise failure(env, RUNTIME, str(error)) from error
        evaluation_failed(env, error.failure_event)
        raise
    if is_left and self.state_exited_event_type is not None:
        add(env, self.state_exited_event_type, stateExitedEventDetails=self._get_state_exited_event_details(env))
        if self.state_exited_event_type == HistoryEventType.MapStateExited:
            forget(env)


def _pass(state: Any, env: Any) -> bool:
    """Evaluate a state; False when its environment ended meanwhile."""
    state._eval_state_input(env=env)  # noqa: SLF001 moto's own way, also below
    state._eval_state(env)  # noqa: SLF001
    if not env.is_running():
        return False
    state._eval_state_output(env=env)  # noqa: SLF001
    state._verify_size_quota(env=env, value=env.states.get_input())  # noqa: SLF001
    state._set_next(env)  # noqa: SLF001
    return True


def not_found(env: Any, error: Any) -> str:
    """Return the cause of a path that leads nowhere."""
    where = f"could not be found in the input '{json_text(error.data)}'"
    return f"The JSONPath '{error.json_path}' specified for the field '{env.next_field_name}' {where}"
