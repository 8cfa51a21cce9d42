"""Somebody who may use a key, through one service and for nothing else.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
"""

import jsii
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import DependencyGroup


@jsii.implements(iam.IPrincipal)
class Decrypting:
    """A grantee that takes of what is granted the use of keys, under the condition that a service asks for it.

    Args:
        grantee: who gets it.
        service: that asks for the key: ``ssm`` or ``secretsmanager``.
        stack: in whose region the service is.
    """

    def __init__(self, grantee: iam.IGrantable, service: str, stack: Stack) -> None:
        self._principal = grantee.grant_principal
        self._service = f"{service}.{stack.region}.amazonaws.com"

    @property
    @jsii.member(jsii_name="grantPrincipal")
    def grant_principal(self) -> iam.IPrincipal:
        """Itself."""
        return self

    @property
    @jsii.member(jsii_name="assumeRoleAction")
    def assume_role_action(self) -> str:
        """That of the grantee."""
        return self._principal.assume_role_action

    @property
    @jsii.member(jsii_name="policyFragment")
    def policy_fragment(self) -> iam.PrincipalPolicyFragment:
        """That of the grantee, for the policy of a key."""
        return self._principal.policy_fragment

    @property
    @jsii.member(jsii_name="principalAccount")
    def principal_account(self) -> str | None:
        """That of the grantee."""
        return self._principal.principal_account

    @jsii.member(jsii_name="addToPrincipalPolicy")
    def add_to_principal_policy(self, statement: iam.PolicyStatement) -> iam.AddToPrincipalPolicyResult:
        """Hand on what is about keys, and drop the rest.

        Args:
            statement: what is granted.
        """
        if not all(action.startswith("kms:") for action in statement.actions):
            return iam.AddToPrincipalPolicyResult(statement_added=True, policy_dependable=DependencyGroup())
        statement.add_condition("StringEquals", {"kms:ViaService": self._service})
        return self._principal.add_to_principal_policy(statement)
