"""A call of an API, and what IAM is asked about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from constructs_lib.local.account import partition_of

Context = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Call:
    """One call.

    Args:
        service: as IAM names it: ``batch``, ``s3``, ``states``.
        operation: such as ``SubmitJob``.
        parameters: as boto3 takes them.
    """

    service: str
    operation: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One question to IAM: an action on a resource.

    Args:
        action: such as ``batch:SubmitJob``.
        resource: its ARN; ``*`` for actions that have none, None when it is not known.
        context: condition keys of this action.
    """

    action: str
    resource: str | None = "*"
    context: Context = field(default_factory=dict)


class Lookup(Protocol):
    """What has to be looked up in the account to know a resource."""

    def definition(self, reference: str) -> str:
        """The ARN of a job definition, with its revision; the reference itself when there is none."""
        ...

    def task_definition(self, reference: str) -> tuple[str, dict[str, str]]:
        """The ARN of a task definition, with its revision, and its ``taskRoleArn`` and ``executionRoleArn``."""
        ...

    def tags(self, arn: str) -> Mapping[str, str]:
        """The tags of a resource; none when it does not exist."""
        ...

    def secret(self, name: str) -> str:
        """The ARN of a secret by its name or ARN."""
        ...

    def role(self, name: str) -> str:
        """The ARN of a role by its name."""
        ...

    def object_tags(self, bucket: str, key: str) -> Mapping[str, str]:
        """The tags of an object; none when it does not exist."""
        ...

    def bucket_key(self, bucket: str) -> str | None:
        """The ARN of the KMS key that encrypts new objects of a bucket; None when S3's own does."""
        ...

    def message_key(self, arn: str) -> str | None:
        """The ARN of the KMS key of a queue or a topic; None for one without a key of the account's own."""
        ...


@dataclass(frozen=True)
class Place:
    """Where a call is made.

    Args:
        account: the account's number.
        region: the region's name.
        lookup: knows what is there.
    """

    account: str
    region: str
    lookup: Lookup

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this account and region; a resource that is an ARN already stays as it is."""
        if resource.startswith("arn:"):
            return resource
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    @property
    def partition(self) -> str:
        """The partition of the region."""
        return partition_of(self.region)

    def in_s3(self, path: str) -> str:
        """The ARN of a bucket, or of an object by the bucket's name and its key."""
        return f"arn:{self.partition}:s3:::{path}"

    def named(self, service: str, kind: str, name: str) -> str:
        """An ARN of a resource by its kind and name, or its ARN."""
        return name if name.startswith("arn:") else self.arn(service, f"{kind}{name}")


def requested_tags(tags: Mapping[str, str]) -> dict[str, str | Sequence[str]]:
    """The condition keys of tags that come with a request."""
    if not tags:
        return {}
    return {**{f"aws:RequestTag/{key}": value for key, value in tags.items()}, "aws:TagKeys": list(tags)}


def resource_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """The condition keys of tags that a resource has."""
    return {f"aws:ResourceTag/{key}": value for key, value in tags.items()}


def passed_role(role: str | None, service: str, place: Place) -> list[Asked]:
    """Handing a role to a service needs ``iam:PassRole``."""
    if not role:
        return []
    arn = role if role.startswith("arn:") else place.lookup.role(role)
    return [Asked("iam:PassRole", arn, {"iam:PassedToService": service})]
