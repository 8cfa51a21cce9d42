"""Resources of types that moto's own classes make."""

from tests.unit.local.stacks.handlers.lives import Account


def test_what_has_no_id_in_moto_has_its_name(account: Account) -> None:
    method = {
        "RestApiId": {"Ref": "Api"},
        "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
        "HttpMethod": "GET",
        "AuthorizationType": "NONE",
        "Integration": {"Type": "HTTP", "IntegrationHttpMethod": "GET", "Uri": "https://example.com"},
    }
    account.deploy(
        {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "jobs"}},
            "Method": {"Type": "AWS::ApiGateway::Method", "Properties": method},
        }
    )
    api = account.physical_id("Api")
    [root] = account.services.client("apigateway").get_resources(restApiId=api)["items"]
    assert list(root["resourceMethods"]) == ["GET"]
    assert account.physical_id("Method")
