"""Services whose resources are named by one parameter: a table for each.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Callable
from typing import Any

from constructs_lib.local.iam.requests.asked import Asked, Call, Place, passed_role

_WITHOUT_RESOURCE = {
    "ecr:DescribeRegistry",
    "ecr:GetAuthorizationToken",
    "kms:CreateKey",
    "kms:ListAliases",
    "kms:ListKeys",
    "secretsmanager:ListSecrets",
    "ssm:DescribeParameters",
    *(f"logs:{name}" for name in ("CreateLogDelivery", "DeleteLogDelivery", "DescribeResourcePolicies")),
    *(f"logs:{name}" for name in ("GetLogDelivery", "ListLogDeliveries", "PutResourcePolicy", "UpdateLogDelivery")),
}
_OTHER_ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "sns:PublishBatch": "sns:Publish",
    **{f"sqs:{name}Batch": f"sqs:{name}" for name in ("ChangeMessageVisibility", "DeleteMessage", "SendMessage")},
}
"""What operations are that have no action of their own."""
_KEYS = {
    "sns:Publish": ("GenerateDataKey", "Decrypt"),
    "sqs:ReceiveMessage": ("Decrypt",),
    "sqs:SendMessage": ("GenerateDataKey", "Decrypt"),
}
"""What is done with the KMS key of a queue or a topic.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""


def asked(call: Call, place: Place) -> list[Asked] | None:
    """What a call asks for; None for a service or an operation that has no entry."""
    action = f"{call.service}:{call.operation}"
    action = _OTHER_ACTIONS.get(action, action)
    if action in _WITHOUT_RESOURCE or call.service == "xray":
        return [Asked(action)]
    resources = _RESOURCES.get(call.service)
    arns = resources(call, place) if resources else []
    if not arns:
        return None
    if action in _KEYS:
        return [item for arn in arns for item in (Asked(action, arn), *_keys(action, arn, place))]
    role = call.parameters.get("RoleARN") if call.service == "cloudformation" else call.parameters.get("Role")
    passed = passed_role(role, f"{call.service}.amazonaws.com", place) if isinstance(role, str) else []
    return [*(Asked(action, arn) for arn in arns), *passed]


def _keys(action: str, arn: str, place: Place) -> list[Asked]:
    """A queue or a topic uses its key by the rights of the caller."""
    key = place.lookup.message_key(arn)
    if key is None:
        return []
    service = action.partition(":")[0]
    context = {"kms:ViaService": f"{service}.{place.region}.amazonaws.com"}
    return [Asked(f"kms:{name}", key, context) for name in _KEYS[action]]


def _first(given: dict[str, Any], *names: str) -> str:
    return next((str(given[name]) for name in names if given.get(name)), "")


def _by(service: str, kind: str, *names: str) -> Callable[[Call, Place], list[str]]:
    def arns(call: Call, place: Place) -> list[str]:
        name = _first(call.parameters, *names)
        return [place.named(service, kind, name)] if name else []

    return arns


def _log_groups(call: Call, place: Place) -> list[str]:
    name = _first(call.parameters, "logGroupName", "logGroupIdentifier", "logGroupNamePrefix")
    if not name or name.startswith("arn:"):
        return [name] if name else []
    stream = call.parameters.get("logStreamName", "")
    return [place.arn("logs", f"log-group:{name}:log-stream:{stream}")]


def _queues(call: Call, place: Place) -> list[str]:
    name = _first(call.parameters, "QueueUrl", "QueueName").rpartition("/")[2]
    return [place.arn("sqs", name)] if name else []


def _parameters(call: Call, place: Place) -> list[str]:
    names = [call.parameters["Name"]] if call.parameters.get("Name") else call.parameters.get("Names", [])
    return [place.named("ssm", "parameter/", name.removeprefix("/")) for name in names]


def _secrets(call: Call, place: Place) -> list[str]:
    secret, name = call.parameters.get("SecretId"), call.parameters.get("Name")
    if secret:
        return [place.lookup.secret(secret)]
    return [place.named("secretsmanager", "secret:", name)] if name else []


def _stacks(call: Call, place: Place) -> list[str]:
    name = _first(call.parameters, "StackName")
    return [name if name.startswith("arn:") else place.arn("cloudformation", f"stack/{name}/*")] if name else []


def _roles(call: Call, place: Place) -> list[str]:
    name = _first(call.parameters, "RoleName")
    arn = call.parameters.get("PolicyArn", "")
    return [place.lookup.role(name)] if name else [arn] if arn else []


_RESOURCES: dict[str, Callable[[Call, Place], list[str]]] = {
    "cloudformation": _stacks,
    "ecr": _by("ecr", "repository/", "repositoryName"),
    "iam": _roles,
    "kms": _by("kms", "key/", "KeyId", "TargetKeyId"),
    "lambda": _by("lambda", "function:", "FunctionName"),
    "logs": _log_groups,
    "secretsmanager": _secrets,
    "sns": _by("sns", "", "TopicArn", "TargetArn", "Name"),
    "sqs": _queues,
    "ssm": _parameters,
    "sts": _by("sts", "", "RoleArn"),
}
