"""Lives of APIs."""

import json

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

API = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "weather"}}
ROOT = {"Fn::GetAtt": ["Api", "RootResourceId"]}
OF_API = {"RestApiId": {"Ref": "Api"}}
MOCK = {
    "Type": "MOCK",
    "RequestTemplates": {"application/json": '{"statusCode": 200}'},
    "IntegrationResponses": [{"StatusCode": "200", "ResponseTemplates": {"application/json": "sunny"}}],
}
METHOD = {
    "Type": "AWS::ApiGateway::Method",
    "Properties": {**OF_API, "ResourceId": ROOT, "HttpMethod": "GET", "AuthorizationType": "NONE", "Integration": MOCK},
}
DEPLOYMENT = {"Type": "AWS::ApiGateway::Deployment", "DependsOn": "Get", "Properties": OF_API}
HTTP_API = {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "weather", "ProtocolType": "HTTP"}}
OF_HTTP = {"ApiId": {"Ref": "Http"}}
OPENAPI = {
    "openapi": "3.0.1",
    "info": {"title": "weather", "version": "1"},
    "paths": {"/today": {"get": {"responses": {"200": {"description": "sunny"}}}}},
}
MOCK = {"type": "mock", "requestTemplates": {"application/json": "{}"}, "responses": {"default": {"statusCode": "200"}}}
SWAGGER = {
    "swagger": "2.0",
    "info": {"title": "weather", "version": "1"},
    "paths": {
        "/today": {
            "x-amazon-apigateway-any-method": {"responses": {}},
            "options": {"responses": {}, "x-amazon-apigateway-integration": MOCK},
        }
    },
}


def rest_api(services: Services, api: str, properties: Properties) -> dict[str, str]:
    client = services.client("apigateway")
    found = client.get_rest_api(restApiId=api)
    assert found["name"] == properties["Name"]
    assert (found.get("description") or "") == properties.get("Description", "")
    paths = [resource["path"] for resource in client.get_resources(restApiId=api)["items"]]
    assert ("/today" in paths) is ("Body" in properties)
    tags: dict[str, str] = found.get("tags") or {}
    return tags


def resource(services: Services, name: str, properties: Properties) -> None:
    found = services.client("apigateway").get_resource(restApiId=properties["RestApiId"], resourceId=name)
    assert found["pathPart"] == properties["PathPart"]


def method(services: Services, physical_id: str, properties: Properties) -> None:
    del physical_id
    which = {
        "restApiId": properties["RestApiId"],
        "resourceId": properties["ResourceId"],
        "httpMethod": properties["HttpMethod"],
    }
    client = services.client("apigateway")
    assert client.get_method(**which)["authorizationType"] == properties["AuthorizationType"]
    found = client.get_integration(**which)
    assert (found["type"], found.get("uri")) == (
        properties["Integration"]["Type"],
        properties["Integration"].get("Uri"),
    )
    codes = [response["StatusCode"] for response in properties["Integration"].get("IntegrationResponses", [])]
    assert list(found.get("integrationResponses", {})) == codes


def deployment(services: Services, name: str, properties: Properties) -> None:
    services.client("apigateway").get_deployment(restApiId=properties["RestApiId"], deploymentId=name)


def stage(services: Services, name: str, properties: Properties) -> dict[str, str]:
    found = services.client("apigateway").get_stage(restApiId=properties["RestApiId"], stageName=name)
    assert found["deploymentId"] == properties["DeploymentId"]
    assert found.get("variables", {}) == properties.get("Variables", {})
    assert found.get("tracingEnabled", False) is properties.get("TracingEnabled", False)
    settings = found.get("methodSettings", {})
    assert bool(settings) is ("MethodSettings" in properties)
    assert ("accessLogSettings" in found) is ("AccessLogSetting" in properties)
    tags: dict[str, str] = found.get("tags") or {}
    return tags


def key(services: Services, name: str, properties: Properties) -> None:
    found = services.client("apigateway").get_api_key(apiKey=name)
    assert found["enabled"] is properties.get("Enabled", False)


def plan(services: Services, name: str, properties: Properties) -> None:
    found = services.client("apigateway").get_usage_plan(usagePlanId=name)
    assert (found.get("description") or "") == properties.get("Description", "")


def plan_key(services: Services, name: str, properties: Properties) -> None:
    del name
    which = {"usagePlanId": properties["UsagePlanId"], "keyId": properties["KeyId"]}
    services.client("apigateway").get_usage_plan_key(**which)


