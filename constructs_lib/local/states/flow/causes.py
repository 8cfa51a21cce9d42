"""Gap: moto writes "An error occurred while executing the state …" once per enclosing state, and not into Catch.

AWS puts the sentence before the cause of States.Runtime and States.QueryEvaluationError once, at the innermost state,
and ``$states.errorOutput.Cause`` has it too. The event that it names is the one by which the state was entered.
"""

from typing import Any

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.events import entered

_INTERPRETER_ERRORS = {"States.Runtime", "States.QueryEvaluationError"}
_SENTENCE = "An error occurred while executing the state '"

_init_failure_event = FailureEvent.__init__


def patches() -> list[Patch]:
    """Write the sentence where a failure is born, and nowhere else."""
    return [
        Patch(FailureEvent, "__init__", _complete_cause),
        Patch(FailureEventException, "get_execution_failed_event_details", _execution_failed),
    ]


def _complete_cause(self: Any, env: Any, error_name: Any, event_type: Any, event_details: Any = None) -> None:
    _init_failure_event(self, env=env, error_name=error_name, event_type=event_type, event_details=event_details)
    for details in (event_details or {}).values():
        if self.state_name and _is_interpreter_error(details) and not details["cause"].startswith(_SENTENCE):
            number = entered(env, self.state_name) or self.source_event_id
            details["cause"] = f"{_SENTENCE}{self.state_name}' (entered at the event id #{number}). {details['cause']}"


def _is_interpreter_error(details: Any) -> bool:
    return isinstance(details, dict) and details.get("error") in _INTERPRETER_ERRORS and bool(details.get("cause"))


def _execution_failed(self: Any) -> Any:
    pair = self.extract_error_cause_pair()
    if pair is None:
        return None
    details = ExecutionFailedEventDetails()
    details.update({key: value for key, value in zip(("error", "cause"), pair, strict=True) if value})
    return details
