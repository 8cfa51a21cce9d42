"""AWS::ApiGateway::Stage.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.apigateway.patched import PatchedHandler
from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.tags import Tagging

_METHOD_PATHS = {
    "CacheDataEncrypted": "caching/dataEncrypted",
    "CacheTtlInSeconds": "caching/ttlInSeconds",
    "CachingEnabled": "caching/enabled",
    "DataTraceEnabled": "logging/dataTrace",
    "LoggingLevel": "logging/loglevel",
    "MetricsEnabled": "metrics/enabled",
    "ThrottlingBurstLimit": "throttling/burstLimit",
    "ThrottlingRateLimit": "throttling/rateLimit",
}


@dataclass(frozen=True, kw_only=True)
class _Stage(PatchedHandler):
    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Patch what a stage is not made with: its variables, its logs, and how its methods work."""
        operations: list[Properties] = []
        if not change.is_new:
            operations += _of_variables(change)
        if change.touches("MethodSettings"):
            operations += _of_methods(change.after)
        if change.touches("AccessLogSetting"):
            operations += _of_logs(change.after)
        if operations:
            client = desired.services.client(self.service)
            client.update_stage(**self.keys(made, desired), patchOperations=operations)

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        if name != "Arn":
            raise KeyError(name)
        api = f"/restapis/{desired.properties['RestApiId']}/stages/{made.physical_id}"
        return f"arn:{desired.services.partition}:apigateway:{desired.services.region}::{api}"


def _of_variables(change: Change) -> list[Properties]:
    before, after = (state.get("Variables") or {} for state in (change.before, change.after))
    changed = [
        {"op": "replace", "path": f"/variables/{name}", "value": text(value)}
        for name, value in after.items()
        if before.get(name) != value
    ]
    return changed + [{"op": "remove", "path": f"/variables/{name}"} for name in before if name not in after]


def _of_methods(after: Properties) -> list[Properties]:
    operations = []
    for setting in after.get("MethodSettings") or []:
        resource = setting.get("ResourcePath", "/*")
        # The path of a resource is one part of the path of what is changed.
        place = "*" if resource == "/*" else resource.replace("~", "~0").replace("/", "~1")
        operations += [
            {"op": "replace", "path": f"/{place}/{setting.get('HttpMethod', '*')}/{path}", "value": text(setting[name])}
            for name, path in _METHOD_PATHS.items()
            if name in setting
        ]
    return operations


def _of_logs(after: Properties) -> list[Properties]:
    if "AccessLogSetting" not in after:
        return [{"op": "remove", "path": "/accessLogSettings"}]
    members = {"DestinationArn": "destinationArn", "Format": "format"}
    return [
        {"op": "replace", "path": f"/accessLogSettings/{member}", "value": text(after["AccessLogSetting"][name])}
        for name, member in members.items()
        if name in after["AccessLogSetting"]
    ]


HANDLERS: dict[str, Handler] = {
    "AWS::ApiGateway::Stage": _Stage(
        makes="create_stage",
        changes="update_stage",
        removes="delete_stage",
        key="stageName",
        name="StageName",
        ref="stageName",
        patches={
            "CacheClusterEnabled": "/cacheClusterEnabled",
            "DeploymentId": "/deploymentId",
            "Description": "/description",
            "TracingEnabled": "/tracingEnabled",
        },
        defaults={"CacheClusterEnabled": False, "TracingEnabled": False},
        tagging=Tagging(),
        tagged="Arn",
    ),
}
