"""AWS::IAM::Role, AWS::IAM::User and AWS::IAM::Group: what has inline and managed policies.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html
"""

from abc import abstractmethod
from typing import Any, ClassVar

from moto.iam.exceptions import DeleteConflictException, NotFoundException

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.contract.tags import tag_list
from constructs_lib.local.stacks.handlers.iam.backend import backend_of, if_there, managed, put_inline

_SESSION_SECONDS = 3600


class _Identity(ResourceHandler):
    """Makes identities of one kind: ``role``, ``user`` or ``group``, as moto's IAM has it in the names of methods."""

    kind: ClassVar[str]
    name: ClassVar[str]

    def make(self, desired: Desired) -> Made:
        name = str(desired.properties.get(self.name, desired.name))
        _check_boundary(desired)
        self.build(backend_of(desired), name, desired)
        return Made(name)

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        _check_boundary(desired)
        return super().update(made, desired, before)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Bring the policies from those of one template to those of another; those that others have given stay."""
        backend, name, kind = backend_of(desired), made.physical_id, self.kind
        had, wanted = _inline(change.before), _inline(change.after)
        for policy in had.keys() - wanted.keys():
            if_there(getattr(backend, f"delete_{kind}_policy"), name, policy)
        for policy, document in wanted.items():
            if had.get(policy) != document:
                put_inline(desired, kind, name, policy, document)
        _, gone = change.items("ManagedPolicyArns")
        for arn in (managed(backend, arn) for arn in gone):
            if_there(getattr(backend, f"detach_{kind}_policy"), arn, name)
        for arn in (managed(backend, arn) for arn in change.after.get("ManagedPolicyArns") or []):
            if arn not in self.read(made, desired).managed_policies:
                getattr(backend, f"attach_{kind}_policy")(arn, name)

    def remove(self, made: Made, desired: Desired) -> None:
        """Take the policies of its template away, and delete it; it is refused while others have a hold on it."""
        self.read(made, desired)
        left = {**desired.properties, "Policies": [], "ManagedPolicyArns": []}
        _Identity.settle(self, made, desired, Change(desired.properties, left))
        getattr(backend_of(desired), f"delete_{self.kind}")(made.physical_id)

    def read(self, made: Made, desired: Desired) -> Any:
        return getattr(backend_of(desired), f"get_{self.kind}")(made.physical_id)

    @abstractmethod
    def build(self, backend: Any, name: str, desired: Desired) -> None:
        """Make moto's object."""


class _Role(_Identity):
    kind = "role"
    name = "RoleName"
    attributes: ClassVar = {"Arn": lambda role: role.arn, "RoleId": lambda role: role.id}

    def build(self, backend: Any, name: str, desired: Desired) -> None:
        backend.create_role(
            role_name=name,
            assume_role_policy_document="",
            path=desired.properties.get("Path", "/"),
            permissions_boundary="",
            description="",
            tags=tag_list(desired.properties),
            max_session_duration=_SESSION_SECONDS,
        )

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        role, properties, backend = self.read(made, desired), change.after, backend_of(desired)
        if change.touches("AssumeRolePolicyDocument"):
            role.assume_role_policy_document = text(properties["AssumeRolePolicyDocument"])
        role.permissions_boundary_arn = properties.get("PermissionsBoundary", "")
        role.description = properties.get("Description", "")
        role.max_session_duration = int(properties.get("MaxSessionDuration", _SESSION_SECONDS))
        _tag(made.physical_id, change, backend.tag_role, backend.untag_role)


class _User(_Identity):
    """A permissions boundary of a user must be there; moto does not keep it."""

    kind = "user"
    name = "UserName"
    attributes: ClassVar = {"Arn": lambda user: user.arn}

    def build(self, backend: Any, name: str, desired: Desired) -> None:
        backend.create_user(desired.services.region, name, desired.properties.get("Path", "/"))

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        user, properties, backend = self.read(made, desired), change.after, backend_of(desired)
        if change.touches("Path"):
            tagged = backend.list_user_tags(user.name)
            backend.tagger.delete_all_tags_for_resource(user.arn)  # which the path is a part of
            user.path = properties.get("Path", "/")
            backend.tag_user(user.name, tagged)
        if change.touches("LoginProfile"):
            login = properties.get("LoginProfile", {})
            user.password = login.get("Password")
            user.password_reset_required = login.get("PasswordResetRequired", False)
        added, gone = change.items("Groups")
        for group in gone:
            if_there(backend.remove_user_from_group, group, user.name)
        for group in added:
            backend.add_user_to_group(group, user.name)
        _tag(user.name, change, backend.tag_user, backend.untag_user)

    def remove(self, made: Made, desired: Desired) -> None:
        """Take it out of its groups first."""
        for group in desired.properties.get("Groups", []):
            if_there(backend_of(desired).remove_user_from_group, group, made.physical_id)
        super().remove(made, desired)


class _Group(_Identity):
    kind = "group"
    name = "GroupName"
    attributes: ClassVar = {"Arn": lambda group: group.arn}

    def build(self, backend: Any, name: str, desired: Desired) -> None:
        backend.create_group(name, desired.properties.get("Path", "/"))

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        self.read(made, desired).path = change.after.get("Path", "/")

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it, if nobody is in it."""
        if self.read(made, desired).users:
            raise DeleteConflictException("Cannot delete entity, must remove users from group first.")
        super().remove(made, desired)


def _check_boundary(desired: Desired) -> None:
    boundary = desired.properties.get("PermissionsBoundary")
    if boundary and boundary not in backend_of(desired).managed_policies:
        raise NotFoundException(f"Scope ARN: {boundary} does not exist or is not attachable.")


def _tag(name: str, change: Change, tag: Any, untag: Any) -> None:
    changed, gone = change.tags()
    tag(name, [{"Key": key, "Value": value} for key, value in changed.items()])
    untag(name, gone)


def _inline(properties: Properties) -> dict[str, str]:
    return {policy["PolicyName"]: text(policy["PolicyDocument"]) for policy in properties.get("Policies") or []}


HANDLERS: dict[str, Handler] = {
    "AWS::IAM::Group": _Group(),
    "AWS::IAM::Role": _Role(),
    "AWS::IAM::User": _User(),
}
