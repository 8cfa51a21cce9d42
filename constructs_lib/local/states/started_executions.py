"""Gap: moto's startExecution.sync and .sync:2 poll by this machine's time, and abandon what a stopped execution runs.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

import contextlib
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)

from constructs_lib.local.states.clients import client_for
from constructs_lib.local.states.interruptions import interruption
from constructs_lib.local.states.patching import Patch
from constructs_lib.local.states.settings import SETTINGS

_FIRST_LOOK_SECONDS = 0.02
_LAST_LOOK_SECONDS = 1.0

_eval_pattern = StateTaskServiceCallback._eval_integration_pattern  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Look at it by the clock; stop it when the state that waits for it has ended before."""
    return [
        Patch(StateTaskServiceCallback, "_eval_sync", _look),
        Patch(StateTaskServiceSfn, "_eval_integration_pattern", _await_execution),
    ]


def _look(self: Any, env: Any, sync_resolver: Any, **_: Any) -> Any:  # noqa: ARG001 moto's signature
    found, pause = None, _FIRST_LOOK_SECONDS
    with interruption(env) as interrupted:
        while env.is_running() and not (found := sync_resolver()):
            SETTINGS.clock.wait(interrupted, pause)
            pause = min(2 * pause, _LAST_LOOK_SECONDS)
    return found


def _await_execution(
    self: Any, env: Any, resource_runtime_part: Any, normalised_parameters: dict[str, Any], state_credentials: Any
) -> None:
    arn = env.stack[-1]["ExecutionArn"]
    try:
        _eval_pattern(self, env, resource_runtime_part, normalised_parameters, state_credentials)
    finally:
        if not env.is_running() and self.resource.condition != ResourceCondition.WaitForTaskToken:
            client = client_for(resource_runtime_part.region, "stepfunctions", state_credentials)
            with contextlib.suppress(ClientError):  # it may lack the right; AWS tells nobody either
                client.stop_execution(executionArn=arn)
