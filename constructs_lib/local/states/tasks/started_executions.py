"""Gap: moto's startExecution.sync and .sync:2 poll by this machine's time, and abandon what a stopped execution runs.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

import contextlib
import threading
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.interruptions import EnvironmentListener, interruption
from constructs_lib.local.states.rights import Caller
from constructs_lib.local.states.runtime import CURRENT
from constructs_lib.local.states.tasks.clients import client_for

_LOOK_SECONDS = 0.01

_eval_pattern = StateTaskServiceCallback._eval_integration_pattern  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Be told of its end; stop it when the state that waits for it has ended before."""
    return [Patch(StateTaskServiceSfn, "_eval_integration_pattern", _await_execution)]


def _await_execution(
    self: Any, env: Any, resource_runtime_part: Any, normalised_parameters: dict[str, Any], state_credentials: Caller
) -> None:
    if self.resource.condition == ResourceCondition.WaitForTaskToken:
        _eval_pattern(self, env, resource_runtime_part, normalised_parameters, state_credentials)
        return
    arn = env.stack[-1]["ExecutionArn"]
    is_first = self.resource.condition == ResourceCondition.Sync
    build = self._build_sync_resolver if is_first else self._build_sync2_resolver
    resolve = build(env, resource_runtime_part, normalised_parameters, state_credentials)
    try:
        env.stack.append(_wait(env, resolve, arn))
    finally:
        if not env.is_running():
            client = client_for(resource_runtime_part.region, "stepfunctions", state_credentials)
            with contextlib.suppress(ClientError):  # it may lack the right; AWS tells nobody either
                client.stop_execution(executionArn=arn)


def _wait(env: Any, resolve: Any, arn: str) -> Any:
    """Wait for what `resolve` gives once the execution has ended; None when the state has ended before."""
    clock, found, is_heard = CURRENT.runtime.clock, None, False
    with interruption(env) as changed:
        while env.is_running() and not (found := resolve()):
            is_heard = is_heard or _hear(env, arn, changed)
            if changed.is_set():  # it has ended, and its status is going to say so
                clock.wait(clock.event(), _LOOK_SECONDS)
            else:
                clock.wait(changed, None if is_heard else _LOOK_SECONDS)
    return found


def _hear(env: Any, arn: str, event: threading.Event) -> bool:
    """Have an event set at the end of an execution; False while that has not begun."""
    details = env.aws_execution_details
    execution = stepfunctions_parser_backends[details.account][details.region].describe_execution(arn)
    environment = getattr(execution.exec_worker, "env", None)
    if environment is not None:
        EnvironmentListener(event.set).listen_to(environment)
    return environment is not None
