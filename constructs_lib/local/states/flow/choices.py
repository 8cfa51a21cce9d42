"""Gap: in moto, a Choice state without a match fails with an internal error, and a rule may take Default's Assign.

AWS fails with States.Runtime. Assign and Output of the state itself belong to Default only, also when a matching rule
leads to the same state.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html.
"""

from typing import Any

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from constructs_lib.local.patching import Patch

_CAUSE = "Failed to transition out of the state. The state does not point to a next state."


def patches() -> list[Patch]:
    """Remember which rule matched."""
    return [
        Patch(StateChoice, "_eval_state", _choose),
        Patch(StateChoice, "_eval_state_output", _leave),
    ]


def _choose(self: Any, env: Any) -> None:
    for rule in self.choices_decl.rules:
        rule.eval(env)
        if env.stack.pop() is True:
            env.stack.append((rule.next_stmt.name, False))
            return
    if self.default_state is None:
        raise FailureEventException(failure_event=_no_match(env))
    env.stack.append((self.default_state.state_name, True))


def _leave(self: Any, env: Any) -> None:
    next_state_name, is_default = env.stack.pop()
    if is_default and self.assign_decl:
        self.assign_decl.eval(env=env)
    if is_default and self.output:
        self.output.eval(env=env)
    if self.output_path:
        self.output_path.eval(env=env)
    env.next_state_name = next_state_name


def _no_match(env: Any) -> Any:
    name = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)
    details = ExecutionFailedEventDetails(error=name.error_name, cause=_CAUSE)
    return FailureEvent(
        env=env,
        error_name=name,
        event_type=HistoryEventType.ExecutionFailed,
        event_details=EventDetails(executionFailedEventDetails=details),
    )
