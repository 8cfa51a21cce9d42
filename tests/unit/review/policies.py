"""Random policies, and changes of them: for identities, for resources and for who may assume a role."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Statement = dict[str, Any]
Sides = tuple[list[Statement], list[Statement]]

ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:GetBucket", "batch:SubmitJob", "batch:TagResource"]
ARNS = [
    "arn:aws:s3:::bucket/a",
    "arn:aws:s3:::bucket/b",
    "arn:aws:s3:::bucket/team/a",
    "arn:aws:s3:::other/a:b",
    "arn:aws:batch:eu-west-1:111122223333:job-queue/a",
    "*",
]
CONTEXTS: list[dict[str, Any]] = [
    {},
    {"aws:username": "team", "aws:SourceIp": "10.0.0.7", "aws:SecureTransport": "true"},
    {"aws:username": "a", "aws:RequestTag/t": "x", "aws:SourceArn": "arn:aws:s3:::bucket", "s3:max-keys": "5"},
    {"aws:TagKeys": ["t", "u"], "aws:SourceAccount": "111122223333", "aws:CurrentTime": "2026-11-30T12:00:00Z"},
]
PRINCIPALS: list[Any] = [
    "*",
    {"AWS": "*"},
    {"Service": "batch.amazonaws.com"},
    {"Service": ["batch.amazonaws.com", "states.amazonaws.com"]},
    {"Service": "*"},
    {"AWS": "111122223333"},
    {"AWS": "arn:aws:iam::111122223333:root"},
    {"AWS": ["arn:aws:iam::111122223333:user/team", "444455556666"]},
    {"AWS": "arn:aws:iam::111122223333:role/job"},
    {"AWS": "arn:aws:sts::111122223333:assumed-role/job/one"},
    {"Federated": "arn:aws:iam::111122223333:oidc-provider/ci"},
]
some_actions = st.lists(
    st.sampled_from([*ACTIONS, "*", "s3:*", "s3:Get*", "S3:getobject", "*:*", "s3:?etObject", "batch:*"]),
    min_size=1,
    max_size=3,
)
some_resources = st.lists(
    st.sampled_from(
        [
            *ARNS,
            "arn:aws:s3:::*",
            "arn:aws:s3:*",
            "arn:aws:*",
            "arn:*:b",
            "arn:aws:s3:::bucket/*",
            "arn:aws:s3:::bucket/?",
            "arn:aws:s3:::bucket/${aws:username}/*",
            "arn:aws:s3:::bucket/${aws:username}",
            "arn:aws:batch:*:*:job-queue/*",
        ]
    ),
    min_size=1,
    max_size=3,
)
_OPERATORS: Mapping[str, tuple[list[str], list[str]]] = {
    "String": (["aws:username", "aws:RequestTag/t", "AWS:requesttag/T"], ["a", "team", "x", "*", "${aws:username}"]),
    "Set": (["aws:TagKeys"], ["t", "u", "v", "*"]),
    "Arn": (["aws:SourceArn", "aws:PrincipalArn"], ["arn:aws:s3:::*", "arn:aws:s3:::bucket", "arn:aws:iam::*:user/*"]),
    "Numeric": (["s3:max-keys"], ["3", "5", "7"]),
    "Date": (["aws:CurrentTime"], ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]),
    "Ip": (["aws:SourceIp"], ["10.0.0.0/8", "10.0.0.0/24", "192.168.0.0/16"]),
    "Bool": (["aws:SecureTransport", "aws:PrincipalIsAWSService"], ["true", "false"]),
    "Null": (["aws:username", "aws:TagKeys", "aws:SourceIp"], ["true", "false"]),
}
"""Keys and values for operators of one kind."""
_NAMES = {
    "String": ["StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIfExists"],
    "Set": [f"{some}:{name}" for some in ("ForAnyValue", "ForAllValues") for name in ("StringLike", "StringNotEquals")],
    "Arn": ["ArnLike", "ArnNotLike", "ArnEqualsIfExists"],
    "Numeric": ["NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"],
    "Date": ["DateLessThan", "DateGreaterThan"],
    "Ip": ["IpAddress", "NotIpAddress"],
    "Bool": ["Bool", "BoolIfExists"],
    "Null": ["Null"],
}


@st.composite
def _block(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(_NAMES)))
    keys, values = _OPERATORS[kind]
    members = st.dictionaries(
        st.sampled_from(keys), st.lists(st.sampled_from(values), min_size=1, max_size=2), min_size=1, max_size=2
    )
    return {draw(st.sampled_from(_NAMES[kind])): draw(members)}


conditions = st.one_of(st.just({}), _block(), st.builds(lambda one, other: {**one, **other}, _block(), _block()))


@st.composite
def of_identity(draw: st.DrawFn) -> Statement:
    """A statement of the policy of a role."""
    found: Statement = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Action", "Action", "NotAction"])): draw(some_actions),
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(some_resources),
    }
    condition = draw(conditions)
    return {**found, "Condition": condition} if condition else found


@st.composite
def of_resource(draw: st.DrawFn) -> Statement:
    """A statement of the policy of a bucket, a queue or a key."""
    principal = draw(st.sampled_from(PRINCIPALS))
    return {
        draw(st.sampled_from(["Principal", "Principal", "Principal", "NotPrincipal"])): principal,
        **draw(of_identity()),
    }


@st.composite
def of_trust(draw: st.DrawFn) -> Statement:
    """A statement about who may assume a role, which has no resource."""
    found = draw(of_resource())
    kept = {key: value for key, value in found.items() if "Resource" not in key and "Action" not in key}
    return {**kept, "Action": draw(st.sampled_from(["sts:AssumeRole", "sts:*", ["sts:AssumeRole", "sts:TagSession"]]))}


@st.composite
def changed(draw: st.DrawFn, statement: st.SearchStrategy[Statement]) -> Sides:
    """Two policies that share most of what they say, as changes do: some are new, some gone, some otherwise."""
    before = draw(st.lists(statement, max_size=4))
    after = []
    for item in before:
        match draw(st.sampled_from(["keep", "keep", "drop", "edit"])):
            case "keep":
                after.append(item)
            case "edit":
                other = draw(statement)
                key = draw(st.sampled_from(sorted(other)))
                opposite = key.removeprefix("Not") if key.startswith("Not") else f"Not{key}"
                after.append({**{name: one for name, one in item.items() if name != opposite}, key: other[key]})
    return before, draw(st.permutations([*after, *draw(st.lists(statement, max_size=1))]))


OF_RESOURCES = {
    "Bucket": ("AWS::S3::BucketPolicy", "Bucket", "PolicyDocument"),
    "Queue": ("AWS::SQS::QueuePolicy", "Queues", "PolicyDocument"),
    "Topic": ("AWS::SNS::TopicInlinePolicy", "TopicArn", "PolicyDocument"),
    "Secret": ("AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy"),
}
"""What has its policy in a resource of its own: the type of that, what it names, and where the policy is."""
_MAYBE = st.one_of(st.none(), st.lists(of_identity(), max_size=1))
_STATEMENTS = {
    "inline": st.lists(of_identity(), max_size=2),
    "policy": _MAYBE,
    "managed": _MAYBE,
    "trust": st.lists(of_trust(), min_size=1, max_size=2),
    "key": st.lists(of_resource(), min_size=1, max_size=2),
    **{name: st.one_of(st.none(), st.lists(of_resource(), max_size=1)) for name in OF_RESOURCES},
}
"""The statements of a stack with a role, a key and others that have policies; None where there is none."""


@st.composite
def two_stacks(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A stack before and after, most of whose policies are the same, or share what they say."""
    before = draw(st.fixed_dictionaries(_STATEMENTS))
    after = dict(before)
    for name in draw(st.lists(st.sampled_from(sorted(before)), max_size=2)):
        kept = [item for item in before[name] or [] if draw(st.booleans())]
        after[name] = [*kept, *(draw(_STATEMENTS[name]) or [])] or before[name]
        if name in OF_RESOURCES and draw(st.booleans()):
            after[name] = None
    return before, after


