"""Gap: moto's wait for a token outlives its execution, and those who send one are answered otherwise than by AWS.

No Retry or Catch of a missed heartbeat applies. The event of a missed heartbeat has the name of any timeout,
States.Timeout. moto drops the cause of SendTaskFailure, takes tokens of tasks that have ended, and refuses some
heartbeats.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
"""

from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.parser.api import ExecutionStatus, HistoryEventType, TaskTimedOutEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackEndpoint,
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
    HeartbeatTimedOut,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.interruptions import EnvironmentListener
from constructs_lib.local.states.json_errors import json_problem

_TIMEOUT, _HEARTBEAT = "States.Timeout", "States.HeartbeatTimeout"

_wait = StateTaskServiceCallback._eval_wait_for_task_token  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Wait while the state lives; answer those who have a token as AWS does."""
    return [
        Patch(StateTaskServiceCallback, "_eval_wait_for_task_token", _wait_for_token),
        Patch(StepFunctionResponse, "send_task_success", _succeed),
        Patch(StepFunctionResponse, "send_task_failure", _fail),
        Patch(StepFunctionResponse, "send_task_heartbeat", _beat),
    ]


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


def _succeed(self: Any) -> ActionResult:
    token, output = self._get_param("taskToken"), self._get_param("output")
    waiting = _waiting(self, token)
    if problem := json_problem(output):
        raise _error("InvalidOutput", f"Invalid Output: 'Invalid JSON: {problem[0]}'")
    waiting.notify(CallbackOutcomeSuccess(token, output))
    return EmptyResult()


def _fail(self: Any) -> ActionResult:
    token = self._get_param("taskToken")
    outcome = CallbackOutcomeFailure(token, self._get_param("error"), self._get_param("cause"))
    _waiting(self, token).notify(outcome)
    return EmptyResult()


def _beat(self: Any) -> ActionResult:
    _waiting(self, self._get_param("taskToken")).notify_heartbeat()
    return EmptyResult()


def _waiting(response: Any, token: str) -> CallbackEndpoint:
    """Find who waits for a token, or refuse it."""
    for execution in response.stepfunction_backend._get_executions():  # noqa: SLF001 moto has no other way
        env = getattr(execution.exec_worker, "env", None)  # none before it has begun
        endpoint = env and env.callback_pool_manager.get(token)
        if endpoint is None:
            continue
        has_ended = endpoint._notify_event.is_set()  # noqa: SLF001 set by the outcome and by whatever else ends the wait
        if has_ended or execution.status != ExecutionStatus.RUNNING:
            raise _error("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
        return endpoint
    raise _error("InvalidToken", "Invalid Token: 'Invalid token'")


def _error(code: str, message: str) -> AWSError:
    return AWSError(message, exception_type=code)
