"""Gap: moto fails to stop an execution that has only just started, and drops the error and cause of StopExecution.

Before moto is what it was, all executions are stopped: none of them is to go on without what we changed.
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html.
"""

import threading
import time
from dataclasses import replace
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.stepfunctions.parser.utils import TMP_THREADS
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.runtime import CURRENT

_START_SECONDS = 10.0
_POLL_SECONDS = 0.005
_GRACE_SECONDS = 2.0
_LOOK_SECONDS = 0.005

_stop = ExecutionWorker.stop
_reflect = BaseExecutionWorkerCommunication._reflect_execution_status  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Wait for the start, then stop; keep error and cause."""
    return [
        Patch(StepFunctionResponse, "stop_execution", _stop_execution),
        Patch(ExecutionWorker, "stop", _stop_once_started),
        Patch(BaseExecutionWorkerCommunication, "_reflect_execution_status", _reflect_with_reason),
    ]


def _stop_execution(self: Any) -> Any:
    stopped_at = CURRENT.runtime.moment()
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    execution.stop(stop_date=stopped_at, error=self._get_param("error"), cause=self._get_param("cause"))
    return ActionResult({"stopDate": stopped_at})


def _stop_once_started(self: Any, stop_date: Any, error: str | None, cause: str | None) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while (self.env is None or self.env.program_state() is None) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    _stop(self, stop_date=stop_date, error=error, cause=cause)


def _reflect_with_reason(self: Any) -> None:
    _reflect(self)
    state = self.execution.exec_worker.env.program_state()
    if isinstance(state, ProgramStopped):
        self.execution.error, self.execution.cause = state.error, state.cause


def end_executions() -> None:
    """Stop the executions that run, and wait for their threads; nobody hears of these ends.

    A thread that has not ended after two seconds is left alone: it is a daemon.
    """
    CURRENT.runtime = replace(CURRENT.runtime, status_changed=lambda _: None)
    deadline = time.monotonic() + _GRACE_SECONDS
    while (running := [thread for thread in TMP_THREADS if thread.is_alive()]) and time.monotonic() < deadline:
        _stop_all()  # again and again: one may be about to begin
        threading.Thread.join(running[0], _LOOK_SECONDS)
    TMP_THREADS[:] = running  # moto never forgets one


def _stop_all() -> None:
    for _, _, backend in list(stepfunctions_parser_backends.iter_backends()):
        for execution in backend._get_executions():  # noqa: SLF001 moto has no other way
            env = getattr(execution.exec_worker, "env", None)
            if env is not None and env.is_running():
                env.set_stop(stop_date=CURRENT.runtime.moment(), cause=None, error=None)
