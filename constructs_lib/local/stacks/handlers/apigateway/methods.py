"""AWS::ApiGateway::Method: a method with its integration and their responses, each put by an operation of its own.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html
"""

from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.requests import input_of
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler


class _Method(ResourceHandler):
    def make(self, desired: Desired) -> Made:
        _put(desired, "put_method", desired.properties)
        return Made(desired.name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Put the parts; of one that was there, all anew, as none of them has a state."""
        if not change.is_new:
            self.remove(made, desired)
            self.make(desired)
        properties = change.after
        for response in properties.get("MethodResponses") or []:
            _put(desired, "put_method_response", response)
        if integration := properties.get("Integration"):
            named = {"integrationHttpMethod": integration.get("IntegrationHttpMethod")}
            given = {name: value for name, value in integration.items() if name != "IntegrationResponses"}
            _put(desired, "put_integration", given, **{key: value for key, value in named.items() if value})
            for response in integration.get("IntegrationResponses") or []:
                _put(desired, "put_integration_response", response)

    def remove(self, made: Made, desired: Desired) -> None:
        del made
        desired.services.client("apigateway").delete_method(**_which(desired))


def _which(desired: Desired) -> Properties:
    names = {"restApiId": "RestApiId", "resourceId": "ResourceId", "httpMethod": "HttpMethod"}
    return {member: desired.properties[name] for member, name in names.items()}


def _put(desired: Desired, operation: str, given: Properties, **more: Any) -> None:
    client = desired.services.client("apigateway")
    getattr(client, operation)(**{**input_of(client, operation, given), **_which(desired), **more})


HANDLERS: dict[str, Handler] = {"AWS::ApiGateway::Method": _Method()}
