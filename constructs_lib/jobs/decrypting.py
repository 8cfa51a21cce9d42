"""A grantee that may use a key through one service only.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
"""

import jsii
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import DependencyGroup


@jsii.implements(iam.IPrincipal)
class Decrypting:
    """A grantee that passes on permissions for keys, with the condition that a service makes the call.

    Args:
        grantee: that receives the permissions.
        service: that uses the key: ``ssm`` or ``secretsmanager``.
        stack: in the region of the service.
    """

    def __init__(self, grantee: iam.IGrantable, service: str, stack: Stack) -> None:
        self._principal = grantee.grant_principal
        self._service = f"{service}.{stack.region}.amazonaws.com"

    @property
    @jsii.member(jsii_name="grantPrincipal")
    def grant_principal(self) -> iam.IPrincipal:
        """This object."""
        return self

    @property
    @jsii.member(jsii_name="assumeRoleAction")
    def assume_role_action(self) -> str:
        """As for the grantee."""
        return self._principal.assume_role_action

    @property
    @jsii.member(jsii_name="policyFragment")
    def policy_fragment(self) -> iam.PrincipalPolicyFragment:
        """As for the grantee, for the policy of a key."""
        return self._principal.policy_fragment

    @property
    @jsii.member(jsii_name="principalAccount")
    def principal_account(self) -> str | None:
        """As for the grantee."""
        return self._principal.principal_account

    @jsii.member(jsii_name="addToPrincipalPolicy")
    def add_to_principal_policy(self, statement: iam.PolicyStatement) -> iam.AddToPrincipalPolicyResult:
        """Pass on statements about keys, and drop all others.

        Args:
            statement: of a grant.
        """
        if not all(action.startswith("kms:") for action in statement.actions):
            return iam.AddToPrincipalPolicyResult(statement_added=True, policy_dependable=DependencyGroup())
        statement.add_condition("StringEquals", {"kms:ViaService": self._service})
        return self._principal.add_to_principal_policy(statement)
