"""Gap: moto passes parameters and responses of service integrations on as they are, and refuses one of Lambda's.

A state machine writes ``JobQueue`` where boto3 wants ``jobQueue``, and expects ``JobSummaryList`` back. A task with
parameters that cannot be used is not scheduled.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html.
"""

from typing import Any

from botocore import xform_name
from moto.stepfunctions.parser.asl.component.state.exec.state_task.mock_eval_utils import eval_mocked_response
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    StateTaskServiceLambda,
)

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_text import copy_json, json_text
from constructs_lib.local.states.tasks import services
from constructs_lib.local.states.tasks.casing import UnsupportedParameterError, from_boto, to_boto
from constructs_lib.local.states.tasks.clients import last_metadata
from constructs_lib.local.states.tasks.sdk_metadata import sdk_metadata

_STRICT = {"batch", "ecs"}
_TEXT = "text/plain; charset=UTF-8"

_lambda_parameters = StateTaskServiceLambda._get_supported_parameters  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Translate by botocore's model of the operation."""
    return [
        Patch(StateTaskService, "_eval_execution", _call),
        Patch(StateTaskService, "_normalise_parameters", _normalise_parameters),
        Patch(StateTaskService, "_normalise_response", _normalise_response),
        Patch(StateTaskService, "_get_boto_service_name", _get_boto_service_name),
        Patch(StateTaskService, "_get_boto_service_action", _get_boto_service_action),
        Patch(StateTaskServiceAwsSdk, "_normalise_service_error_name", staticmethod(services.java_name)),
        Patch(StateTaskServiceLambda, "_get_supported_parameters", _get_lambda_parameters),
    ]


def parameters_for(shape: Any, parameters: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """Return a request as boto3 takes it.

    Raises:
        ValueError: with AWS's message, when a field is not supported; becomes States.Runtime.
    """
    try:
        request: dict[str, Any] = to_boto(shape, parameters, strict=strict)
    except UnsupportedParameterError as error:
        raise ValueError(
            f"The Parameters '{json_text(parameters)}' could not be used to start the Task: [{error}]"
        ) from error
    return {name: value for name, value in request.items() if value is not None}


def _call(self: Any, env: Any) -> None:
    self.resource.eval(env=env)
    part = env.stack.pop()
    given = self._eval_parameters(env=env)
    caller = self._eval_state_credentials(env=env)
    self._normalise_parameters(copy_json(given))  # what is not supported is refused before the history has the task
    self._before_eval_execution(env, part, given, caller)  # which adds what Step Functions adds
    request = copy_json(given)
    self._normalise_parameters(request)
    if env.is_mocked_mode():
        eval_mocked_response(env=env, mocked_response=env.get_current_mocked_response())
    else:
        self._eval_service_task(env, part, request, caller)
    self._normalise_response(env.stack[-1])
    self._after_eval_execution(env, part, request, caller)


def _normalise_parameters(
    self: Any,
    parameters: dict[str, Any],
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    model = _operation(self, boto_service_name, service_action_name)
    if model is None or model.input_shape is None:
        return
    is_strict = not boto_service_name and self.resource.service_name in _STRICT
    request = parameters_for(model.input_shape, parameters, strict=is_strict)
    if self.resource.api_name == "s3" and "Body" in request and "ContentType" in model.input_shape.members:
        request.setdefault("ContentType", _TEXT)  # a body is made from a text
    parameters.clear()
    parameters.update(request)


def _normalise_response(
    self: Any,
    response: Any,
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    model = _operation(self, boto_service_name, service_action_name)
    if model is None or model.output_shape is None or not isinstance(response, dict):
        return
    shown = from_boto(model.output_shape, response)
    shown.pop("ResponseMetadata", None)
    metadata = last_metadata()  # also of what has none: the next answer in this thread is not to have this one's
    is_described = bool(boto_service_name or service_action_name)  # by another call than the resource's own
    if not is_described and not isinstance(self, StateTaskServiceAwsSdk):
        shown |= sdk_metadata(self.resource.service_name, response, metadata)
    response.clear()
    response.update(shown)


def _get_boto_service_name(self: Any, boto_service_name: str | None = None) -> str:
    return services.boto_name(boto_service_name or self.resource.api_name)


def _get_boto_service_action(self: Any, service_action_name: str | None = None) -> str:
    action = service_action_name or self.resource.api_action
    return str(xform_name(action[:1].upper() + action[1:]))


def _get_lambda_parameters(self: Any) -> set[str] | None:
    known = _lambda_parameters(self)
    return known and {*known, "InvocationType"}


def _operation(task: Any, service: str | None, action: str | None) -> Any:
    return services.operation(service or task.resource.api_name, action or task.resource.api_action)
