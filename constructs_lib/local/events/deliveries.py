"""How each kind of target is started.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

import json
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

Target = dict[str, Any]
Client = Callable[[str], Any]
"""Makes a boto3 client that has the rights of the target's role."""

_OVERRIDES: Final = {"containerOverrides", "cpu", "memory", "taskRoleArn", "executionRoleArn", "ephemeralStorage"}


def _start_execution(client: Client, target: Target, given: Any) -> None:
    client("stepfunctions").start_execution(stateMachineArn=target["Arn"], input=json.dumps(given))


def _submit_job(client: Client, target: Target, given: Any) -> None:
    wanted = target["BatchParameters"]
    request: dict[str, Any] = {
        "jobName": wanted["JobName"],
        "jobQueue": target["Arn"],
        "jobDefinition": wanted["JobDefinition"],
    }
    if size := wanted.get("ArrayProperties", {}).get("Size"):
        request["arrayProperties"] = {"size": size}
    if attempts := wanted.get("RetryStrategy", {}).get("Attempts"):
        request["retryStrategy"] = {"attempts": attempts}
    if isinstance(given, dict) and isinstance(given.get("Parameters"), dict):
        request["parameters"] = given["Parameters"]
    if isinstance(given, dict) and isinstance(given.get("ContainerOverrides"), dict):
        request["containerOverrides"] = _lowered(given["ContainerOverrides"])
    client("batch").submit_job(**request)


def _run_task(client: Client, target: Target, given: Any) -> None:
    told = {name: value for name, value in target["EcsParameters"].items() if value is not None}
    request = {
        "cluster": target["Arn"],
        "taskDefinition": told.pop("TaskDefinitionArn"),
        "count": told.pop("TaskCount", 1),
        **_lowered(told),
    }
    if isinstance(given, dict) and given.keys() & _OVERRIDES:
        request["overrides"] = {name: value for name, value in given.items() if name in _OVERRIDES}
    answer = client("ecs").run_task(**request)
    if answer.get("failures"):
        reason = answer["failures"][0].get("reason", "")
        raise ClientError({"Error": {"Code": reason, "Message": f"no task was started: {reason}"}}, "RunTask")


def _publish(client: Client, target: Target, given: Any) -> None:
    client("sns").publish(TopicArn=target["Arn"], Message=_text(given))


def _send_message(client: Client, target: Target, given: Any) -> None:
    sqs = client("sqs")
    name = target["Arn"].rpartition(":")[2]
    group = target.get("SqsParameters", {}).get("MessageGroupId")
    more = {"MessageGroupId": group} if group else {}
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], MessageBody=_text(given), **more)


def _invoke(client: Client, target: Target, given: Any) -> None:
    client("lambda").invoke(FunctionName=target["Arn"], InvocationType="Event", Payload=json.dumps(given).encode())


def _lowered(value: Any) -> Any:
    """A value whose members are named as the API of another service has them."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _lowered(item) for name, item in value.items()}
    return [_lowered(item) for item in value] if isinstance(value, list) else value


def _text(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


DELIVERIES: dict[str, Callable[[Client, Target, Any], None]] = {
    "batch": _submit_job,
    "ecs": _run_task,
    "lambda": _invoke,
    "sns": _publish,
    "sqs": _send_message,
    "states": _start_execution,
}
"""By the service of the target's ARN."""
