"""Who has which policies in a stack: roles, users and groups, and resources that have a policy of their own."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from constructs_lib.review.changes import Resource, Side
from constructs_lib.review.rights.statements import Statement, statements
from constructs_lib.templates.unknown import Unknown

_IDENTITIES: Final = {
    "AWS::IAM::Role": ("The role", "RoleName"),
    "AWS::IAM::User": ("The user", "UserName"),
    "AWS::IAM::Group": ("The group", "GroupName"),
}
_ATTACHED: Final = {
    "AWS::IAM::Policy": ("Roles", "Users", "Groups"),
    "AWS::IAM::ManagedPolicy": ("Roles", "Users", "Groups"),
    "AWS::IAM::RolePolicy": ("RoleName",),
    "AWS::IAM::UserPolicy": ("UserName",),
    "AWS::IAM::GroupPolicy": ("GroupName",),
}
"""Policies, and the properties that say who has them."""


def _everything(actions: str) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": "*"}]}


class _Own(NamedTuple):
    document: str
    target: str = ""
    default: Any = None
    kind: str = "The policy of"


_RESOURCES: Final = {
    "AWS::Backup::BackupVault": _Own("AccessPolicy"),
    "AWS::DynamoDB::Table": _Own("ResourcePolicy"),
    "AWS::EC2::VPCEndpoint": _Own("PolicyDocument", default=_everything("*"), kind="The endpoint policy of"),
    "AWS::ECR::Repository": _Own("RepositoryPolicyText"),
    "AWS::EFS::FileSystem": _Own("FileSystemPolicy", default=_everything("elasticfilesystem:Client*")),
    "AWS::Events::EventBusPolicy": _Own("Statement", "EventBusName"),
    "AWS::KMS::Key": _Own("KeyPolicy"),
    "AWS::Kinesis::ResourcePolicy": _Own("ResourcePolicy", "ResourceArn"),
    "AWS::Lambda::Permission": _Own("Principal", "FunctionName"),
    "AWS::Logs::ResourcePolicy": _Own("PolicyDocument"),
    "AWS::S3::AccessPoint": _Own("Policy"),
    "AWS::S3::BucketPolicy": _Own("PolicyDocument", "Bucket"),
    "AWS::S3Express::BucketPolicy": _Own("PolicyDocument", "Bucket"),
    "AWS::S3Files::FileSystemPolicy": _Own("Policy", "FileSystemId"),
    "AWS::SNS::TopicInlinePolicy": _Own("PolicyDocument", "TopicArn"),
    "AWS::SNS::TopicPolicy": _Own("PolicyDocument", "Topics"),
    "AWS::SQS::QueueInlinePolicy": _Own("PolicyDocument", "Queue"),
    "AWS::SQS::QueuePolicy": _Own("PolicyDocument", "Queues"),
    "AWS::SecretsManager::ResourcePolicy": _Own("ResourcePolicy", "SecretId"),
}
"""Resources that have a policy, where it is, of what, and which one they have without one."""

_CONDITIONS: Final = {
    "SourceArn": "aws:SourceArn",
    "SourceAccount": "aws:SourceAccount",
    "PrincipalOrgID": "aws:PrincipalOrgID",
    "FunctionUrlAuthType": "lambda:FunctionUrlAuthType",
    "EventSourceToken": "lambda:EventSourceToken",
}
"""What a permission of a function asks for, by the condition key."""


@dataclass
class Holder:
    """Somebody who has rights, or something that gives some.

    Args:
        kind: such as ``The role``; of resources ``The policy of``; of roles, too, ``The trust of``.
        name: its logical id, or its name if it is of no resource of the stack.
        documents: its policies as they are written, evaluated.
        attached: managed policies that are not in the stack, by ARN.
        boundary: its permissions boundary. Default: none.
        is_limit: whether all is open without its policy, such as an endpoint to who has rights of his own. Default: it
            is not.
    """

    kind: str
    name: str
    documents: list[Any] = field(default_factory=list)
    attached: set[str] = field(default_factory=set)
    boundary: str = ""
    is_limit: bool = False

    def statements(self) -> tuple[Statement, ...] | None:
        """All of its policies, taken apart; None if one cannot be read before it is deployed."""
        found: list[Statement] = []
        for document in self.documents:
            one = statements(document)
            if one is None:
                return None
            found += one
        return tuple(found)


def holders(side: Side) -> dict[tuple[str, str], Holder]:
    """All of a stack, by kind and name."""
    found: dict[tuple[str, str], Holder] = {}
    managed = {one.logical_id: one for one in side.of_type("AWS::IAM::ManagedPolicy")}
    names: dict[str, str] = {}
    for one in side.of_type(*_IDENTITIES):
        kind, name_property = _IDENTITIES[one.type]
        holder = Holder(kind, one.logical_id, boundary=str(one.properties.get("PermissionsBoundary", "")))
        found[kind, one.logical_id] = holder
        names[str(one.properties.get(name_property, one.logical_id))] = one.logical_id
        holder.documents += [_document(item, "PolicyDocument") for item in _listed(one.properties.get("Policies"))]
        for arn in _listed(one.properties.get("ManagedPolicyArns")):
            own = managed.get(logical_id_of(arn))
            if own:
                holder.documents.append(own.properties.get("PolicyDocument"))
            else:
                holder.attached.add(str(arn))
        if "AssumeRolePolicyDocument" in one.properties:
            trust = Holder("The trust of", one.logical_id, [one.properties["AssumeRolePolicyDocument"]])
            found[trust.kind, trust.name] = trust
    for policy in side.of_type(*_ATTACHED):
        for kind, name in _who(policy, names):
            found.setdefault((kind, name), Holder(kind, name)).documents.append(policy.properties.get("PolicyDocument"))
    for one in side.of_type(*_RESOURCES):
        own_policy = _RESOURCES[one.type]
        for target in _listed(one.properties.get(own_policy.target)) if own_policy.target else [one.logical_id]:
            name = logical_id_of(target) or str(target)
            holder = found.setdefault((own_policy.kind, name), Holder(own_policy.kind, name))
            holder.is_limit = own_policy.default is not None
            document = one.properties.get(own_policy.document, own_policy.default)
            if document is not None:
                holder.documents.append(_made(one, document))
    return found


def _who(policy: Resource, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Who has a policy, as the keys of holders."""
    kinds = {name[:4]: kind for kind, name in _IDENTITIES.values()}
    for property_name in _ATTACHED[policy.type]:
        for value in _listed(policy.properties.get(property_name)):
            name = logical_id_of(value) or str(value)
            yield kinds[property_name[:4]], names.get(name, name)


