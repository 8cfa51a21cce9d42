"""Lives of what IAM has."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
OTHER_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def allow(*actions: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def needed(resource_type: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::IAM::{resource_type}", "Properties": properties}


ROLE = needed("Role", AssumeRolePolicyDocument=TRUST)
USER, GROUP = needed("User"), needed("Group")
MANAGED = needed("ManagedPolicy", PolicyDocument=allow("s3:GetObject"))


def tags_of(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def inline(properties: Properties) -> dict[str, Any]:
    return {policy["PolicyName"]: policy["PolicyDocument"] for policy in properties.get("Policies", [])}


def role(services: Services, name: str, properties: Properties) -> dict[str, str]:
    iam = services.client("iam")
    found = iam.get_role(RoleName=name)["Role"]
    assert found["AssumeRolePolicyDocument"] == properties["AssumeRolePolicyDocument"]
    assert found["Path"] == properties.get("Path", "/")
    assert found.get("Description", "") == properties.get("Description", "")
    assert found["MaxSessionDuration"] == properties.get("MaxSessionDuration", 3600)
    boundary = found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    assert boundary == properties.get("PermissionsBoundary")
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert {item["PolicyArn"] for item in attached} == set(properties.get("ManagedPolicyArns", []))
    documents = {
        policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    }
    assert documents == inline(properties)
    return tags_of(iam.list_role_tags(RoleName=name)["Tags"])


def user(services: Services, name: str, properties: Properties) -> dict[str, str]:
    iam = services.client("iam")
    assert iam.get_user(UserName=name)["User"]["Path"] == properties.get("Path", "/")
    groups = iam.list_groups_for_user(UserName=name)["Groups"]
    assert [group["GroupName"] for group in groups] == properties.get("Groups", [])
    attached = iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]
    assert {item["PolicyArn"] for item in attached} == set(properties.get("ManagedPolicyArns", []))
    assert iam.list_user_policies(UserName=name)["PolicyNames"] == list(inline(properties))
    return tags_of(iam.list_user_tags(UserName=name)["Tags"])


def group(services: Services, name: str, properties: Properties) -> None:
    iam = services.client("iam")
    assert iam.get_group(GroupName=name)["Group"]["Path"] == properties.get("Path", "/")
    attached = iam.list_attached_group_policies(GroupName=name)["AttachedPolicies"]
    assert {item["PolicyArn"] for item in attached} == set(properties.get("ManagedPolicyArns", []))
    assert iam.list_group_policies(GroupName=name)["PolicyNames"] == list(inline(properties))


def managed_policy(services: Services, arn: str, properties: Properties) -> None:
    iam = services.client("iam")
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert policy["Path"] == properties.get("Path", "/")
    assert policy.get("Description", "") == properties.get("Description", "")
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
    assert version["PolicyVersion"]["Document"] == properties["PolicyDocument"]
    entities = iam.list_entities_for_policy(PolicyArn=arn)
    assert [item["RoleName"] for item in entities["PolicyRoles"]] == properties.get("Roles", [])
    assert [item["UserName"] for item in entities["PolicyUsers"]] == properties.get("Users", [])
    assert [item["GroupName"] for item in entities["PolicyGroups"]] == properties.get("Groups", [])
    assert policy["AttachmentCount"] == sum(len(properties.get(name, [])) for name in ("Roles", "Users", "Groups"))


def inline_policy(services: Services, physical_id: str, properties: Properties) -> None:
    del physical_id
    iam, policy = services.client("iam"), properties["PolicyName"]
    for kind in ("Role", "User", "Group"):
        names = properties.get(f"{kind}s", properties.get(f"{kind}Name", []))
        for name in [names] if isinstance(names, str) else names:
            found = getattr(iam, f"get_{kind.lower()}_policy")(PolicyName=policy, **{f"{kind}Name": name})
            assert found["PolicyDocument"] == properties["PolicyDocument"]


def instance_profile(services: Services, name: str, properties: Properties) -> None:
    found = services.client("iam").get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    assert found["Path"] == properties.get("Path", "/")
    assert [item["RoleName"] for item in found["Roles"]] == properties["Roles"]


def access_key(services: Services, key: str, properties: Properties) -> None:
    keys = services.client("iam").list_access_keys(UserName=properties["UserName"])["AccessKeyMetadata"]
    status = {item["AccessKeyId"]: item["Status"] for item in keys}
    assert status[key] == properties.get("Status", "Active")


def members(services: Services, physical_id: str, properties: Properties) -> None:
    del physical_id
    found = {item["UserName"] for item in services.client("iam").get_group(GroupName=properties["GroupName"])["Users"]}
    if not found:
        raise LookupError(properties["GroupName"])
    assert found == set(properties["Users"])


def oidc_provider(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    found = services.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert f"https://{found['Url'].removeprefix('https://')}" == properties["Url"]
    assert found["ClientIDList"] == properties.get("ClientIdList", [])
    assert found["ThumbprintList"] == properties.get("ThumbprintList", [])
    return tags_of(found["Tags"])


def service_linked_role(services: Services, name: str, properties: Properties) -> None:
    found = services.client("iam").get_role(RoleName=name)["Role"]
    assert found["Path"] == f"/aws-service-role/{properties['AWSServiceName']}/"
    assert found.get("Description", "") == properties.get("Description", "")


IAM_LIVES = [
    Life(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": TRUST,
            "Policies": [{"PolicyName": "one", "PolicyDocument": allow("s3:GetObject")}],
        },
        role,
        needs={"One": MANAGED, "Two": MANAGED},
        names={"RoleName": "worker", "Path": "/teams/weather/", "ManagedPolicyArns": [{"Ref": "One"}]},
        changed=[
            {"AssumeRolePolicyDocument": OTHER_TRUST},
            {"Policies": [{"PolicyName": "two", "PolicyDocument": allow("s3:PutObject")}]},
            {"ManagedPolicyArns": [{"Ref": "Two"}]},
            {"PermissionsBoundary": {"Ref": "One"}, "Description": "Works.", "MaxSessionDuration": 7200},
            {"Policies": None, "ManagedPolicyArns": None},
        ],
        replaced={"RoleName": "other"},
        attributes={"Arn": ..., "RoleId": ...},
    ),
    Life(
        "AWS::IAM::User",
        {"Policies": [{"PolicyName": "one", "PolicyDocument": allow("s3:GetObject")}]},
        user,
        needs={"Policy": MANAGED, "Group": GROUP},
        names={"UserName": "reader", "Path": "/readers/"},
        changed=[
            {"ManagedPolicyArns": [{"Ref": "Policy"}], "Policies": None},
            {"Groups": [{"Ref": "Group"}]},
            {"Path": "/others/"},
        ],
        replaced={"UserName": "other"},
    ),
    Life(
        "AWS::IAM::Group",
        {},
        group,
        needs={"Policy": MANAGED},
        names={"GroupName": "readers"},
        changed=[
            {"Policies": [{"PolicyName": "one", "PolicyDocument": allow("s3:GetObject")}]},
            {"ManagedPolicyArns": [{"Ref": "Policy"}]},
            {"Path": "/teams/"},
        ],
        replaced={"GroupName": "others"},
        tags=False,
    ),
    Life(
        "AWS::IAM::ManagedPolicy",
        {"PolicyDocument": allow("s3:GetObject")},
        managed_policy,
        needs={"Role": ROLE, "User": USER, "Group": GROUP},
        names={"ManagedPolicyName": "read", "Path": "/teams/", "Description": "Reads.", "Roles": [{"Ref": "Role"}]},
        changed=[
            {"PolicyDocument": allow("s3:GetObject", "s3:ListBucket")},
            {"Roles": None, "Users": [{"Ref": "User"}], "Groups": [{"Ref": "Group"}]},
            *({"PolicyDocument": allow(f"s3:Get{number}")} for number in range(6)),
        ],
        replaced={"ManagedPolicyName": "others"},
        tags=False,
    ),
    Life(
        "AWS::IAM::Policy",
        {"PolicyName": "read", "PolicyDocument": allow("s3:GetObject"), "Roles": [{"Ref": "Role"}]},
        inline_policy,
        needs={"Role": ROLE, "User": USER, "Group": GROUP},
        changed=[
            {"PolicyDocument": allow("s3:PutObject")},
            {"PolicyName": "write"},
            {"Roles": None, "Users": [{"Ref": "User"}], "Groups": [{"Ref": "Group"}]},
        ],
        tags=False,
    ),
    Life(
        "AWS::IAM::RolePolicy",
        {"PolicyName": "read", "PolicyDocument": allow("s3:GetObject"), "RoleName": {"Ref": "Role"}},
        inline_policy,
        needs={"Role": ROLE},
        changed={"PolicyDocument": allow("s3:PutObject")},
        replaced={"PolicyName": "write"},
        tags=False,
    ),
    Life(
        "AWS::IAM::UserPolicy",
        {"PolicyName": "read", "PolicyDocument": allow("s3:GetObject"), "UserName": {"Ref": "User"}},
        inline_policy,
        needs={"User": USER},
        changed={"PolicyDocument": allow("s3:PutObject")},
        tags=False,
    ),
    Life(
        "AWS::IAM::GroupPolicy",
        {"PolicyName": "read", "PolicyDocument": allow("s3:GetObject"), "GroupName": {"Ref": "Group"}},
        inline_policy,
        needs={"Group": GROUP},
        changed={"PolicyDocument": allow("s3:PutObject")},
        tags=False,
    ),
    Life(
        "AWS::IAM::InstanceProfile",
        {"Roles": [{"Ref": "Role"}]},
        instance_profile,
        needs={"Role": ROLE, "Other": ROLE},
        names={"InstanceProfileName": "worker", "Path": "/teams/"},
        changed={"Roles": [{"Ref": "Other"}]},
        replaced={"InstanceProfileName": "other"},
        tags=False,
    ),
    Life(
        "AWS::IAM::AccessKey",
        {"UserName": {"Ref": "User"}},
        access_key,
        needs={"User": USER, "Other": USER},
        changed={"Status": "Inactive"},
        replaced={"UserName": {"Ref": "Other"}},
        tags=False,
    ),
    Life(
        "AWS::IAM::UserToGroupAddition",
        {"GroupName": {"Ref": "Group"}, "Users": [{"Ref": "One"}]},
        members,
        needs={"Group": GROUP, "Others": GROUP, "One": USER, "Two": USER},
        changed=[{"Users": [{"Ref": "One"}, {"Ref": "Two"}]}, {"GroupName": {"Ref": "Others"}}],
        tags=False,
    ),
    Life(
        "AWS::IAM::OIDCProvider",
        {"Url": "https://token.actions.githubusercontent.com", "ClientIdList": ["sts.amazonaws.com"]},
        oidc_provider,
        names={"ThumbprintList": ["990f4193972f2becf12ddeda5237f9c952f20d9e"]},
        changed=[
            {"ClientIdList": ["sts.amazonaws.com", "other"]},
            {"ThumbprintList": ["6938fd4d98bab03faadb97b34396831e3780aea1"]},
        ],
        replaced={"Url": "https://gitlab.com"},
    ),
    Life(
        "AWS::IAM::ServiceLinkedRole",
        {"AWSServiceName": "batch.amazonaws.com"},
        service_linked_role,
        changed={"Description": "Of Batch."},
        replaced={"AWSServiceName": "ecs.amazonaws.com"},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", IAM_LIVES, ids=str)
def test_what_iam_has_lives_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"ManagedPolicyArns": ["arn:aws:iam::111122223333:policy/none"]}, "does not exist or is not attachable"),
        ({"PermissionsBoundary": "arn:aws:iam::111122223333:policy/none"}, "does not exist or is not attachable"),
        ({"Policies": [{"PolicyName": "one", "PolicyDocument": {"Version": "2000-01-01"}}]}, "in policy"),
    ],
    ids=["managed policy", "boundary", "inline policy"],
)
def test_a_role_whose_policies_are_refused_is_not_there(properties: Properties, message: str, account: Account) -> None:
    wanted = {"RoleName": "refused", "AssumeRolePolicyDocument": TRUST, **properties}
    with pytest.raises(Exception, match=message):
        account.deploy({"Role": needed("Role", **wanted)})
    with pytest.raises(ClientError):
        account.services.client("iam").get_role(RoleName="refused")


def test_inline_policies_need_no_version(account: Account) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policies = [{"PolicyName": "read", "PolicyDocument": {"Statement": [statement]}}]
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {"AssumeRolePolicyDocument": {"Statement": [trust]}, "Policies": policies}
    account.deploy({"Role": {"Type": "AWS::IAM::Role", "Properties": role}})
    told = account.services.client("iam").get_role_policy(RoleName=account.physical_id("Role"), PolicyName="read")
    assert told["PolicyDocument"] == {"Statement": [statement]}


def test_a_managed_policy_is_found_whatever_the_case_of_its_letters(account: Account) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = {
        "ManagedPolicyName": "WeatherForAll",
        "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {
        "RoleName": "machine",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "ManagedPolicyArns": ["arn:aws:iam::111122223333:policy/WeatherforAll"],
    }
    policies = {"Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": policy}}

    def attached() -> list[str]:
        told = account.services.client("iam").list_attached_role_policies(RoleName="machine")
        return [item["PolicyArn"] for item in told["AttachedPolicies"]]

    account.deploy(policies)
    account.deploy({**policies, "Role": {"Type": "AWS::IAM::Role", "Properties": role}})
    assert attached() == [account.physical_id("Policy")]
    without = {**role, "ManagedPolicyArns": []}
    account.deploy({**policies, "Role": {"Type": "AWS::IAM::Role", "Properties": without}})
    assert attached() == []
