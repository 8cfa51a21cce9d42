"""The roles by which AWS Batch and its instances work for a compute environment.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/service_IAM_role.html and
https://docs.aws.amazon.com/batch/latest/userguide/instance_IAM_role.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.checks.model.capacity import Environment
from constructs_lib.checks.model.policies import ROLE, own_statements, statements_beside
from constructs_lib.checks.model.resources import Model, Resource
from constructs_lib.checks.model.values import items, member, text

_PROFILE: Final = "AWS::IAM::InstanceProfile"
_LINKED: Final = "AWSServiceRoleForBatch"
_SERVICES: Final = ("ecs:", "ec2:", "autoscaling:", "batch:", "*")
"""What begins the actions without which nothing can be scaled down, taken out of its cluster or deleted."""
_MANAGED: Final = (
    "AWSBatchServiceRole",
    "AmazonEC2ContainerServiceforEC2Role",
    "AmazonEC2SpotFleetTaggingRole",
    "AmazonECSInfrastructureRolePolicyForManagedInstances",
)


@dataclass(frozen=True, eq=False)
class ServiceRole:
    """A role of the templates, and where an environment names it.

    Args:
        role: the role.
        path: where it is named.
        is_referred_to: whether CloudFormation knows that the environment needs it.
    """

    role: Resource
    path: tuple[str | int, ...]
    is_referred_to: bool

    def needed_beside(self, model: Model) -> Iterator[Resource]:
        """The policies beside the role by which alone it has rights that a deletion needs."""
        attached = items(self.role.properties.get("ManagedPolicyArns"))
        if attached is None or any(str(arn).endswith(_MANAGED) or model.resource(arn) for arn in attached):
            return
        if any(_is_needed(statement.actions) for statement in own_statements(self.role)):
            return
        for policy, statements in statements_beside(model, self.role):
            if any(statement.is_allowed and _is_needed(statement.actions) for statement in statements):
                yield policy


def roles_of(environment: Environment, model: Model) -> Iterator[ServiceRole]:
    """The roles of an environment that the templates have."""
    properties = environment.resource.properties
    provider = ("ComputeResources", "ManagedInstancesProvider")
    for path in (
        ("ServiceRole",),
        ("ComputeResources", "InstanceRole"),
        ("ComputeResources", "SpotIamFleetRole"),
        (*provider, "InfrastructureRoleArn"),
    ):
        if found := _role(member(properties, *path), path, model):
            yield found


def is_service_linked(value: Any) -> bool:
    """Whether a value is the service-linked role of AWS Batch, which it takes if none is named."""
    return value in (None, "") or _LINKED in str(value)


def _role(value: Any, path: tuple[str | int, ...], model: Model) -> ServiceRole | None:
    if value is None:
        return None
    resource = model.resource(value)
    if resource and resource.type == _PROFILE:
        listed = items(resource.properties.get("Roles")) or []
        resource = model.resource(listed[0]) if len(listed) == 1 else None
    if resource:
        return ServiceRole(resource, path, is_referred_to=True) if resource.type == ROLE else None
    name = str(value).rpartition("/")[2]
    named = [role for role in model.of_type(ROLE) if name and text(role.properties.get("RoleName")) == name]
    return ServiceRole(named[0], path, is_referred_to=False) if len(named) == 1 else None


def _is_needed(actions: list[str]) -> bool:
    return any(action.lower().startswith(_SERVICES) for action in actions)
