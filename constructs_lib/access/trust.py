"""The principals of a submitter's role: people of an account, or the runs of a CI system."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_iam as iam

from constructs_lib.rules import Rule


def people(account: str | None = None, *, mfa: bool = True) -> iam.IPrincipal:
    """Users and roles of an account, as a principal.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html

    Args:
        account: their account. Default: that of the stack.
        mfa: require a second factor. IAM does not see the second factor of sessions of IAM Identity Center: for these
            pass False, and let Identity Center require it. Default: yes.
    """
    trusted = iam.AccountPrincipal(account) if account else iam.AccountRootPrincipal()
    return trusted.with_conditions({"Bool": {"aws:MultiFactorAuthPresent": "true"}}) if mfa else trusted


def ci(provider: iam.IOpenIdConnectProvider, subjects: Sequence[str], audience: str) -> iam.IPrincipal:
    """Runs of a CI system, whose OpenID Connect token names their repository and branch.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
    """
    _check_subjects(subjects)
    issuer = provider.open_id_connect_provider_issuer
    exact = [subject for subject in subjects if "*" not in subject]
    operator = "StringEquals" if len(exact) == len(subjects) else "StringLike"
    conditions: dict[str, Any] = {"StringEquals": {f"{issuer}:aud": audience}}
    conditions.setdefault(operator, {})[f"{issuer}:sub"] = list(subjects)
    return iam.WebIdentityPrincipal(provider.open_id_connect_provider_arn, conditions)


def _check_subjects(subjects: Sequence[str]) -> None:
    """Refuse subjects that also match repositories of other owners, because all runs have the same issuer."""
    for subject in subjects or [""]:
        owner, slash, _ = subject.partition("/")
        if not slash or "*" in owner or "?" in owner:
            raise Rule.CI_SUBJECT.error(
                "SubmitterRole.ci subjects",
                got=repr(subject),
                expected="a subject names the owner of the repository, or runs of other owners could assume the role",
                fix='Write it as "repo:owner/name:ref:refs/heads/main".',
            )
