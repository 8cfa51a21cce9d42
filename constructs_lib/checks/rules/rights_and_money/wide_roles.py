"""Roles of jobs and state machines that may do everything with a service."""

import re
from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.policies import ROLE, own_statements, statements_beside
from constructs_lib.checks.model.resources import Resource
from constructs_lib.checks.model.service_roles import roles_of
from constructs_lib.checks.model.values import items, member
from constructs_lib.checks.rule import Found, Rule

_WIDE: Final = re.compile(r":policy/(?:[\w-]+/)*(AdministratorAccess|PowerUserAccess|IAMFullAccess|\w+FullAccess)$")
_ALL_OF_A_SERVICE: Final = re.compile(r"(?!batch:)[a-z0-9-]+:\*", re.IGNORECASE)


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for role, of in _roles(pipelines).values():
        allowed = f"it is the role of {of}, and so the right of whatever runs there"
        for index, arn in enumerate(items(role.properties.get("ManagedPolicyArns")) or ()):
            if found := _WIDE.search(str(arn)):
                yield Found(role, ("ManagedPolicyArns", index), f"{found[1]} for {role.shown}", allowed)
        beside = [statement for _, found in statements_beside(pipelines.model, role) for statement in found]
        for statement in (*own_statements(role), *beside):
            wide = [action for action in statement.actions if _ALL_OF_A_SERVICE.fullmatch(action)]
            if statement.is_allowed and wide and "*" in statement.resources and not statement.has_condition:
                got = f"{wide[0]} on * for {role.shown}"
                yield Found(statement.resource, statement.path, got, allowed)


def _roles(pipelines: Pipelines) -> dict[str, tuple[Resource, str]]:
    """The roles of pipelines by their key, each with whose it is."""
    found: dict[str, tuple[Resource, str]] = {}

    def add(value: Any, of: str) -> None:
        role = pipelines.model.resource(value)
        if role and role.type == ROLE:
            found.setdefault(role.key, (role, of))

    for definition in pipelines.definitions:
        task = member(definition.properties, "EcsProperties", "TaskProperties")
        bodies = [*(container.body for container in definition.containers), *(items(task) or ())]
        for body in bodies:
            for key in ("JobRoleArn", "ExecutionRoleArn", "TaskRoleArn"):
                add(member(body, key), definition.shown)
    submitting = {submit.resource.key: submit for submit in pipelines.submits}
    for submit in submitting.values():
        add(submit.role, submit.resource.shown)
    for environment in pipelines.environments:
        for each in roles_of(environment, pipelines.model):
            if each.path != ("ServiceRole",):
                found.setdefault(each.role.key, (each.role, environment.shown))
    return found


RULE = Rule(
    id="CHECK611",
    title="the role of a job, an instance or a state machine names what it may do",
    severity="warning",
    otherwise="Whatever runs in the container, or gets into it by a package, may do the same.",
    fix="Name the actions, and the ARNs of what they are for.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    example=Example(
        """
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: ecs-tasks.amazonaws.com}}]
    Policies:
      - PolicyName: data
        PolicyDocument: {Statement: [{Effect: Allow, Action: <VALUE>, Resource: '*'}]}
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: container
    ContainerProperties:
      Image: busybox
      JobRoleArn: !GetAtt Role.Arn
      ResourceRequirements: [{Type: VCPU, Value: '1'}, {Type: MEMORY, Value: '2048'}]
""",
        wrong="'s3:*'",
        right="'s3:GetObject'",
    ),
    look=_look,
)
