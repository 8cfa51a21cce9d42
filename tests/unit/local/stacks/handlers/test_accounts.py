"""Lives of what belongs to an account and its users: Cognito, budgets, groups of resources."""

import json

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

POOL = {"Type": "AWS::Cognito::UserPool"}
LIMIT = {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "10", "Unit": "USD"}}


def user_pool(services: Services, pool: str, properties: Properties) -> dict[str, str]:
    found = services.client("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]
    assert "UserPoolName" not in properties or found["Name"] == properties["UserPoolName"]
    wanted = properties.get("Policies", {}).get("PasswordPolicy", {}).get("MinimumLength", 8)
    assert found["Policies"]["PasswordPolicy"]["MinimumLength"] == wanted
    tags: dict[str, str] = found.get("UserPoolTags") or {}
    return tags


def client(services: Services, client_id: str, properties: Properties) -> None:
    which = {"UserPoolId": properties["UserPoolId"], "ClientId": client_id}
    found = services.client("cognito-idp").describe_user_pool_client(**which)["UserPoolClient"]
    assert found.get("CallbackURLs", []) == properties.get("CallbackURLs", [])
    assert "ClientName" not in properties or found["ClientName"] == properties["ClientName"]


def domain(services: Services, name: str, properties: Properties) -> None:
    found = services.client("cognito-idp").describe_user_pool_domain(Domain=name)["DomainDescription"]
    if not found:
        raise LookupError(name)
    assert found["UserPoolId"] == properties["UserPoolId"]


def group(services: Services, name: str, properties: Properties) -> None:
    which = {"UserPoolId": properties["UserPoolId"], "GroupName": name}
    found = services.client("cognito-idp").get_group(**which)["Group"]
    assert (found.get("Description") or None) == properties.get("Description")


def identity_pool(services: Services, pool: str, properties: Properties) -> None:
    found = services.client("cognito-identity").describe_identity_pool(IdentityPoolId=pool)
    assert found["AllowUnauthenticatedIdentities"] is properties["AllowUnauthenticatedIdentities"]


def budget(services: Services, name: str, properties: Properties) -> None:
    which = {"AccountId": services.account, "BudgetName": name}
    found = services.client("budgets").describe_budget(**which)["Budget"]
    assert found["BudgetLimit"]["Amount"] == properties["Budget"]["BudgetLimit"]["Amount"]


def resource_group(services: Services, name: str, properties: Properties) -> dict[str, str]:
    groups = services.client("resource-groups")
    found = groups.get_group(GroupName=name)["Group"]
    assert found.get("Description", "") == properties.get("Description", "")
    query = groups.get_group_query(GroupName=name)["GroupQuery"]["ResourceQuery"]
    assert json.loads(query["Query"]) == properties["ResourceQuery"]["Query"]
    tags: dict[str, str] = groups.get_tags(Arn=found["GroupArn"])["Tags"]
    return tags


def tagged(team: str) -> Properties:
    query = {"ResourceTypeFilters": ["AWS::AllSupported"], "TagFilters": [{"Key": "team", "Values": [team]}]}
    return {"Type": "TAG_FILTERS_1_0", "Query": query}


def certificate(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    acm = services.client("acm")
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainName"] == properties["DomainName"]
    return {tag["Key"]: tag["Value"] for tag in acm.list_tags_for_certificate(CertificateArn=arn)["Tags"]}


ACCOUNT_LIVES = [
    Life(
        "AWS::CertificateManager::Certificate",
        {"DomainName": "weather.example.com", "ValidationMethod": "DNS"},
        certificate,
        replaced={"DomainName": "other.example.com"},
    ),
    Life(
        "AWS::Cognito::UserPool",
        {},
        user_pool,
        names={"UserPoolName": "readers"},
        changed={"Policies": {"PasswordPolicy": {"MinimumLength": 12}}},
    ),
    Life(
        "AWS::Cognito::UserPoolClient",
        {"UserPoolId": {"Ref": "Pool"}, "GenerateSecret": True},
        client,
        needs={"Pool": POOL, "Other": POOL},
        names={"ClientName": "app"},
        changed={"CallbackURLs": ["https://example.com"]},
        replaced={"UserPoolId": {"Ref": "Other"}},
        tags=False,
    ),
    Life(
        "AWS::Cognito::UserPoolDomain",
        {"UserPoolId": {"Ref": "Pool"}, "Domain": "weather"},
        domain,
        needs={"Pool": POOL},
        replaced={"Domain": "other"},
        tags=False,
        untold=["CloudFrontDistribution"],
    ),
    Life(
        "AWS::Cognito::UserPoolGroup",
        {"UserPoolId": {"Ref": "Pool"}},
        group,
        needs={"Pool": POOL},
        names={"GroupName": "readers"},
        changed={"Description": "Of readers."},
        replaced={"GroupName": "other"},
        tags=False,
    ),
    Life(
        "AWS::Cognito::IdentityPool",
        {"AllowUnauthenticatedIdentities": False},
        identity_pool,
        names={"IdentityPoolName": "readers"},
        changed={"AllowUnauthenticatedIdentities": True},
        tags=False,
    ),
    Life(
        "AWS::Budgets::Budget",
        {"Budget": LIMIT},
        budget,
        changed={"Budget": {**LIMIT, "BudgetLimit": {"Amount": "20", "Unit": "USD"}}},
        replaced={"Budget": {**LIMIT, "BudgetName": "other"}},
        tags=False,
    ),
    Life(
        "AWS::ResourceGroups::Group",
        {"Name": "weather", "ResourceQuery": tagged("weather")},
        resource_group,
        again=False,
        names={"Description": "Of the weather."},
        changed=[{"ResourceQuery": tagged("other")}, {"Description": None}],
        replaced={"Name": "other"},
    ),
]


@pytest.mark.parametrize("life", ACCOUNT_LIVES, ids=str)
def test_what_accounts_have_lives_in_stacks(life: Life, account: Account) -> None:
    play(life, account)
