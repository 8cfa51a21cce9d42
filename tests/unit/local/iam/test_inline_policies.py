"""Inline policies of every version, and what is refused in them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws

STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


@pytest.fixture(scope="module")
def iam(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as aws:
        iam = aws.client("iam")
        trusting = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [trusting]})
        iam.create_role(RoleName="one", AssumeRolePolicyDocument=trust)
        iam.create_user(UserName="one")
        iam.create_group(GroupName="one")
        yield iam


@pytest.mark.parametrize("kind", ["role", "user", "group"])
@pytest.mark.parametrize("version", [{}, {"Version": "2008-10-17"}, {"Version": "2012-10-17"}])
def test_every_version_is_taken_and_kept_as_it_is(iam: Any, kind: str, version: dict[str, str]) -> None:
    document = {**version, "Statement": [STATEMENT]}
    named = {f"{kind.title()}Name": "one", "PolicyName": "policy"}
    getattr(iam, f"put_{kind}_policy")(**named, PolicyDocument=json.dumps(document))
    assert getattr(iam, f"get_{kind}_policy")(**named)["PolicyDocument"] == document


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("[]", "Syntax errors in policy"),
        ("{", "Syntax errors in policy"),
        (json.dumps({"Version": "2020-01-01", "Statement": [STATEMENT]}), "Syntax errors in policy"),
        (json.dumps({"Statement": [{"Effect": "Allow", "Resource": "*"}]}), "must contain actions"),
    ],
)
def test_what_else_is_wrong_is_refused(iam: Any, document: str, said: str) -> None:
    with pytest.raises(ClientError, match=said):
        iam.put_role_policy(RoleName="one", PolicyName="wrong", PolicyDocument=document)


def test_a_managed_policy_has_the_newer_version(iam: Any) -> None:
    with pytest.raises(ClientError, match=r"must be version 2012-10-17 or greater"):
        iam.create_policy(PolicyName="older", PolicyDocument=json.dumps({"Statement": [STATEMENT]}))
