"""Who may use REST APIs: keys and plans; and the role by which an account logs.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.apigateway.patched import PatchedHandler
from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler


class _Account(ResourceHandler):
    """What an account has once; it is not taken away with its stack."""

    def make(self, desired: Desired) -> Made:
        return Made(desired.name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        del made
        role = change.after.get("CloudWatchRoleArn", "")
        operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
        desired.services.client("apigateway").update_account(patchOperations=[operation])

    def remove(self, made: Made, desired: Desired) -> None:
        """Leave it as it is, as AWS does."""

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        del desired
        return {"Id": made.physical_id}[name]


@dataclass(frozen=True, kw_only=True)
class _PlanKey(PatchedHandler):
    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        del made
        return {"keyId": desired.properties["KeyId"], "usagePlanId": desired.properties["UsagePlanId"]}


HANDLERS: dict[str, Handler] = {
    "AWS::ApiGateway::Account": _Account(),
    "AWS::ApiGateway::ApiKey": PatchedHandler(
        makes="create_api_key",
        changes="update_api_key",
        removes="delete_api_key",
        key="apiKey",
        name="Name",
        ref="id",
        paths={"APIKeyId": ""},
        patches={"Description": "/description", "Enabled": "/enabled"},
        defaults={"Enabled": False},
    ),
    "AWS::ApiGateway::UsagePlan": PatchedHandler(
        makes="create_usage_plan",
        changes="update_usage_plan",
        removes="delete_usage_plan",
        key="usagePlanId",
        name="UsagePlanName",
        ref="id",
        paths={"Id": ""},
        renamed={"UsagePlanName": "name"},
        patches={"Description": "/description", "name": "/name"},
    ),
    "AWS::ApiGateway::UsagePlanKey": _PlanKey(
        makes="create_usage_plan_key",
        removes="delete_usage_plan_key",
        key="keyId",
        ref="id",
        paths={"Id": ""},
    ),
}
