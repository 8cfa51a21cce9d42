"""Gap: moto names errors of optimized integrations by a rule of its own for each service, some with no cause.

AWS uses the names of its SDK for Java: an error that the service's model has keeps its name, such as
``Lambda.ResourceNotFoundException``; any other, such as a denial, is the service's own, ``Lambda.AWSLambdaException``.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils import (
    LambdaFunctionErrorException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb import (
    StateTaskServiceDynamoDB,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_ecs import (
    StateTaskServiceEcs,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_events import (
    SfnFailedEntryCountException,
    StateTaskServiceEvents,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    StateTaskServiceLambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sns import (
    StateTaskServiceSns,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sqs import (
    StateTaskServiceSqs,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_text import json_text

FromError = Callable[..., Any]

# How Step Functions calls a service in names of errors, and how the SDK for Java calls it.
_SERVICES = {
    StateTaskServiceEcs: ("ECS", "AmazonECS"),
    StateTaskServiceEvents: ("EventBridge", "AmazonEventBridge"),
    StateTaskServiceLambda: ("Lambda", "AWSLambda"),
    StateTaskServiceSfn: ("StepFunctions", "AWSStepFunctions"),
    StateTaskServiceSns: ("SNS", "AmazonSNS"),
    StateTaskServiceSqs: ("SQS", "AmazonSQS"),
}


def patches() -> list[Patch]:
    """Name them as AWS does."""
    of_integrations = [
        Patch(kind, "_from_error", _replaced(kind._from_error, *names))  # noqa: SLF001 this is what gets replaced
        for kind, names in _SERVICES.items()
    ]
    own = _replaced(_own_text(StateTaskLambda._from_error), *_SERVICES[StateTaskServiceLambda])  # noqa: SLF001 as above
    of_tables = _replaced(StateTask._from_error, "DynamoDB", "AmazonDynamoDB", "AmazonDynamoDBv2")  # noqa: SLF001
    return [
        *of_integrations,
        Patch(StateTaskServiceDynamoDB, "_from_error", of_tables),
        Patch(StateTaskLambda, "_from_error", own),
        Patch(SfnFailedEntryCountException, "__init__", _keep_entries),
    ]


def error_name(error: ClientError, prefix: str, java: str) -> str:
    """The name of an error of a service.

    Args:
        error: what boto3 raised.
        prefix: what the name begins with.
        java: the service's name in the AWS SDK for Java.
    """
    # boto3 makes a class of each error that the service's model has.
    own = java if type(error) is ClientError else type(error).__name__
    return f"{prefix}.{own.removesuffix('Exception')}Exception"


def _replaced(original: FromError, prefix: str, java: str, service: str | None = None) -> FromError:
    def from_error(self: Any, env: Any, ex: Exception) -> Any:
        if not isinstance(ex, ClientError):
            return original(self, env=env, ex=ex)
        name = error_name(ex, prefix, java)
        told, code = ex.response["ResponseMetadata"], ex.response["Error"]["Code"]
        answer = (
            f"Service: {service or java}; Status Code: {told['HTTPStatusCode']}; Error Code: {code}; "
            f"Request ID: {told['RequestId']}; Proxy: null"
        )
        return failed(self, env, name, f"{ex.response['Error']['Message']} ({answer})")

    return from_error


def _own_text(original: FromError) -> FromError:
    """A function that is the resource itself is quoted as it is."""

    def from_error(self: Any, env: Any, ex: Exception) -> Any:
        if isinstance(ex, LambdaFunctionErrorException):
            ex = LambdaFunctionErrorException(ex.function_error, vars(ex).get("text", ex.payload))
        return original(self, env=env, ex=ex)

    return from_error


def _keep_entries(self: Any, cause: dict[str, Any] | None) -> None:
    RuntimeError.__init__(self, json_text(cause))
    self.cause = json_text(cause)  # moto leaves it a dictionary


def failed(task: Any, env: Any, name: str, cause: str) -> Any:
    """The failure of a task with an error of a name."""
    details = {"error": name, "cause": cause}
    kind, found = HistoryEventType.LambdaFunctionFailed, EventDetails(lambdaFunctionFailedEventDetails=details)
    if not isinstance(task, StateTaskLambda):  # which has events of its own
        task_details = TaskFailedEventDetails(
            resource=task._get_sfn_resource(),  # noqa: SLF001 moto's own way
            resourceType=task._get_sfn_resource_type(),  # noqa: SLF001
            **details,
        )
        kind, found = HistoryEventType.TaskFailed, EventDetails(taskFailedEventDetails=task_details)
    return FailureEvent(env=env, error_name=ErrorName(error_name=name), event_type=kind, event_details=found)
