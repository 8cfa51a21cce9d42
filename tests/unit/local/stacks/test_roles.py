"""Roles of templates: managed and inline policies, made, changed and deleted; items that AWS::NoValue takes away."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.waiting import settled_stack

READ, WRITE = (f"arn:aws:iam::aws:policy/AmazonS3{name}Access" for name in ("ReadOnly", "Full"))
NOTHING = {"Ref": "AWS::NoValue"}


def allow(action: str, **members: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, **members}


def template(service: str, *managed: Any, **inline: str) -> str:
    trust = allow("sts:AssumeRole", Principal={"Service": service})
    policies = [
        {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow(action, Resource="*")]}}
        for name, action in inline.items()
    ]
    properties = {
        "RoleName": "role",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust, NOTHING]},
        "ManagedPolicyArns": managed,
        "Policies": policies,
    }
    return json.dumps({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}})


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


def test_roles_have_the_policies_of_their_template(aws: EmbeddedAws) -> None:
    cloudformation, iam = aws.client("cloudformation"), aws.client("iam")

    def seen() -> tuple[list[str], list[str], str]:
        managed = iam.list_attached_role_policies(RoleName="role")["AttachedPolicies"]
        inline = iam.list_role_policies(RoleName="role")["PolicyNames"]
        [statement] = iam.get_role(RoleName="role")["Role"]["AssumeRolePolicyDocument"]["Statement"]
        return sorted(item["PolicyArn"] for item in managed), sorted(inline), statement["Principal"]["Service"]

    named = {"StackName": "roles", "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    cloudformation.create_stack(**named, TemplateBody=template("ec2.amazonaws.com", READ, NOTHING, one="s3:GetObject"))
    settled_stack(cloudformation, "roles")
    assert seen() == ([READ], ["one"], "ec2.amazonaws.com")

    other = {"Version": "2012-10-17", "Statement": [allow("s3:ListBucket", Resource="*")]}
    iam.put_role_policy(RoleName="role", PolicyName="other", PolicyDocument=json.dumps(other))
    changed = template("ecs-tasks.amazonaws.com", WRITE, two="s3:PutObject")
    cloudformation.update_stack(**named, TemplateBody=changed)
    settled_stack(cloudformation, "roles")
    assert seen() == ([WRITE], ["other", "two"], "ecs-tasks.amazonaws.com")
    document = iam.get_role_policy(RoleName="role", PolicyName="two")["PolicyDocument"]
    assert document["Statement"] == [allow("s3:PutObject", Resource="*")]

    cloudformation.delete_stack(StackName="roles")
    stack = settled_stack(cloudformation, "roles")
    assert stack["StackStatus"] == "DELETE_FAILED", "what others have put there, they take away"
    iam.delete_role_policy(RoleName="role", PolicyName="other")
    cloudformation.delete_stack(StackName="roles")
    settled_stack(cloudformation, stack["StackId"])
    assert "role" not in {role["RoleName"] for role in iam.list_roles()["Roles"]}
