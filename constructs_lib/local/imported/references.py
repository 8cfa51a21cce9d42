"""What resources of a template name by id, ARN or name that is none of them: networks, roles, buckets and the like.

Ids are known by the property that they stand in, ARNs wherever they stand. What a policy lets somebody do with a role
or a log group says nothing of whether there is one; a bucket, a topic and a queue are meant to be used. Words for
people name nothing, nor does a text of which only the deployment knows the rest.
Source: https://docs.aws.amazon.com/cdk/v2/guide/resources.html#resources-referencing
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.templates.unknown import Unknown

Properties = Mapping[str, Any]


class Kind(StrEnum):
    """What can be imported here, in the order in which it is made."""

    VPC = "VPC"
    SUBNET = "subnet"
    SECURITY_GROUP = "security group"
    ROUTE_TABLE = "route table"
    FILE_SYSTEM = "file system"
    LOG_GROUP = "log group"
    ROLE = "role"
    INSTANCE_PROFILE = "instance profile"
    TOPIC = "topic"
    QUEUE = "queue"
    BUCKET = "bucket"


@dataclass(frozen=True, slots=True)
class Imported:
    """One thing that is imported.

    Args:
        kind: what it is.
        id: its id, or the name of what has none.
        path: of a role or an instance profile. Default: that of most.
    """

    kind: Kind
    id: str
    path: str = field(default="/", compare=False)

    def __str__(self) -> str:
        """As a user reads it."""
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource of a template, its properties as far as they are known.

    Args:
        kind: its type.
        properties: those of it.
    """

    kind: str
    properties: Properties


_SUBNET = re.compile(r"(?:subnet|[spi])-\w+")  # the CDK's dummies are s-12345 and p-12345
_GROUP, _TABLE, _VPC, _FILES = (re.compile(rf"{prefix}-\w+") for prefix in ("sg", "rtb", "vpc", "fs"))
_BY_PROPERTY = {
    "VpcId": (Kind.VPC, _VPC),
    "VPCId": (Kind.VPC, _VPC),
    "Subnet": (Kind.SUBNET, _SUBNET),
    "SubnetId": (Kind.SUBNET, _SUBNET),
    "SubnetIds": (Kind.SUBNET, _SUBNET),
    "Subnets": (Kind.SUBNET, _SUBNET),
    "VPCZoneIdentifier": (Kind.SUBNET, _SUBNET),
    "DestinationSecurityGroupId": (Kind.SECURITY_GROUP, _GROUP),
    "GroupId": (Kind.SECURITY_GROUP, _GROUP),
    "GroupSet": (Kind.SECURITY_GROUP, _GROUP),
    "SecurityGroupIds": (Kind.SECURITY_GROUP, _GROUP),
    "SecurityGroups": (Kind.SECURITY_GROUP, _GROUP),
    "SourceSecurityGroupId": (Kind.SECURITY_GROUP, _GROUP),
    "VpcSecurityGroupIds": (Kind.SECURITY_GROUP, _GROUP),
    "RouteTableId": (Kind.ROUTE_TABLE, _TABLE),
    "RouteTableIds": (Kind.ROUTE_TABLE, _TABLE),
    "FileSystemId": (Kind.FILE_SYSTEM, _FILES),
    "FilesystemId": (Kind.FILE_SYSTEM, _FILES),
}
_OWN_NAMES = {
    "AWS::IAM::InstanceProfile": (Kind.INSTANCE_PROFILE, "InstanceProfileName"),
    "AWS::IAM::Role": (Kind.ROLE, "RoleName"),
    "AWS::Logs::LogGroup": (Kind.LOG_GROUP, "LogGroupName"),
    "AWS::S3::Bucket": (Kind.BUCKET, "BucketName"),
    "AWS::SNS::Topic": (Kind.TOPIC, "TopicName"),
    "AWS::SQS::Queue": (Kind.QUEUE, "QueueName"),
}
_POLICIES = {"AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument", "Policies", "ResourcePolicy"}
_ARN = re.compile(
    r"arn:(?P<partition>aws[\w-]*):(?P<service>iam|logs|s3|sns|sqs):(?P<region>[\w-]*):(?P<account>\d{0,12}):"
    r"(?P<rest>[^\s\"',\\{}]+)"
)
_WORDS = re.compile(r"\w*Description|DisplayName|Comment|Tags")
_NOT_KNOWN = "$"
_WILD = re.compile(rf"[*?{_NOT_KNOWN}]")
_OF_THE_CDK = re.compile(r"cdk-[a-z0-9]+-")


