"""Gap: moto's wait for a token outlives its execution, and no Retry or Catch of a missed heartbeat applies.

The event of a missed heartbeat has the name of any timeout, States.Timeout.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
"""

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, TaskTimedOutEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.eval.callback.callback import HeartbeatTimedOut
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.interruptions import EnvironmentListener

_TIMEOUT, _HEARTBEAT = "States.Timeout", "States.HeartbeatTimeout"

_wait = StateTaskServiceCallback._eval_wait_for_task_token  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Wait while the state lives."""
    return [Patch(StateTaskServiceCallback, "_eval_wait_for_task_token", _wait_for_token)]


def _wait_for_token(self: Any, env: Any, timeout_seconds: int, callback_endpoint: Any, heartbeat_endpoint: Any) -> Any:
    listener = EnvironmentListener(callback_endpoint.interrupt_all)
    listener.listen_to(env)
    try:
        outcome = _wait(self, env, timeout_seconds, callback_endpoint, heartbeat_endpoint)
    finally:
        env.delete_frame(listener)
    if isinstance(outcome, HeartbeatTimedOut):
        raise FailureEventException(_heartbeat_missed(self, env))
    return outcome


def _heartbeat_missed(task: Any, env: Any) -> Any:
    details = TaskTimedOutEventDetails(
        resource=task._get_sfn_resource(),  # noqa: SLF001 moto's own way
        resourceType=task._get_sfn_resource_type(),  # noqa: SLF001
        error=_TIMEOUT,
    )
    return FailureEvent(
        env=env,
        error_name=ErrorName(error_name=_HEARTBEAT),
        event_type=HistoryEventType.TaskTimedOut,
        event_details=EventDetails(taskTimedOutEventDetails=details),
    )
