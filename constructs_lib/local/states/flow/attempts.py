"""Gap: moto adds events that AWS does not, and tells errors of Python, when a state with Retry and Catch fails.

A failure of the interpreter itself, such as States.Runtime, has no event but the end of the execution; a Map or
Parallel state tells of its own failure once no Retry is left.
"""

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.events import add
from constructs_lib.local.states.failures import RUNTIME, failure
from constructs_lib.local.states.flow.steps import evaluation_failed, not_found
from constructs_lib.local.states.json_text import copy_json

_OF_TASKS = {
    HistoryEventType.ActivityFailed: "activityFailedEventDetails",
    HistoryEventType.ActivityTimedOut: "activityTimedOutEventDetails",
    HistoryEventType.LambdaFunctionFailed: "lambdaFunctionFailedEventDetails",
    HistoryEventType.LambdaFunctionTimedOut: "lambdaFunctionTimedOutEventDetails",
    HistoryEventType.TaskFailed: "taskFailedEventDetails",
    HistoryEventType.TaskTimedOut: "taskTimedOutEventDetails",
}


def patches() -> list[Patch]:
    """Attempt, retry, catch."""
    return [
        Patch(ExecutionState, "_eval_state", _attempt_task),
        Patch(ExecutionState, "_from_error", _failure_of),
        Patch(StateMap, "_eval_state", _attempt_map),
        Patch(StateParallel, "_eval_state", _attempt_parallel),
    ]


def _failure_of(self: Any, env: Any, ex: Exception) -> FailureEvent:  # noqa: ARG001 moto's signature
    if isinstance(ex, FailureEventException):
        return ex.failure_event
    cause = not_found(env, ex) if isinstance(ex, NoSuchJsonPathError) else str(ex)
    return failure(env, RUNTIME, cause).failure_event


def _attempt_task(self: Any, env: Any) -> None:
    _attempt(self, env, None)


def _attempt_map(self: Any, env: Any) -> None:
    _attempt(self, env, HistoryEventType.MapStateFailed)


def _attempt_parallel(self: Any, env: Any) -> None:
    if self.parargs is not None:
        self.parargs.eval(env=env)
    _attempt(self, env, HistoryEventType.ParallelStateFailed, copy_json(env.stack.pop()))


def _attempt(state: Any, env: Any, own_failure: Any, *given: Any) -> None:
    """Evaluate a state until it succeeds, is caught, or fails.

    Args:
        state: of moto.
        env: its environment.
        own_failure: the type of the event of its own failure; None for a task, whose attempts have events.
        *given: what each attempt finds on the stack.
    """
    env.states.context_object.context_object_data["State"]["RetryCount"] = 0
    while env.is_running():
        try:
            env.stack.extend(copy_json(list(given)))
            state._evaluate_with_timeout(env)  # noqa: SLF001 moto's own way, also below
        except Exception as error:  # noqa: BLE001 all are errors of the state
            if not env.is_running():
                return  # whoever ended the environment says how it ended
            failed = state._from_error(env=env, ex=error)  # noqa: SLF001
        else:
            return
        _tell(env, failed)
        output = state._construct_error_output_value(failure_event=failed)  # noqa: SLF001
        env.states.set_error_output(output)
        env.states.set_result(output)
        if state.retry and state._handle_retry(env=env, failure_event=failed) == RetryOutcome.CanRetry:  # noqa: SLF001
            continue
        if own_failure is not None and not _is_of_interpreter(failed):
            add(env, own_failure)
        if state.catch:
            state._handle_catch(env=env, failure_event=failed)  # noqa: SLF001
            if env.stack[-1] == CatchOutcome.Caught:
                return
        state._handle_uncaught(env=env, failure_event=failed)  # noqa: SLF001


def _tell(env: Any, failed: Any) -> None:
    name = _OF_TASKS.get(failed.event_type)
    details = (failed.event_details or {}).get(name)
    if name and details is not None and details.get("error") != RUNTIME:
        add(env, failed.event_type, **{name: details})
    evaluation_failed(env, failed)


def _is_of_interpreter(failed: Any) -> bool:
    """Whether the state itself could not be evaluated; an error of something inside of it is its own failure."""
    return failed.event_type == HistoryEventType.ExecutionFailed and not vars(failed).get("_is_inner")