def imported_by(entries: Iterable[Entry], location: Location) -> list[Imported]:
    """Find what resources of an account and region name there and do not make themselves, in the order of making it.

    Args:
        entries: the resources.
        location: the account and region.
    """
    entries = list(entries)
    own = {name for entry in entries if (name := own_name(entry))}
    found: dict[tuple[Kind, str], Imported] = {}
    for item in (item for entry in entries for item in _in_entry(entry, location)):
        if (item.kind, item.id) not in found or item.path != "/":  # beside its ARN, a role may stand by its name alone
            found[item.kind, item.id] = item
    order = list(Kind)
    return sorted((item for name, item in found.items() if name not in own), key=lambda item: order.index(item.kind))


def own_name(entry: Entry) -> tuple[Kind, str] | None:
    """What a resource is and is called, if it can be imported and its template gives it a name."""
    kind, member = _OWN_NAMES.get(entry.kind, (None, ""))
    name = entry.properties.get(member)
    return (kind, name) if kind and isinstance(name, str) else None


def vpc_of(entries: Iterable[Entry], item: Imported, location: Location) -> str | None:
    """The VPC that is named beside something of a network; None if none is."""
    for entry in entries:
        found = list(_in_entry(entry, location))
        vpcs = [other.id for other in found if other.kind is Kind.VPC]
        if item in found and vpcs:
            return vpcs[0]
    return None


def _in_entry(entry: Entry, location: Location) -> Iterator[Imported]:
    yield from _walk(entry.properties, "", location, in_policy=False)
    roles = entry.properties.get("Roles")
    if entry.kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy") and isinstance(roles, list):
        yield from (Imported(Kind.ROLE, name) for name in roles if isinstance(name, str))


def _walk(value: Any, key: str, location: Location, *, in_policy: bool) -> Iterator[Imported]:
    if isinstance(value, Unknown):
        value = "".join(part if isinstance(part, str) else _NOT_KNOWN for part in value.parts)
    if isinstance(value, str):
        yield from _in_text(value, key, location, in_policy=in_policy)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, key, location, in_policy=in_policy)
    elif isinstance(value, Mapping):
        group = value.get("awslogs-group")
        if isinstance(group, str) and value.get("awslogs-create-group") != "true":
            yield Imported(Kind.LOG_GROUP, group)
        for name, item in value.items():
            if _WORDS.fullmatch(name):
                continue
            yield from _walk(item, name, location, in_policy=in_policy or name in _POLICIES)


def _in_text(text: str, key: str, location: Location, *, in_policy: bool) -> Iterator[Imported]:
    kind, form = _BY_PROPERTY.get(key, (None, None))
    if kind and form and form.fullmatch(text):
        yield Imported(kind, text)
    if "arn:" not in text:
        return
    for arn in _ARN.finditer(text):
        is_here = arn["account"] in ("", location.account) and arn["region"] in ("", location.region)
        found = _of_arn(arn["service"], arn["rest"], in_policy=in_policy)
        if found and is_here and arn["partition"] == location.partition:
            yield found


def _of_arn(service: str, rest: str, *, in_policy: bool) -> Imported | None:
    match service:
        case "s3":
            name = rest.partition("/")[0]
            wanted = not _OF_THE_CDK.match(name)
            found = Imported(Kind.BUCKET, name)
        case "sns" | "sqs":
            name, wanted = rest, ":" not in rest
            found = Imported(Kind.TOPIC if service == "sns" else Kind.QUEUE, name)
        case "logs":
            name = rest.removeprefix("log-group:").removesuffix(":*")
            wanted = rest.startswith("log-group:") and ":" not in name and not in_policy
            found = Imported(Kind.LOG_GROUP, name)
        case _:
            kind = Kind.ROLE if rest.startswith("role/") else Kind.INSTANCE_PROFILE
            path, _, name = rest.removeprefix("role").removeprefix("instance-profile").rpartition("/")
            is_one = rest.startswith(("role/", "instance-profile/")) and not path.startswith("/aws-service-role")
            wanted = is_one and not in_policy
            found = Imported(kind, name, f"{path}/")
    return found if wanted and name and not _WILD.search(name) else None
