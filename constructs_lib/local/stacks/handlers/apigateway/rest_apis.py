"""AWS::ApiGateway::RestApi and what it consists of.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html
"""

from dataclasses import dataclass

from constructs_lib.local.stacks.handlers.apigateway.definitions import definition
from constructs_lib.local.stacks.handlers.apigateway.patched import PatchedHandler
from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class _RestApi(PatchedHandler):
    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Take a definition by OpenAPI, from the template or a bucket, for all that the API has."""
        services, after = desired.services, change.after
        if not change.touches("Body", "BodyS3Location"):
            return
        body = None
        if "Body" in after:
            body = text(after["Body"]).encode()
        elif "BodyS3Location" in after:
            where = {name: after["BodyS3Location"][name] for name in ("Bucket", "Key")}
            body = services.client("s3").get_object(**where)["Body"].read()
        if body is not None:
            body = definition(body.decode())
            services.client(self.service).put_rest_api(restApiId=made.physical_id, mode="overwrite", body=body)

    def tag(self, made: Made, desired: Desired, change: Change) -> None:
        """Set its tags in moto's object, which it has no operations for."""
        # Here, because it imports a validator of OpenAPI, which takes a tenth of a second of every process.
        from moto.apigateway.models import apigateway_backends  # noqa: PLC0415

        api = apigateway_backends[desired.services.account][desired.services.region].apis[made.physical_id]
        changed, gone = change.tags()
        api.tags = {name: value for name, value in {**(api.tags or {}), **changed}.items() if name not in gone}


@dataclass(frozen=True, kw_only=True)
class _Deployment(PatchedHandler):
    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it, with the stage that it was made with."""
        if "StageName" in desired.properties:
            which = {name: desired.properties[given] for name, given in _STAGE.items()}
            desired.services.client(self.service).delete_stage(**which)
        super().remove(made, desired)


_STAGE = {"restApiId": "RestApiId", "stageName": "StageName"}

HANDLERS: dict[str, Handler] = {
    "AWS::ApiGateway::Authorizer": PatchedHandler(
        makes="create_authorizer",
        changes="update_authorizer",
        removes="delete_authorizer",
        reads="get_authorizer",
        key="authorizerId",
        ref="id",
        paths={"AuthorizerId": ""},
        patches={
            "AuthorizerCredentials": "/authorizerCredentials",
            "AuthorizerResultTtlInSeconds": "/authorizerResultTtlInSeconds",
            "AuthorizerUri": "/authorizerUri",
            "IdentitySource": "/identitySource",
            "Name": "/name",
        },
        defaults={"AuthorizerResultTtlInSeconds": 300},
    ),
    "AWS::ApiGateway::Deployment": _Deployment(
        makes="create_deployment",
        removes="delete_deployment",
        reads="get_deployment",
        key="deploymentId",
        ref="id",
        paths={"DeploymentId": ""},
    ),
    "AWS::ApiGateway::Model": PatchedHandler(
        makes="create_model",
        removes="delete_model",
        key="modelName",
        name="Name",
    ),
    "AWS::ApiGateway::RequestValidator": PatchedHandler(
        makes="create_request_validator",
        changes="update_request_validator",
        removes="delete_request_validator",
        key="requestValidatorId",
        name="Name",
        ref="id",
        paths={"RequestValidatorId": ""},
        patches={
            "ValidateRequestBody": "/validateRequestBody",
            "ValidateRequestParameters": "/validateRequestParameters",
        },
        defaults={"ValidateRequestBody": False, "ValidateRequestParameters": False},
    ),
    "AWS::ApiGateway::Resource": PatchedHandler(
        makes="create_resource",
        removes="delete_resource",
        key="resourceId",
        ref="id",
        paths={"ResourceId": ""},
    ),
    "AWS::ApiGateway::RestApi": _RestApi(
        makes="create_rest_api",
        changes="update_rest_api",
        removes="delete_rest_api",
        reads="get_rest_api",
        key="restApiId",
        name="Name",
        ref="id",
        paths={"RestApiId": "", "RootResourceId": "rootResourceId"},
        patches={
            "ApiKeySourceType": "/apiKeySource",
            "Description": "/description",
            "DisableExecuteApiEndpoint": "/disableExecuteApiEndpoint",
            "Name": "/name",
            "Policy": "/policy",
        },
        defaults={"ApiKeySourceType": "HEADER", "DisableExecuteApiEndpoint": False},
        tagging=Tagging(),
    ),
}
