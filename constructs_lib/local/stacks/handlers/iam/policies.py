"""AWS::IAM::ManagedPolicy, and the inline policies of AWS::IAM::Policy, RolePolicy, UserPolicy and GroupPolicy.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
"""

from datetime import datetime
from typing import Any, ClassVar

from moto.iam.exceptions import NotFoundException

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.iam.backend import backend_of, if_there, put_inline

_MOST_VERSIONS = 5
_LISTS = {"Roles": "role", "Users": "user", "Groups": "group"}


def _bounded(policy: Any) -> int:
    return sum(role.permissions_boundary_arn == policy.arn for role in policy.backend.get_roles())


class _ManagedPolicy(ResourceHandler):
    """A policy that identities have attached."""

    attributes: ClassVar = {
        "AttachmentCount": lambda policy: policy.attachment_count,
        "CreateDate": lambda policy: _time(policy.create_date),
        "DefaultVersionId": lambda policy: policy.default_version_id,
        "IsAttachable": lambda policy: policy.is_attachable,
        "PermissionsBoundaryUsageCount": _bounded,
        "PolicyArn": lambda policy: policy.arn,
        "PolicyId": lambda policy: policy.id,
        "UpdateDate": lambda policy: _time(policy.update_date),
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        policy = backend_of(desired).create_policy(
            description=properties.get("Description"),
            path=properties.get("Path"),
            policy_document=text(properties["PolicyDocument"]),
            policy_name=properties.get("ManagedPolicyName", desired.name),
            tags=[],
        )
        return Made(policy.arn, policy)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Give it another version, which is the one that counts, and attach it to whom its template names."""
        backend, arn = backend_of(desired), made.physical_id
        if not change.is_new and change.touches("PolicyDocument"):
            policy = backend.get_policy(arn)
            if len(policy.versions) == _MOST_VERSIONS:
                policy.versions.remove(next(item for item in policy.versions if not item.is_default))
            backend.create_policy_version(arn, text(change.after["PolicyDocument"]), set_as_default=True)
        had, wanted = _named(change.before), _named(change.after)
        for kind, name in had:
            if (kind, name) not in wanted:
                if_there(getattr(backend, f"detach_{kind}_policy"), arn, name)
        for kind, name in wanted:
            if arn not in getattr(backend, f"get_{kind}")(name).managed_policies:
                getattr(backend, f"attach_{kind}_policy")(arn, name)

    def remove(self, made: Made, desired: Desired) -> None:
        """Detach it from whom its template names, and delete it."""
        for kind, name in _named(desired.properties):
            if_there(getattr(backend_of(desired), f"detach_{kind}_policy"), made.physical_id, name)
        backend_of(desired).delete_policy(made.physical_id)

    def read(self, made: Made, desired: Desired) -> Any:
        return backend_of(desired).get_policy(made.physical_id)


class _InlinePolicy(ResourceHandler):
    """A policy that is a part of each identity that its template names."""

    attributes: ClassVar = {"Id": lambda made: made.physical_id}

    def make(self, desired: Desired) -> Made:
        return Made(desired.name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Put it into each of them; when one is not there, into none. Take it from those that have it no longer."""
        del made
        backend, had, wanted = backend_of(desired), self.places(change.before), self.places(change.after)
        if not wanted:
            raise NotFoundException("At least one of [Groups,Roles,Users] must be non-empty.")
        for kind, name, _ in wanted:
            getattr(backend, f"get_{kind}")(name)
        for kind, name, policy in wanted:
            put_inline(desired, kind, name, policy, text(change.after["PolicyDocument"]))
        for kind, name, policy in had:
            if (kind, name, policy) not in wanted:
                if_there(getattr(backend, f"delete_{kind}_policy"), name, policy)

    def remove(self, made: Made, desired: Desired) -> None:
        del made
        for kind, name, policy in self.places(desired.properties):
            if_there(getattr(backend_of(desired), f"delete_{kind}_policy"), name, policy)

    def read(self, made: Made, desired: Desired) -> Any:
        del desired
        return made

    def places(self, properties: Properties) -> list[tuple[str, str, str]]:
        """Each identity, with its kind before it, and the name of the policy there."""
        return [(kind, name, properties["PolicyName"]) for kind, name in _named(properties)]


class _PolicyOf(_InlinePolicy):
    """A policy of one identity.

    Args:
        kind: of what.
        name: the property that names it.
    """

    attributes: ClassVar = {}

    def __init__(self, kind: str, name: str) -> None:
        self._kind = kind
        self._name = name

    def make(self, desired: Desired) -> Made:
        return Made(f"{desired.properties['PolicyName']}|{desired.properties[self._name]}")

    def places(self, properties: Properties) -> list[tuple[str, str, str]]:
        return [(self._kind, properties[self._name], properties["PolicyName"])] if properties else []


def _named(properties: Properties) -> list[tuple[str, str]]:
    """The identities that properties name, each with its kind."""
    return [(kind, item) for name, kind in _LISTS.items() for item in properties.get(name) or []]


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


HANDLERS: dict[str, Handler] = {
    "AWS::IAM::GroupPolicy": _PolicyOf("group", "GroupName"),
    "AWS::IAM::ManagedPolicy": _ManagedPolicy(),
    "AWS::IAM::Policy": _InlinePolicy(),
    "AWS::IAM::RolePolicy": _PolicyOf("role", "RoleName"),
    "AWS::IAM::UserPolicy": _PolicyOf("user", "UserName"),
}
