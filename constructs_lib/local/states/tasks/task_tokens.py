"""Gap: moto drops the cause of SendTaskFailure, takes tokens of tasks that have ended, and refuses some heartbeats.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
"""

from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackEndpoint,
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
)
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_errors import json_problem


def patches() -> list[Patch]:
    """Answer as AWS does."""
    return [
        Patch(StepFunctionResponse, "send_task_success", _succeed),
        Patch(StepFunctionResponse, "send_task_failure", _fail),
        Patch(StepFunctionResponse, "send_task_heartbeat", _beat),
    ]


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