def template_of(stack: Mapping[str, Any]) -> dict[str, Any]:
    """The template of such a stack."""

    def document(statements: list[Statement]) -> dict[str, Any]:
        return {"Version": "2012-10-17", "Statement": statements}

    role: dict[str, Any] = {
        "AssumeRolePolicyDocument": document(stack["trust"]),
        "Policies": [{"PolicyName": "own", "PolicyDocument": document(stack["inline"])}],
    }
    found: dict[str, Any] = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": document(stack["key"])}},
    }
    if stack["managed"] is not None:
        managed = {"PolicyDocument": document(stack["managed"])}
        found["Managed"] = {"Type": "AWS::IAM::ManagedPolicy", "Properties": managed}
        role["ManagedPolicyArns"] = [{"Ref": "Managed"}]
    if stack["policy"] is not None:
        policy = {"PolicyName": "more", "PolicyDocument": document(stack["policy"]), "Roles": [{"Ref": "Role"}]}
        found["Policy"] = {"Type": "AWS::IAM::Policy", "Properties": policy}
    for name, (kind, target, place) in OF_RESOURCES.items():
        found[name] = {"Type": f"AWS::{kind.split('::')[1]}::{name}"}
        if stack[name] is not None:
            owner: Any = [{"Ref": name}] if target == "Queues" else {"Ref": name}
            found[f"{name}Policy"] = {"Type": kind, "Properties": {target: owner, place: document(stack[name])}}
    return {"Resources": found}
