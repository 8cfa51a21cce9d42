"""What policies say, wherever they stand, and what a role may do by those that are known.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from constructs_lib.checks.model.resources import Model, Resource
from constructs_lib.checks.model.values import items, member
from constructs_lib.templates.unknown import Unknown

ROLE: Final = "AWS::IAM::Role"
_WITH_DOCUMENT: Final = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")
_WITH_POLICIES: Final = (ROLE, "AWS::IAM::User", "AWS::IAM::Group")


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement of a policy of identities.

    Args:
        resource: what has the policy.
        path: where it stands among the properties of that.
        body: what it says.
    """

    resource: Resource
    path: tuple[str | int, ...]
    body: Any

    @property
    def is_allowed(self) -> bool:
        """Whether it is known to allow."""
        return bool(member(self.body, "Effect") == "Allow")

    @property
    def actions(self) -> list[str]:
        """The actions that are known."""
        return [action for action in _listed(member(self.body, "Action")) if isinstance(action, str)]

    @property
    def is_whole(self) -> bool:
        """Whether all of its actions are known."""
        listed = _listed(member(self.body, "Action"))
        return "NotAction" not in self.body and all(isinstance(action, str) for action in listed)

    @property
    def resources(self) -> list[str]:
        """The resources that are known."""
        return [name for name in _listed(member(self.body, "Resource")) if isinstance(name, str)]

    @property
    def has_condition(self) -> bool:
        """Whether it holds under conditions only."""
        return member(self.body, "Condition") is not None


def statements_of(model: Model) -> Iterator[Statement]:
    """All statements of policies of roles, users and groups."""
    for resource in model.of_type(*_WITH_DOCUMENT, *_WITH_POLICIES):
        yield from _statements(resource)


def own_statements(role: Resource) -> list[Statement]:
    """The statements of the policies that are in a role."""
    return [*_statements(role)]


def statements_beside(model: Model, role: Resource) -> Iterator[tuple[Resource, list[Statement]]]:
    """The policies of a role that are resources of their own, and name it, with their statements."""
    for policy in model.of_type(*_WITH_DOCUMENT):
        names = [*_listed(policy.properties.get("Roles")), *_listed(policy.properties.get("RoleName"))]
        if any(model.resource(name) is role for name in names):
            yield policy, [*_statements(policy)]


def actions_of(model: Model, role: Resource) -> list[str] | None:
    """The actions that a role is allowed; None if not all of its policies are known."""
    if items(role.properties.get("ManagedPolicyArns")) != [] or items(role.properties.get("Policies")) is None:
        return None
    found = [*_statements(role)]
    for policy in model.of_type(*_WITH_DOCUMENT):
        names = [*_listed(policy.properties.get("Roles")), *_listed(policy.properties.get("RoleName"))]
        roles = [model.find(name, ROLE) for name in names]
        if role in roles:
            found += _statements(policy)
        elif not all(roles) and ("RoleName" in role.properties or any(isinstance(name, Unknown) for name in names)):
            return None  # it may be a policy of this role
    if not found or not all(isinstance(statement.body, dict) and statement.is_whole for statement in found):
        return None  # without any policy here, another template has it
    return [action for statement in found if statement.is_allowed for action in statement.actions]


def allows(actions: list[str], action: str) -> bool:
    """Whether an action is one of those that a role is allowed, as IAM compares them."""
    return any(fnmatchcase(action.lower(), each.lower()) for each in actions)


def _statements(resource: Resource) -> Iterator[Statement]:
    if resource.type in _WITH_DOCUMENT:
        yield from _in_document(resource, ("PolicyDocument",), resource.properties.get("PolicyDocument"))
        return
    for index, policy in enumerate(items(resource.properties.get("Policies")) or ()):
        path = ("Policies", index, "PolicyDocument")
        yield from _in_document(resource, path, member(policy, "PolicyDocument"))


def _in_document(resource: Resource, path: tuple[str | int, ...], document: Any) -> Iterator[Statement]:
    for index, body in enumerate(_listed(member(document, "Statement"))):
        yield Statement(resource, (*path, "Statement", index), body)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
