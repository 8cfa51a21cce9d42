"""AWS::ApiGateway and AWS::ApiGatewayV2: REST and HTTP APIs; moto keeps them, and answers few of their requests."""

from constructs_lib.local.stacks.handlers.apigateway import http_apis, methods, plans, rest_apis, stages
from constructs_lib.local.stacks.handlers.contract.handler import Handler

HANDLERS: dict[str, Handler] = {
    **http_apis.HANDLERS,
    **methods.HANDLERS,
    **plans.HANDLERS,
    **rest_apis.HANDLERS,
    **stages.HANDLERS,
}
