"""The call of an API that a target means: of a templated target, or of a universal one.

Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html and
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.local.account import Location
from constructs_lib.local.batch.casing import convert
from constructs_lib.local.states.tasks.casing import UnsupportedParameterError, from_boto, to_boto
from constructs_lib.local.states.tasks.services import boto_name, operation

Target = dict[str, Any]

_UNIVERSAL = re.compile(r"arn:[\w-]+:scheduler:::aws-sdk:([\w-]+):(\w+)")
READ_ONLY: Final = (
    *("get", "describe", "list", "poll", "receive", "search", "scan", "query", "select", "read", "lookup", "discover"),
    *("validate", "batchGet", "batchDescribe", "batchRead", "transactGet", "adminGet", "adminList", "testMigration"),
    *("retrieve", "testConnection", "translateDocument", "isAuthorized", "invokeModel"),
)
"""Beginnings of the names of actions that nobody needs on a schedule, and that no target may have."""
WITH_JSON: Final = {"lambda", "states", "events"}
"""Services whose templated targets take only JSON as input."""


class RequestError(ValueError):
    """A target means no call; the text says why, in AWS's words where they are known."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call of an API.

    Args:
        service: as boto3 names it.
        operation: as the service's model names it, such as ``SubmitJob``.
        parameters: as boto3 takes them.
    """

    service: str
    operation: str
    parameters: dict[str, Any]

    def shown(self) -> str:
        """The parameters as EventBridge Scheduler writes them."""
        model = operation(self.service, self.operation)
        shape = model.input_shape if model else None
        shown = from_boto(shape, self.parameters) if shape is not None else self.parameters
        return json.dumps(shown, ensure_ascii=False, default=str)


def universal(arn: str) -> tuple[str, str] | None:
    """The service and the action of a universal target; None for the ARN of another one."""
    found = _UNIVERSAL.fullmatch(arn)
    return (found[1], found[2]) if found else None


def service_of(arn: str) -> str:
    """The service in the ARN of a templated target."""
    return arn.split(":")[2]


def call_of(target: Target, given: str | None, default: str) -> ApiCall:
    """The call that a target means.

    Args:
        target: as the API of the Scheduler has it.
        given: its input, with what it asks for filled in; None if it has none.
        default: what a target gets that has none.

    Raises:
        RequestError: it means none.
    """
    if names := universal(target["Arn"]):
        return _universal_call(*names, given)
    made = _TEMPLATED.get(service_of(target["Arn"]))
    if made is None:
        raise RequestError(f"{service_of(target['Arn'])} is not a supported service for a target.")
    service, name, parameters = made(target, default if given is None else given)
    return ApiCall(service, name, parameters)


def _universal_call(service: str, action: str, given: str | None) -> ApiCall:
    model = operation(service, action)
    if model is None:
        raise RequestError(f"{service}:{action} is not a supported API action for a target.")
    try:
        request = json.loads(given or "{}")
    except ValueError:
        raise RequestError("Invalid RequestJson provided. Reason: it is not a well-formed JSON.") from None
    if not isinstance(request, dict):
        raise RequestError("Invalid RequestJson provided. Reason: it is not a JSON object.")
    shape = model.input_shape
    if shape is None:
        return ApiCall(boto_name(service), model.name, {})
    try:
        parameters = to_boto(shape, request)
    except UnsupportedParameterError as error:
        field = re.search(r"'(.*?)'", str(error))
        name = field[1] if field else ""
        raise RequestError(
            f"Invalid RequestJson provided. Reason: The field '{name}' is not supported for api '{action}' for the "
            f"service: '{service}'"
        ) from None
    for name in shape.required_members:
        if name not in parameters and not shape.members[name].metadata.get("idempotencyToken"):
            shown = name[:1].upper() + name[1:]
            raise RequestError(f"Invalid RequestJson provided. Reason: Must include the member '{shown}'")
    return ApiCall(boto_name(service), model.name, parameters)


def _start_execution(target: Target, given: str) -> tuple[str, str, dict[str, Any]]:
    return "stepfunctions", "StartExecution", {"stateMachineArn": target["Arn"], "input": given}


def _invoke(target: Target, given: str) -> tuple[str, str, dict[str, Any]]:
    return "lambda", "Invoke", {"FunctionName": target["Arn"], "InvocationType": "Event", "Payload": given.encode()}


def _send_message(target: Target, given: str) -> tuple[str, str, dict[str, Any]]:
    location, name = Location.of(target["Arn"]), target["Arn"].rpartition(":")[2]
    suffix = "amazonaws.com.cn" if location.partition == "aws-cn" else "amazonaws.com"
    url = f"https://sqs.{location.region}.{suffix}/{location.account}/{name}"
    group = (target.get("SqsParameters") or {}).get("MessageGroupId")
    return "sqs", "SendMessage", {"QueueUrl": url, "MessageBody": given, **({"MessageGroupId": group} if group else {})}


def _publish(target: Target, given: str) -> tuple[str, str, dict[str, Any]]:
    return "sns", "Publish", {"TopicArn": target["Arn"], "Message": given}


def _put_events(target: Target, given: str) -> tuple[str, str, dict[str, Any]]:
    told = target.get("EventBridgeParameters") or {}
    entry = {"Source": told["Source"], "DetailType": told["DetailType"], "Detail": given, "EventBusName": target["Arn"]}
    return "events", "PutEvents", {"Entries": [entry]}


def _put_record(target: Target, given: str) -> tuple[str, str, dict[str, Any]]:
    key = (target.get("KinesisParameters") or {})["PartitionKey"]
    name = target["Arn"].rpartition("/")[2]
    return "kinesis", "PutRecord", {"StreamName": name, "Data": given.encode(), "PartitionKey": key}


def _put_to_firehose(target: Target, given: str) -> tuple[str, str, dict[str, Any]]:
    name = target["Arn"].rpartition("/")[2]
    return "firehose", "PutRecord", {"DeliveryStreamName": name, "Record": {"Data": given.encode()}}


def _run_task(target: Target, given: str) -> tuple[str, str, dict[str, Any]]:
    told = dict(target.get("EcsParameters") or {})
    model = operation("ecs", "RunTask")
    request = {
        "cluster": target["Arn"],
        "taskDefinition": told.pop("TaskDefinitionArn"),
        "count": told.pop("TaskCount", 1),
        **told,
    }
    if given.strip().startswith("{") and "overrides" not in request:
        overrides = json.loads(given)
        if "containerOverrides" in overrides or "taskRoleArn" in overrides:
            request["overrides"] = overrides
    if "Tags" in request:
        request["Tags"] = [{name.lower(): value for name, value in tag.items()} for tag in request["Tags"]]
    return "ecs", "RunTask", convert(model.input_shape, request) if model else request


def _start_build(target: Target, given: str) -> tuple[str, str, dict[str, Any]]:
    del given
    return "codebuild", "StartBuild", {"projectName": target["Arn"].rpartition("/")[2]}


def _start_pipeline(target: Target, given: str) -> tuple[str, str, dict[str, Any]]:
    del given
    return "codepipeline", "StartPipelineExecution", {"name": target["Arn"].rpartition(":")[2]}


_TEMPLATED: dict[str, Callable[[Target, str], tuple[str, str, dict[str, Any]]]] = {
    "codebuild": _start_build,
    "codepipeline": _start_pipeline,
    "ecs": _run_task,
    "events": _put_events,
    "firehose": _put_to_firehose,
    "kinesis": _put_record,
    "lambda": _invoke,
    "sns": _publish,
    "sqs": _send_message,
    "states": _start_execution,
}
TEMPLATED: Final = frozenset({*_TEMPLATED, "inspector", "sagemaker"})
"""Services of templated targets; two of them are not emulated."""
