"""Execution roles that may not do what starts a task."""

from collections.abc import Iterator, Mapping
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.policies import ROLE, actions_of, allows
from constructs_lib.checks.model.starting import services_needed
from constructs_lib.checks.rule import Found, Rule

_CALLS: Final[Mapping[str, str]] = {
    "ecr.api": "ecr:GetAuthorizationToken",
    "logs": "logs:CreateLogStream",
    "ssm": "ssm:GetParameters",
}
"""What only a policy of the role allows; repositories and secrets may have policies of their own."""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        if not definition.is_fargate or definition.is_kubernetes:
            continue
        needed = [_CALLS[each] for each in services_needed(definition, pipelines.model) if each in _CALLS]
        for body, path in definition.bodies:
            role = pipelines.model.resource(body.get("ExecutionRoleArn"))
            allowed = actions_of(pipelines.model, role) if role and role.type == ROLE else None
            missing = [action for action in needed if allowed is not None and not allows(allowed, action)]
            if role and missing:
                got = f"no {', '.join(missing)} for {role.shown}"
                yield Found(definition.resource, (*path, "ExecutionRoleArn"), got, "that is what starts a task")


RULE = Rule(
    id="CHECK619",
    title="the execution role of a job may pull its image, write its log and read its parameters",
    severity="error",
    otherwise="Each job ends with `ResourceInitializationError` or `CannotPullContainerError`: it is not authorized.",
    fix="Add the managed policy AmazonECSTaskExecutionRolePolicy, and ssm:GetParameters for parameters.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    example=Example(
        """
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: ecs-tasks.amazonaws.com}}]
    Policies:
      - PolicyName: start
        PolicyDocument: {Statement: [{Effect: Allow, Action: ['logs:PutLogEvents', <VALUE>], Resource: '*'}]}
Job:
  Type: AWS::Batch::JobDefinition
  Properties:
    Type: container
    PlatformCapabilities: [FARGATE]
    ContainerProperties:
      Image: busybox
      ExecutionRoleArn: !GetAtt Role.Arn
      ResourceRequirements: [{Type: VCPU, Value: '1'}, {Type: MEMORY, Value: '2048'}]
""",
        wrong="'logs:DescribeLogStreams'",
        right="'logs:CreateLogStream'",
    ),
    look=_look,
)
