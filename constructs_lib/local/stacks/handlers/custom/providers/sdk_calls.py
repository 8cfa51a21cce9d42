"""``custom_resources.AwsCustomResource``, calls of an SDK, and ``triggers.Trigger``, calls of a function.

Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources.AwsCustomResource.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError, Properties
from constructs_lib.local.stacks.handlers.contract.requests import input_of
from constructs_lib.local.stacks.handlers.custom.providers.requests import Answer, Request

_PHYSICAL_ID = "PHYSICAL:RESOURCEID:"
_BOOLEANS = {"TRUE:BOOLEAN": True, "FALSE:BOOLEAN": False}
_SERVICES = {
    "apigateway": "apigateway",
    "apigatewayv2": "apigatewayv2",
    "applicationautoscaling": "application-autoscaling",
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "cognitoidentity": "cognito-identity",
    "cognitoidentityprovider": "cognito-idp",
    "cognitoidentityserviceprovider": "cognito-idp",
    "configservice": "config",
    "costexplorer": "ce",
    "databasemigrationservice": "dms",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "eventbridge": "events",
    "resourcegroups": "resource-groups",
    "servicecatalog": "servicecatalog",
    "sfn": "stepfunctions",
    "stepfunctions": "stepfunctions",
}
"""Services that the SDK for JavaScript calls otherwise than the one for Python."""


def sdk_call(asked: Request) -> Answer:
    """Make the call that is meant for a request."""
    calls = {name: _call(asked, name) for name in ("Create", "Update", "Delete")}
    call = calls[asked.kind]
    known = asked.event.get("PhysicalResourceId")
    if asked.kind == "Create":
        known = next((told["id"] for told in (_id_of(item) for item in calls.values()) if "id" in told), None)
    if call is None:
        return Answer(known or asked.event["LogicalResourceId"])
    data, code = _made(asked, call)
    wanted = _id_of(call)
    if code is None and "responsePath" in wanted:
        known = data.get(wanted["responsePath"])
    physical_id = wanted.get("id") or known or asked.event["LogicalResourceId"]
    return Answer(str(physical_id), _chosen(data, call))


def trigger(asked: Request) -> Answer:
    """Call a function whenever it is made or changed."""
    if asked.kind != "Delete":
        kind = asked.properties.get("InvocationType", "RequestResponse")
        which = {"FunctionName": asked.properties["HandlerArn"], "InvocationType": kind}
        answer = asked.services.client("lambda").invoke(**which)
        if "FunctionError" in answer:
            raise HandlerError(f"Trigger handler failed: {answer['Payload'].read().decode()}", None)
    return Answer(asked.physical_id)


def _call(asked: Request, kind: str) -> Properties | None:
    """A call that the properties have; each is a JSON text."""
    written = asked.properties.get(kind)
    if written is None:
        return None
    written = written.replace(f'"{_PHYSICAL_ID}"', json.dumps(asked.event.get("PhysicalResourceId", "")))
    call: Properties = json.loads(written)
    return call


def _id_of(call: Properties | None) -> Mapping[str, str]:
    told: Mapping[str, str] = (call or {}).get("physicalResourceId", {})
    return told


def _made(asked: Request, call: Properties) -> tuple[dict[str, str], str | None]:
    """What a call answers, flat; and the code of an error that does not matter."""
    service = re.sub(r"^@aws-sdk/client-|-", "", call["service"]).lower()
    services = asked.services.elsewhere(call["region"]) if "region" in call else asked.services
    try:
        client = services.client(_SERVICES.get(service, service))
        operation = xform_name(call["action"].removesuffix("Command"))
        answer = getattr(client, operation)(**input_of(client, operation, _decoded(call.get("parameters") or {})))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        ignored = call.get("ignoreErrorCodesMatching")
        if ignored and re.search(ignored, code):
            return {}, code
        raise
    except (BotoCoreError, AttributeError, KeyError) as error:
        message = f"constructs-lib local: {call['action']} of {call['service']} cannot be called: {error}"
        raise HandlerError(message, None) from None
    answer.pop("ResponseMetadata", None)
    return dict(_flat(answer)), None


def _decoded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _decoded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    return _BOOLEANS.get(value, value) if isinstance(value, str) else value


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """What is at each path of an answer, such as ``Parameters.0.Value``."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _flat(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _flat(item, f"{path}.{number}")
    elif hasattr(value, "read"):
        yield path, value.read().decode(errors="replace")
    elif value is not None:
        yield path, value if isinstance(value, str) else json.dumps(value, default=str)


def _chosen(data: dict[str, str], call: Properties) -> dict[str, str]:
    paths = call.get("outputPaths") or ([call["outputPath"]] if "outputPath" in call else None)
    if paths is None:
        return data
    return {name: value for name, value in data.items() if any(name.startswith(path) for path in paths)}
