"""Gap: moto's batch:submitJob knows ten parameters, polls twice a second, and abandons jobs of stopped executions.

Here jobs go to the `JobService` directly, with every parameter of SubmitJob. A task that ends without its job having
ended (stopped execution, failed sibling, timeout) terminates the job, as AWS does.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html.
"""

import copy
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_batch import (
    StateTaskServiceBatch,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from constructs_lib.local.account import Location
from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.interruptions import interruption
from constructs_lib.local.states.jobs import BatchError, JobService
from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.rights import Caller, DeniedError
from constructs_lib.local.states.runtime import CURRENT
from constructs_lib.local.states.tasks import services
from constructs_lib.local.states.tasks.casing import from_boto
from constructs_lib.local.states.tasks.task_states import InterruptedTaskError

_DENIED = "AccessDeniedException"
_MANAGED_BY_AWS = {"Name": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"}
_TERMINATION_REASON = "The Step Functions task that ran this job has ended."

_eval_pattern = StateTaskServiceCallback._eval_integration_pattern  # noqa: SLF001 this is what gets replaced
_from_error = StateTaskServiceBatch._from_error  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Submit, await and terminate through the job service."""
    return [
        Patch(StateTaskServiceBatch, "_validate_service_integration_is_supported", _validate_integration),
        Patch(StateTaskServiceBatch, "_get_supported_parameters", _any_parameters),
        Patch(StateTaskServiceBatch, "_eval_parameters", _parameters),
        Patch(StateTaskServiceBatch, "_before_eval_execution", StateTaskService._before_eval_execution),  # noqa: SLF001
        Patch(StateTaskServiceBatch, "_eval_service_task", _submit),
        Patch(StateTaskServiceBatch, "_eval_integration_pattern", _await_job),
        Patch(StateTaskServiceBatch, "_from_error", _failure),
    ]


def _validate_integration(self: Any) -> None:
    if self.resource.api_action != "submitJob":
        raise ValueError(f"The resource provided {self.resource.resource_arn} is not recognized.")


def _any_parameters(self: Any) -> None:  # noqa: ARG001 None: the model of SubmitJob decides
    return None


def _parameters(self: Any, env: Any) -> dict[str, Any]:
    parameters: dict[str, Any] = StateTask._eval_parameters(self, env)  # noqa: SLF001 with its quota
    if self.resource.condition == ResourceCondition.Sync:
        overrides = parameters.setdefault("ContainerOverrides", {})
        overrides["Environment"] = [*overrides.get("Environment", []), copy.copy(_MANAGED_BY_AWS)]
    return parameters


def _submit(
    self: Any,  # noqa: ARG001 moto's signature
    env: Any,
    resource_runtime_part: Any,  # noqa: ARG001
    normalised_parameters: dict[str, Any],
    state_credentials: Caller,
) -> None:
    try:
        CURRENT.runtime.rights.check(state_credentials, "batch", "SubmitJob", normalised_parameters)
    except DeniedError as error:
        raise BatchError(_DENIED, str(error), 403) from None
    env.stack.append(_jobs(env).submit_job(normalised_parameters))


def _await_job(
    self: Any,
    env: Any,
    resource_runtime_part: Any,
    normalised_parameters: dict[str, Any],
    state_credentials: Caller,
) -> None:
    if self.resource.condition != ResourceCondition.Sync:
        _eval_pattern(self, env, resource_runtime_part, normalised_parameters, state_credentials)
        return
    description = _described(_wait(env, env.stack.pop()["JobId"], state_credentials))
    if description["Status"] != "SUCCEEDED":
        details = _failed_details(self, "States.TaskFailed", json_text(description))
        raise FailureEventException(failure_event=_task_failed(env, CustomErrorName("States.TaskFailed"), details))
    env.stack.append(description)


def _jobs(env: Any) -> JobService:
    details = env.aws_execution_details
    return CURRENT.runtime.job_service(Location(details.account, details.region))


def _wait(env: Any, job_id: str, caller: Caller) -> dict[str, Any]:
    jobs = _jobs(env)
    ended = None
    try:
        with interruption(env) as interrupted:
            ended = jobs.wait_for_job(job_id, interruption=interrupted)
    finally:
        if ended is None and _may(caller, "TerminateJob", {"jobId": job_id, "reason": _TERMINATION_REASON}):
            jobs.terminate_job(job_id, _TERMINATION_REASON)
    if ended is None:
        raise InterruptedTaskError
    # Without this right, Step Functions knows of the end by the event alone, which AWS may lose.
    _may(caller, "DescribeJobs", {"jobs": [job_id]})
    return ended


def _may(caller: Caller, operation: str, parameters: dict[str, Any]) -> bool:
    try:
        CURRENT.runtime.rights.check(caller, "batch", operation, parameters)
    except DeniedError:
        return False
    return True


def _described(job: dict[str, Any]) -> dict[str, Any]:
    model = services.operation("batch", "describeJobs")
    shape = model.output_shape.members["jobs"].member if model else None
    described: dict[str, Any] = from_boto(shape, job)
    return described


def _failure(self: Any, env: Any, ex: Exception) -> Any:
    if not isinstance(ex, BatchError):
        return _from_error(self, env=env, ex=ex)
    answer = f"Status Code: {ex.status}; Error Code: {ex.code}; Request ID: {ex.request_id}; Proxy: null"
    cause = f"{ex.message} (Service: AWSBatch; {answer})"
    # The API has no model of a denial: the AWS SDK gives it the name of the service's errors.
    name = "Batch.AWSBatchException" if ex.code == _DENIED else f"Batch.{ex.code}"
    return _task_failed(env, ErrorName(error_name=name), _failed_details(self, name, cause))


def _failed_details(task: Any, error: str, cause: str) -> Any:
    return TaskFailedEventDetails(
        resource=task._get_sfn_resource(),  # noqa: SLF001 moto's own way
        resourceType=task._get_sfn_resource_type(),  # noqa: SLF001
        error=error,
        cause=cause,
    )


def _task_failed(env: Any, name: Any, details: Any) -> Any:
    return FailureEvent(
        env=env,
        error_name=name,
        event_type=HistoryEventType.TaskFailed,
        event_details=EventDetails(taskFailedEventDetails=details),
    )
