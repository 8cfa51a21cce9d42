"""Gap: moto's ecs:runTask.sync succeeds whatever the exit code, polls, and abandons tasks of stopped executions.

A task that was stopped, could not start, or has an essential container that ended with another code than 0 fails the
state with States.TaskFailed; the cause is the description of the task.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_ecs import (
    StateTaskServiceEcs,
)

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.interruptions import interruption
from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.rights import Caller, DeniedError
from constructs_lib.local.states.runtime import CURRENT
from constructs_lib.local.states.task_service import StoppedTask
from constructs_lib.local.states.tasks import services
from constructs_lib.local.states.tasks.casing import from_boto
from constructs_lib.local.states.tasks.clients import client_for
from constructs_lib.local.states.tasks.service_errors import failed
from constructs_lib.local.states.tasks.task_states import InterruptedTaskError

_STOPPED = "The Step Functions task that ran this task has ended."

_eval_pattern = StateTaskServiceCallback._eval_integration_pattern  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Take every parameter of RunTask; await the task, and stop it with the state."""
    return [
        Patch(StateTaskServiceEcs, "_validate_service_integration_is_supported", _validate_integration),
        Patch(StateTaskServiceEcs, "_get_supported_parameters", _any_parameters),
        Patch(StateTaskServiceEcs, "_eval_service_task", _run),
        Patch(StateTaskServiceEcs, "_eval_integration_pattern", _await_task),
    ]


def _validate_integration(self: Any) -> None:
    if self.resource.api_action != "runTask":
        raise ValueError(f"The resource provided {self.resource.resource_arn} is not recognized.")


def _any_parameters(self: Any) -> None:  # noqa: ARG001 None: the model of RunTask decides
    return None


def _run(
    self: Any,  # noqa: ARG001 moto's signature
    env: Any,
    resource_runtime_part: Any,
    normalised_parameters: dict[str, Any],
    state_credentials: Caller,
) -> None:
    client = client_for(resource_runtime_part.region, "ecs", state_credentials)
    env.stack.append(client.run_task(**normalised_parameters))


def _await_task(
    self: Any, env: Any, resource_runtime_part: Any, normalised_parameters: dict[str, Any], state_credentials: Caller
) -> None:
    if self.resource.condition != ResourceCondition.Sync:
        _eval_pattern(self, env, resource_runtime_part, normalised_parameters, state_credentials)
        return
    stopped = _wait(env, env.stack.pop()["Tasks"][0], state_credentials)
    description = _described(stopped.description)
    if not stopped.succeeded:
        raise FailureEventException(failed(self, env, "States.TaskFailed", json_text(description)))
    env.stack.append(description)


def _wait(env: Any, task: dict[str, Any], caller: Caller) -> StoppedTask:
    arn, cluster = task["TaskArn"], task["ClusterArn"]
    service = CURRENT.runtime.task_service()
    stopped = None
    try:
        with interruption(env) as interrupted:
            stopped = service.wait_for_task(arn, interruption=interrupted)
    finally:
        if stopped is None and _may(caller, "StopTask", {"cluster": cluster, "task": arn}):
            service.stop_task(arn, _STOPPED)
    if stopped is None:
        raise InterruptedTaskError
    # Without this right, Step Functions knows of the end by the event alone, which AWS may lose.
    _may(caller, "DescribeTasks", {"cluster": cluster, "tasks": [arn]})
    return stopped


def _may(caller: Caller, operation: str, parameters: dict[str, Any]) -> bool:
    try:
        CURRENT.runtime.rights.check(caller, "ecs", operation, parameters)
    except DeniedError:
        return False
    return True


def _described(task: dict[str, Any]) -> dict[str, Any]:
    model = services.operation("ecs", "describeTasks")
    shape = model.output_shape.members["tasks"].member if model else None
    described: dict[str, Any] = from_boto(shape, task)
    return described
