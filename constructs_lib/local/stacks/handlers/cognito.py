"""AWS::Cognito: pools of users and of identities, with what belongs to them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Cognito.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler

_LISTS = (
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "CallbackURLs",
    "LogoutURLs",
    "SupportedIdentityProviders",
)


@dataclass(frozen=True, kw_only=True)
class _UserPool(OperationsHandler):
    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        provider = f"cognito-idp.{desired.services.region}.amazonaws.com/{made.physical_id}"
        told = {"ProviderName": provider, "ProviderURL": f"https://{provider}"}
        return told.get(name) or super().attribute(made, desired, name)


@dataclass(frozen=True, kw_only=True)
class _OfUserPool(OperationsHandler):
    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        return {self.key: made.physical_id, "UserPoolId": desired.properties["UserPoolId"]}


HANDLERS: dict[str, Handler] = {
    "AWS::Cognito::IdentityPool": OperationsHandler(
        service="cognito-identity",
        makes="create_identity_pool",
        changes="update_identity_pool",
        removes="delete_identity_pool",
        reads="describe_identity_pool",
        key="IdentityPoolId",
        name="IdentityPoolName",
        ref="IdentityPoolId",
        paths={"Id": "", "Name": "IdentityPoolName"},
    ),
    "AWS::Cognito::UserPool": _UserPool(
        service="cognito-idp",
        makes="create_user_pool",
        changes="update_user_pool",
        removes="delete_user_pool",
        reads="describe_user_pool",
        key="UserPoolId",
        name="UserPoolName",
        ref="UserPool.Id",
        paths={"Arn": "UserPool.Arn", "UserPoolId": ""},
        renamed={"UserPoolName": "PoolName"},
    ),
    "AWS::Cognito::UserPoolClient": _OfUserPool(
        service="cognito-idp",
        makes="create_user_pool_client",
        changes="update_user_pool_client",
        removes="delete_user_pool_client",
        reads="describe_user_pool_client",
        key="ClientId",
        name="ClientName",
        ref="UserPoolClient.ClientId",
        defaults={name: [] for name in _LISTS},
        paths={
            "ClientId": "",
            "ClientSecret": "UserPoolClient.ClientSecret",
            "Name": "UserPoolClient.ClientName",
        },
    ),
    "AWS::Cognito::UserPoolDomain": _OfUserPool(
        service="cognito-idp",
        makes="create_user_pool_domain",
        changes="update_user_pool_domain",
        removes="delete_user_pool_domain",
        reads="describe_user_pool_domain",
        key="Domain",
        name="Domain",
        paths={"CloudFrontDistribution": "DomainDescription.CloudFrontDistribution"},
    ),
    "AWS::Cognito::UserPoolGroup": _OfUserPool(
        service="cognito-idp",
        makes="create_group",
        changes="update_group",
        removes="delete_group",
        key="GroupName",
        name="GroupName",
        defaults={"Description": ""},
    ),
}
