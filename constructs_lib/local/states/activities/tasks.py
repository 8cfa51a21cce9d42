"""Gap: moto's task of an activity waits on when its execution has ended, and misses a worker that answers at once.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
"""

import json
from typing import Any

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_activitiy import StateTaskActivity
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackOutcomeFailure,
    CallbackOutcomeFailureError,
    HeartbeatTimeoutError,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.activities.queues import ActivityTask, queue_of
from constructs_lib.local.states.executions.interruptions import EnvironmentListener
from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.runtime import CURRENT
from constructs_lib.local.states.tasks.task_states import InterruptedTaskError

_WHOLE = {"truncated": False}


def patches() -> list[Patch]:
    """Offer the task, and wait while the state lives."""
    return [Patch(StateTaskActivity, "_eval_execution", run_activity)]


def run_activity(state: Any, env: Any) -> None:
    """Offer a task to the workers of its activity, and wait for what one of them tells.

    Args:
        state: of moto's parser.
        env: its environment, which gets the output.
    """
    scheduled = schedule(state, env)
    arn = state.resource.resource_arn
    details = env.aws_execution_details
    queue = queue_of(stepfunctions_parser_backends[details.account][details.region], arn)
    if queue is None:
        raise FailureEventException(failure_event=_missing(env, arn))
    tell(env, HistoryEventType.ActivityScheduled, activityScheduledEventDetails=scheduled)
    task = ActivityTask(env.states.context_object.update_task_token(), scheduled["input"])
    env.callback_pool_manager._pool[task.callback_id] = task  # noqa: SLF001 moto makes endpoints of its own only
    listener = EnvironmentListener(task.interrupt_all)
    listener.listen_to(env)
    try:
        queue.add(task)
        _wait_for_worker(task, env)
        started = {} if task.worker is None else {"workerName": task.worker}
        tell(env, HistoryEventType.ActivityStarted, activityStartedEventDetails=started)
        outcome = _wait_for_outcome(task, env, scheduled.get("heartbeatInSeconds"))
    finally:
        env.delete_frame(listener)
    if isinstance(outcome, CallbackOutcomeFailure):
        raise CallbackOutcomeFailureError(callback_outcome_failure=outcome)
    env.stack.append(json.loads(outcome.output))
    succeeded = {"output": outcome.output, "outputDetails": _WHOLE}
    tell(env, HistoryEventType.ActivitySucceeded, activitySucceededEventDetails=succeeded)


def schedule(state: Any, env: Any) -> dict[str, Any]:
    """Evaluate what a task is scheduled with, as the history tells it."""
    given = state._eval_parameters(env=env)  # noqa: SLF001 moto's own way
    scheduled: dict[str, Any] = {
        "resource": state.resource.resource_arn,
        "input": given if isinstance(given, str) else json_text(given),
        "inputDetails": _WHOLE,
    }
    timeout = None if state.timeout.is_default_value() else state.timeout
    for name, part in (("timeoutInSeconds", timeout), ("heartbeatInSeconds", state.heartbeat)):
        if part is not None:
            part.eval(env=env)
            scheduled[name] = env.stack.pop()
    return scheduled


def tell(env: Any, event_type: Any, **details: Any) -> None:
    """Add an event to the history."""
    env.event_manager.add_event(
        context=env.event_history_context, event_type=event_type, event_details=EventDetails(**details)
    )


def _wait_for_worker(task: ActivityTask, env: Any) -> None:
    while not task.is_started:
        _check(env)
        CURRENT.runtime.clock.wait(task.changed)
        task.changed.clear()


def _wait_for_outcome(task: ActivityTask, env: Any, heartbeat_seconds: float | None) -> Any:
    while (outcome := task.get_outcome()) is None:
        _check(env)
        left = None if heartbeat_seconds is None else task.last_beat + heartbeat_seconds - CURRENT.runtime.clock.now()
        if left is not None and left <= 0:
            task.interrupt_all()
            raise HeartbeatTimeoutError
        CURRENT.runtime.clock.wait(task.changed, left)
        task.changed.clear()
    return outcome


def _check(env: Any) -> None:
    if not env.is_running():
        raise InterruptedTaskError


def _missing(env: Any, arn: str) -> FailureEvent:
    details = ExecutionFailedEventDetails(
        error=StatesErrorNameType.StatesRuntime.to_name(), cause=f"The activity {arn} does not exist."
    )
    return FailureEvent(
        env=env,
        error_name=StatesErrorName(typ=StatesErrorNameType.StatesRuntime),
        event_type=HistoryEventType.ExecutionFailed,
        event_details=EventDetails(executionFailedEventDetails=details),
    )
