"""Which service takes which role of the templates, and whether the role trusts it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and
https://docs.aws.amazon.com/batch/latest/userguide/IAM_policies.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.policies import ROLE
from constructs_lib.checks.model.resources import Resource
from constructs_lib.checks.model.service_roles import roles_of
from constructs_lib.checks.model.values import items, member
from constructs_lib.templates.unknown import Unknown

_OF_ENVIRONMENT: Final = {
    "ServiceRole": "batch",
    "InstanceRole": "ec2",
    "SpotIamFleetRole": "spotfleet",
    "InfrastructureRoleArn": "ecs",
}
_OF_SUBMITS: Final = {
    "AWS::StepFunctions::StateMachine": "states",
    "AWS::Events::Rule": "events",
    "AWS::Scheduler::Schedule": "scheduler",
    "AWS::Pipes::Pipe": "pipes",
}
_OF_JOBS: Final = ("JobRoleArn", "ExecutionRoleArn", "TaskRoleArn")


@dataclass(frozen=True, eq=False)
class Duty:
    """A role that a service takes for something.

    Args:
        role: the role.
        service: who takes it, such as ``ecs-tasks``.
        resource: for what it takes it.
        path: where that names the role.
    """

    role: Resource
    service: str
    resource: Resource
    path: tuple[str | int, ...]

    @property
    def is_trusted(self) -> bool:
        """Whether the role may trust the service."""
        found = member(self.role.properties, "AssumeRolePolicyDocument", "Statement")
        statements = [found] if isinstance(found, dict) else items(found)
        return not statements or any(_may_trust(statement, self.service) for statement in statements)


def duties_of(pipelines: Pipelines) -> Iterator[Duty]:
    """All roles of the templates that something of a pipeline is done with."""
    for environment in pipelines.environments:
        for found in roles_of(environment, pipelines.model):
            service = _OF_ENVIRONMENT[str(found.path[-1])]
            yield Duty(found.role, service, environment.resource, found.path)
    for definition in pipelines.definitions:
        if definition.is_kubernetes:
            continue
        for body, path in definition.bodies:
            for key in _OF_JOBS:
                if role := _role(pipelines, body.get(key)):
                    yield Duty(role, "ecs-tasks", definition.resource, (*path, key))
    for submit in pipelines.submits:
        if role := _role(pipelines, submit.role):
            path = ("RoleArn",) if "RoleArn" in submit.resource.properties else submit.path
            yield Duty(role, _OF_SUBMITS[submit.resource.type], submit.resource, path)


def _role(pipelines: Pipelines, value: Any) -> Resource | None:
    found = pipelines.model.resource(value)
    return found if found and found.type == ROLE else None


def _may_trust(statement: Any, service: str) -> bool:
    if not isinstance(statement, dict):
        return True
    if statement.get("Effect") == "Deny":
        return False
    principal = statement.get("Principal")
    if not isinstance(principal, dict) or not set(principal) <= {"Service", "AWS", "Federated"}:
        return True
    named = _listed(principal.get("Service", []))
    if "*" in _listed(principal.get("AWS")) or any(isinstance(name, Unknown) and not name.prefix for name in named):
        return True
    # states.eu-west-1.amazonaws.com and ec2.${AWS::URLSuffix} are services, too
    return any(str(name).startswith(f"{service}.") for name in named)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
