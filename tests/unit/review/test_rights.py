"""Changes of rights and of the network, and the words that a reviewer has to read about each."""

from typing import Any

import pytest

from constructs_lib.review.findings import Kind
from tests.unit.review.edits import Edit, attribute, drop, entry, put, reviewed_edit, several

ARRAY = "ArrayStack"
JOB, MACHINE = "JobContainerJobRoleDefaultPolicy", "StateMachineRoleDefaultPolicy"
ROLE = "JobContainerJobRole"
WIDER, NARROWER = {Kind.WIDEN}, set[Kind]()


def statement(effect: str, actions: Any, resources: Any, **others: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": actions, "Resource": resources, **others}


def add(prefix: str, *statements: dict[str, Any]) -> Edit:
    return lambda template: entry(template, prefix)["Properties"]["PolicyDocument"]["Statement"].extend(statements)


def change(prefix: str, number: int, **members: Any) -> Edit:
    return lambda template: entry(template, prefix)["Properties"]["PolicyDocument"]["Statement"][number].update(members)


def reverse(prefix: str) -> Edit:
    return lambda template: entry(template, prefix)["Properties"]["PolicyDocument"]["Statement"].reverse()


def ingress(**rule: Any) -> Edit:
    return put("FargateSecurityGroup", "SecurityGroupIngress", [{"IpProtocol": "tcp", **rule}])


RIGHTS: list[tuple[Edit, list[str], set[Kind]]] = [
    (
        add(JOB, statement("Allow", "s3:DeleteObject", "arn:aws:s3:::results/*")),
        ["The role `JobContainerJobRole5BA52743` may now `s3:DeleteObject` on `arn:aws:s3:::results/*`."],
        WIDER,
    ),
    (change(JOB, 0, Action=["s3:GetObject"]), ["no longer may all of: `s3:PutObject`"], NARROWER),
    (change(JOB, 0, Action="s3:*"), ["may now `s3:*` on `${FanOutBucket6B15AD43.Arn}/fan-out/*`"], WIDER),
    (
        change(JOB, 0, Resource={"Fn::Join": ["", [{"Fn::GetAtt": ["FanOutBucket6B15AD43", "Arn"]}, "/*"]]}),
        ["may now `s3:GetObject` and `s3:PutObject` on `${FanOutBucket6B15AD43.Arn}/*`"],
        WIDER,
    ),
    (
        change(JOB, 0, Resource={"Fn::Join": ["", [{"Fn::GetAtt": ["FanOutBucket6B15AD43", "Arn"]}, "/fan-out/a/*"]]}),
        ["no longer may all of: `s3:GetObject`"],
        NARROWER,
    ),
    (
        reverse(MACHINE),
        ["The role `StateMachineRoleB840431D` is written otherwise, and allows no more than before."],
        set(),
    ),
    (
        add(JOB, statement("Deny", "s3:PutObject", "*")),
        ["no longer may all of: `s3:PutObject`"],
        NARROWER,
    ),
    (
        change(JOB, 0, Condition={"StringEquals": {"aws:PrincipalTag/team": "maps"}}),
        ["no longer may all of"],
        NARROWER,
    ),
    (
        add(JOB, statement("Allow", "s3:DeleteObject", "*", Condition={"StringEquals": {"aws:ResourceTag/a": "b"}})),
        ["may now `s3:DeleteObject` on `*` if `aws:ResourceTag/a` is `b`."],
        WIDER,
    ),
    (
        add(JOB, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
        ["may be wider: all but `iam:*` on `*`"],
        WIDER,
    ),
    (
        change(MACHINE, 2, Condition={}),
        ["The role `StateMachineRoleB840431D` may be wider: `batch:TerminateJob`"],
        WIDER,
    ),
    (
        put(ROLE, "ManagedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
        ["has `arn:aws:iam::aws:policy/AdministratorAccess` now, may be wider"],
        WIDER,
    ),
    (
        put(
            ROLE,
            "Policies",
            [{"PolicyName": "More", "PolicyDocument": {"Statement": statement("Allow", "sqs:*", "*")}}],
        ),
        ["`JobContainerJobRole5BA52743` may now `sqs:*` on `*`"],
        WIDER,
    ),
    (put(JOB, "PolicyDocument", {"Ref": "AWS::Region"}), ["known to the deployment alone: it may be wider"], WIDER),
    (drop(JOB), ["no longer may all of"], NARROWER),
    # who may assume a role
    (
        lambda template: entry(template, ROLE)["Properties"]["AssumeRolePolicyDocument"]["Statement"].append(
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}
        ),
        [
            "The trust of `JobContainerJobRole5BA52743` lets now `arn:aws:iam::111122223333:root` do `sts:AssumeRole`.",
        ],
        WIDER,
    ),
    (
        lambda template: entry(template, ROLE)["Properties"]["AssumeRolePolicyDocument"]["Statement"][0].pop(
            "Condition"
        ),
        ["The trust of `JobContainerJobRole5BA52743` may be wider: `ecs-tasks.amazonaws.com` do `sts:AssumeRole`"],
        WIDER,
    ),
    # policies of resources
    (
        add("FanOutBucketPolicy", statement("Allow", "s3:GetObject", "arn:aws:s3:::a/*", Principal="*")),
        ["The policy of `FanOutBucket6B15AD43` lets now everybody do `s3:GetObject` on `arn:aws:s3:::a/*`"],
        {Kind.WIDEN, Kind.PUBLIC},
    ),
    (
        drop("FanOutBucketPolicy"),
        ["The policy of `FanOutBucket6B15AD43` no longer denies all of what it did, may be wider: everybody do `s3:*`"],
        WIDER,
    ),
]


NOTHING = {"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32"}
"""What aws-cdk-lib writes for a group that lets nothing out."""

NETWORK: list[tuple[Edit, list[str], set[Kind]]] = [
    (
        ingress(FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"),
        ["The security group `FargateSecurityGroup953082A8` lets in tcp 22 from everywhere now."],
        {Kind.NETWORK, Kind.PUBLIC},
    ),
    (
        ingress(FromPort=443, ToPort=444, CidrIp="10.0.0.0/8"),
        ["lets in tcp 443 to 444 from `10.0.0.0/8` now."],
        {Kind.NETWORK},
    ),
    (
        put("FargateSecurityGroup", "SecurityGroupEgress", [{"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}]),
        ["no longer lets all through of everything to everywhere"],
        set(),
    ),
    (
        put("FargateSecurityGroup", "SecurityGroupEgress", [NOTHING]),
        ["no longer lets all through of everything to everywhere"],
        set(),
    ),
    (
        put("FanOutBucket", "PublicAccessBlockConfiguration.BlockPublicPolicy", "false"),
        ["The bucket `FanOutBucket6B15AD43` no longer has `BlockPublicPolicy`: it can be made public."],
        {Kind.PUBLIC},
    ),
    (
        put("VpcPrivateSubnet1Subnet", "MapPublicIpOnLaunch", "true"),
        ["gives instances public addresses now"],
        {Kind.PUBLIC},
    ),
]


@pytest.mark.parametrize("number", range(len(RIGHTS)))
def test_a_change_of_rights_has_its_words(number: int, templates: dict[str, dict[str, Any]]) -> None:
    edit, words, warned = RIGHTS[number]
    review = reviewed_edit(templates[ARRAY], edit)
    said = "\n".join(finding.text for finding in review.of("Rights"))
    assert [word for word in words if word not in said] == [], said
    assert review.kinds & {Kind.WIDEN, Kind.PUBLIC} == warned


@pytest.mark.parametrize("number", range(len(NETWORK)))
def test_a_change_of_the_network_has_its_words(number: int, templates: dict[str, dict[str, Any]]) -> None:
    edit, words, warned = NETWORK[number]
    review = reviewed_edit(templates[ARRAY], edit)
    said = "\n".join(finding.text for finding in review.of("Network"))
    assert [word for word in words if word not in said] == [], said
    assert review.kinds & {Kind.NETWORK, Kind.PUBLIC} == warned


def test_a_rule_that_another_one_covers_opens_nothing(templates: dict[str, dict[str, Any]]) -> None:
    wide, narrow = (
        {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 9, "CidrIp": cidr} for cidr in ("10.0.0.0/8", "10.1.0.0/16")
    )
    template = {**templates[ARRAY], "Resources": {**templates[ARRAY]["Resources"]}}
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SecurityGroupIngress": [wide]}}
    template["Resources"]["GroupAAAAAAAA"] = group
    review = reviewed_edit(
        template, put("Group", "SecurityGroupIngress", [{**narrow, "FromPort": "3", "ToPort": "4"}, wide])
    )
    assert review.of("Network") == ()


def test_a_role_that_comes_is_told_with_what_it_may(templates: dict[str, dict[str, Any]]) -> None:
    trust = {
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "batch.amazonaws.com"}}]
    }
    policies = [{"PolicyName": "All", "PolicyDocument": {"Statement": [statement("Allow", ["a:B", "a:C"], "*")]}}]
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust, "Policies": policies}}
    review = reviewed_edit(templates[ARRAY], lambda template: template["Resources"].update({"New": role}))
    assert [finding.text for finding in review.of("Rights")] == [
        "The role `New` may now `a:B` and `a:C` on `*`.",
        "The trust of `New` lets now `batch.amazonaws.com` do `sts:AssumeRole`.",
    ]


def test_a_boundary_that_goes_may_be_wider(templates: dict[str, dict[str, Any]]) -> None:
    bounded = several(put(ROLE, "PermissionsBoundary", "arn:aws:iam::111122223333:policy/Limit"))
    review = reviewed_edit(templates[ARRAY], bounded)
    assert Kind.WIDEN not in review.kinds
    before = review.stacks[0].after.stack
    assert before is not None
    gone = reviewed_edit(
        dict(before.template), lambda template: entry(template, ROLE)["Properties"].pop("PermissionsBoundary")
    )
    (finding,) = gone.of("Rights")
    assert (
        "has no permissions boundary, no longer `arn:aws:iam::111122223333:policy/Limit`, may be wider" in finding.text
    )
    assert finding.kinds == {Kind.WIDEN}


def test_what_was_denied_for_a_bucket_of_another_stack_is_told_when_it_goes() -> None:
    denied = statement("Deny", "s3:*", "*", Principal="*")
    policy = {"Bucket": "shared", "PolicyDocument": {"Statement": [denied]}}
    topic = {"Type": "AWS::SNS::Topic"}
    template = {"Resources": {"Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": policy}, "Topic": topic}}
    (finding,) = reviewed_edit(template, lambda edited: edited["Resources"].pop("Policy")).of("Rights")
    assert (
        finding.text
        == "The policy of `shared` no longer denies all of what it did, may be wider: everybody do `s3:*` on `*`."
    )
    assert finding.kinds == {Kind.WIDEN}


