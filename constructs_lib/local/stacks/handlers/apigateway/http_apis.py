"""AWS::ApiGatewayV2: HTTP and WebSocket APIs.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class _Api(OperationsHandler):
    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        services = desired.services
        told = {
            "Arn": f"arn:{services.partition}:apigateway:{services.region}::/apis/{made.physical_id}",
            "ExecuteApiArn": services.arn("execute-api", made.physical_id),
        }
        return told.get(name) or super().attribute(made, desired, name)


@dataclass(frozen=True, kw_only=True)
class _OfApi(OperationsHandler):
    service: str = "apigatewayv2"

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        return {"ApiId": desired.properties["ApiId"], self.key: made.physical_id}


HANDLERS: dict[str, Handler] = {
    "AWS::ApiGatewayV2::Api": _Api(
        service="apigatewayv2",
        makes="create_api",
        changes="update_api",
        removes="delete_api",
        reads="get_api",
        key="ApiId",
        name="Name",
        ref="ApiId",
        paths={"ApiEndpoint": "ApiEndpoint", "ApiId": ""},
        defaults={"Description": ""},
        tagging=Tagging(),
        tagged="Arn",
    ),
    "AWS::ApiGatewayV2::Authorizer": _OfApi(
        makes="create_authorizer",
        changes="update_authorizer",
        removes="delete_authorizer",
        reads="get_authorizer",
        key="AuthorizerId",
        ref="AuthorizerId",
        paths={"AuthorizerId": ""},
    ),
    "AWS::ApiGatewayV2::Integration": _OfApi(
        makes="create_integration",
        changes="update_integration",
        removes="delete_integration",
        reads="get_integration",
        key="IntegrationId",
        ref="IntegrationId",
        paths={"IntegrationId": ""},
    ),
    "AWS::ApiGatewayV2::Route": _OfApi(
        makes="create_route",
        changes="update_route",
        removes="delete_route",
        reads="get_route",
        key="RouteId",
        ref="RouteId",
        paths={"RouteId": ""},
    ),
    "AWS::ApiGatewayV2::Stage": _OfApi(
        makes="create_stage",
        removes="delete_stage",
        reads="get_stage",
        key="StageName",
        name="StageName",
    ),
}