def validator(services: Services, name: str, properties: Properties) -> None:
    which = {"restApiId": properties["RestApiId"], "requestValidatorId": name}
    found = services.client("apigateway").get_request_validator(**which)
    assert found.get("validateRequestBody", False) is properties.get("ValidateRequestBody", False)


def authorizer(services: Services, name: str, properties: Properties) -> None:
    found = services.client("apigateway").get_authorizer(restApiId=properties["RestApiId"], authorizerId=name)
    assert (found["name"], found["type"]) == (properties["Name"], properties["Type"])
    assert found["authorizerResultTtlInSeconds"] == properties.get("AuthorizerResultTtlInSeconds", 300)


def model(services: Services, name: str, properties: Properties) -> None:
    found = services.client("apigateway").get_model(restApiId=properties["RestApiId"], modelName=name)
    assert json.loads(found["schema"]) == properties["Schema"]


def logging_role(services: Services, name: str, properties: Properties) -> None:
    del name
    found = services.client("apigateway").get_account()["cloudwatchRoleArn"]
    assert found == properties["CloudWatchRoleArn"]


def http_authorizer(services: Services, name: str, properties: Properties) -> None:
    found = services.client("apigatewayv2").get_authorizer(ApiId=properties["ApiId"], AuthorizerId=name)
    assert (found["Name"], found["AuthorizerType"]) == (properties["Name"], properties["AuthorizerType"])


def http_api(services: Services, api: str, properties: Properties) -> dict[str, str]:
    found = services.client("apigatewayv2").get_api(ApiId=api)
    assert (found["Name"], found.get("Description", "")) == (properties["Name"], properties.get("Description", ""))
    tags: dict[str, str] = found.get("Tags", {})
    return tags


def integration(services: Services, name: str, properties: Properties) -> None:
    found = services.client("apigatewayv2").get_integration(ApiId=properties["ApiId"], IntegrationId=name)
    assert found["IntegrationUri"] == properties["IntegrationUri"]


def route(services: Services, name: str, properties: Properties) -> None:
    found = services.client("apigatewayv2").get_route(ApiId=properties["ApiId"], RouteId=name)
    assert found["RouteKey"] == properties["RouteKey"]


def http_stage(services: Services, name: str, properties: Properties) -> None:
    found = services.client("apigatewayv2").get_stage(ApiId=properties["ApiId"], StageName=name)
    assert found["AutoDeploy"] is properties["AutoDeploy"]