def test_metadata_alone_changes_no_right(templates: dict[str, dict[str, Any]]) -> None:
    assert reviewed_edit(templates[ARRAY], attribute(JOB, "Metadata", {"a": "b"})).of("Rights") == ()


def test_a_role_that_takes_the_place_of_another_one_is_compared_with_it() -> None:
    def role(action: str) -> dict[str, Any]:
        policy = {"PolicyName": "own", "PolicyDocument": {"Statement": statement("Allow", action, "*")}}
        return {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}

    def reviewed_role(name: str) -> tuple[str, set[Kind]]:
        machine = {"RoleArn": {"Fn::GetAtt": ["Wide", "Arn"]}}
        template = {"Wide": role("s3:*"), "Narrow": role("s3:Get*"), "Other": role("sqs:*")}
        template["Machine"] = {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine}

        def edit(edited: dict[str, Any]) -> None:
            edited["Resources"]["Machine"]["Properties"]["RoleArn"] = {"Fn::GetAtt": [name, "Arn"]}

        (finding,) = reviewed_edit({"Resources": template}, edit).of("Rights")
        return finding.text, {*finding.kinds}

    begin = "The state machine `Machine` acts with the role `{}` now, no longer with `Wide`"
    assert reviewed_role("Narrow") == (f"{begin.format('Narrow')}, which allowed no less.", set())
    assert reviewed_role("Other") == (f"{begin.format('Other')}: may be wider.", {Kind.WIDEN})