def logical_id_of(value: Any) -> str:
    """The resource of the stack that a value is the name or an attribute of; empty if it is none."""
    if isinstance(value, Unknown) and len(value.parts) == 1 and len(value.resources) == 1:
        return next(iter(value.resources))
    return ""


def _made(one: Resource, document: Any) -> Any:
    """A policy in the form that all have, whatever its resource writes."""
    if one.type == "AWS::Lambda::Permission":
        return {"Statement": [_permission(one.properties)]}
    if one.type == "AWS::Events::EventBusPolicy":
        return {"Statement": [_read(document)]}
    return _read(document.get("PolicyDocument", document) if isinstance(document, Mapping) else document)


def _permission(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html."""
    principal = properties["Principal"]
    is_service = ".amazonaws.com" in str(principal)
    conditions = {key: properties[name] for name, key in _CONDITIONS.items() if name in properties}
    return {
        "Effect": "Allow",
        "Principal": principal if principal == "*" else {"Service" if is_service else "AWS": principal},
        "Action": properties.get("Action", "lambda:InvokeFunction"),
        "Resource": "*",
        **({"Condition": {"StringLike": conditions}} if conditions else {}),
    }


def _document(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else item


def _read(document: Any) -> Any:
    """A policy that may be written as a text of JSON."""
    if not isinstance(document, str):
        return document
    try:
        return json.loads(document)
    except (ValueError, RecursionError):
        return document


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