API_LIVES = [
    Life(
        "AWS::ApiGateway::RestApi",
        API["Properties"],
        rest_api,
        names={"Description": "Of the weather."},
        changed=[{"Description": "Of other weather."}, {"Name": "other"}, {"Description": None}],
    ),
    Life("AWS::ApiGateway::RestApi", {"Name": "weather", "Body": OPENAPI}, rest_api),
    Life("AWS::ApiGateway::RestApi", {"Name": "weather", "Body": SWAGGER}, rest_api),
    Life(
        "AWS::ApiGateway::Resource",
        {**OF_API, "ParentId": ROOT, "PathPart": "today"},
        resource,
        needs={"Api": API},
        replaced={"PathPart": "tomorrow"},
        tags=False,
    ),
    Life(
        "AWS::ApiGateway::Method",
        METHOD["Properties"],
        method,
        needs={"Api": API},
        names={"MethodResponses": [{"StatusCode": "200"}]},
        changed=[
            {"AuthorizationType": "AWS_IAM"},
            {"Integration": {"Type": "HTTP", "IntegrationHttpMethod": "GET", "Uri": "https://example.com"}},
        ],
        tags=False,
    ),
    Life(
        "AWS::ApiGateway::Deployment",
        OF_API,
        deployment,
        needs={"Api": API, "Get": METHOD},
        tags=False,
    ),
    Life(
        "AWS::ApiGateway::Stage",
        {**OF_API, "DeploymentId": {"Ref": "One"}, "StageName": "live"},
        stage,
        needs={"Api": API, "Get": METHOD, "One": DEPLOYMENT, "Two": DEPLOYMENT},
        changed=[
            {"DeploymentId": {"Ref": "Two"}},
            {"Variables": {"place": "Rome"}, "TracingEnabled": True},
            {"AccessLogSetting": {"DestinationArn": "arn:aws:logs:eu-west-1:111122223333:log-group:api"}},
        ],
        replaced={"StageName": "other"},
    ),
    Life(
        "AWS::ApiGateway::ApiKey",
        {},
        key,
        names={"Name": "reader"},
        changed={"Enabled": True},
        replaced={"Name": "other"},
        tags=False,
    ),
    Life(
        "AWS::ApiGateway::UsagePlan",
        {},
        plan,
        names={"UsagePlanName": "readers"},
        changed={"Description": "Of readers."},
        tags=False,
    ),
    Life(
        "AWS::ApiGateway::UsagePlanKey",
        {"KeyId": {"Ref": "Key"}, "KeyType": "API_KEY", "UsagePlanId": {"Ref": "Plan"}},
        plan_key,
        needs={"Key": {"Type": "AWS::ApiGateway::ApiKey"}, "Plan": {"Type": "AWS::ApiGateway::UsagePlan"}},
        tags=False,
    ),
    Life(
        "AWS::ApiGateway::RequestValidator",
        OF_API,
        validator,
        needs={"Api": API},
        names={"Name": "bodies"},
        changed={"ValidateRequestBody": True},
        tags=False,
    ),
    Life(
        "AWS::ApiGateway::Authorizer",
        {
            **OF_API,
            "Name": "tokens",
            "Type": "TOKEN",
            "AuthorizerUri": "arn:aws:apigateway:eu-west-1:lambda:path/functions/one/invocations",
            "IdentitySource": "method.request.header.Authorization",
        },
        authorizer,
        needs={"Api": API},
        changed=[{"Name": "others"}, {"AuthorizerResultTtlInSeconds": 60}],
        tags=False,
    ),
    Life(
        "AWS::ApiGateway::Model",
        {**OF_API, "ContentType": "application/json", "Schema": {"type": "object"}},
        model,
        needs={"Api": API},
        names={"Name": "Forecast"},
        replaced={"Name": "Other"},
        tags=False,
    ),
    Life(
        "AWS::ApiGatewayV2::Authorizer",
        {
            **OF_HTTP,
            "Name": "tokens",
            "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": {"Audience": ["weather"], "Issuer": "https://example.com"},
        },
        http_authorizer,
        needs={"Http": HTTP_API},
        changed={"Name": "others"},
        tags=False,
    ),
    Life(
        "AWS::ApiGatewayV2::Api",
        HTTP_API["Properties"],
        http_api,
        names={"Description": "Of the weather."},
        changed=[{"Name": "other"}, {"Description": None}],
    ),
    Life(
        "AWS::ApiGatewayV2::Integration",
        {**OF_HTTP, "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "GET", "IntegrationUri": "https://a.test"},
        integration,
        needs={"Http": HTTP_API},
        changed={"IntegrationUri": "https://b.test"},
        tags=False,
    ),
    Life(
        "AWS::ApiGatewayV2::Route",
        {**OF_HTTP, "RouteKey": "GET /today"},
        route,
        needs={"Http": HTTP_API},
        changed={"RouteKey": "GET /tomorrow"},
        tags=False,
    ),
    Life(
        "AWS::ApiGatewayV2::Stage",
        {**OF_HTTP, "StageName": "live", "AutoDeploy": True},
        http_stage,
        needs={"Http": HTTP_API},
        replaced={"StageName": "other"},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", API_LIVES, ids=str)
def test_apis_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


def test_the_role_by_which_an_account_logs_stays(account: Account) -> None:
    role = {"CloudWatchRoleArn": "arn:aws:iam::111122223333:role/logs"}
    account.deploy({"Account": {"Type": "AWS::ApiGateway::Account", "Properties": role}})
    assert account.attribute("Account", "Id") == account.physical_id("Account")
    account.deploy({})
    logging_role(account.services, "", role)


def test_the_methods_of_a_stage_have_its_settings(account: Account) -> None:
    settings = [{"HttpMethod": "*", "ResourcePath": "/*", "ThrottlingBurstLimit": 5, "LoggingLevel": "INFO"}]
    stage = {**OF_API, "DeploymentId": {"Ref": "One"}, "StageName": "live", "MethodSettings": settings}
    account.deploy(
        {
            "Api": API,
            "Get": METHOD,
            "One": DEPLOYMENT,
            "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": stage},
        }
    )
    which = {"restApiId": account.physical_id("Api"), "stageName": "live"}
    told = account.services.client("apigateway").get_stage(**which)["methodSettings"]["*/*"]
    assert (told["throttlingBurstLimit"], told["loggingLevel"]) == (5, "INFO")
