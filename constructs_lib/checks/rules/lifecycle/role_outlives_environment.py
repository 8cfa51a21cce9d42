"""Roles that are deleted before the environment that needs them."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.service_roles import roles_of
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: batch.amazonaws.com}}]
Policy:
  Type: AWS::IAM::Policy
  Properties:
    PolicyName: batch
    Roles: [!Ref Role]
    PolicyDocument: {Statement: [{Effect: Allow, Action: ['ecs:*', 'ec2:*', 'autoscaling:*'], Resource: '*'}]}
Environment:
  Type: AWS::Batch::ComputeEnvironment
  DependsOn: Role
  Properties:
    Type: MANAGED
    ServiceRole: <VALUE>
    ComputeResources: {Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1, subnet-2]}
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    lifetimes = pipelines.lifetimes
    for environment in pipelines.environments:
        for found in roles_of(environment, pipelines.model):
            if not found.is_referred_to and not lifetimes.outlives(found.role, environment.resource):
                got = f"the name of {found.role.shown}, which CloudFormation may delete before"
                yield Found(environment.resource, found.path, got, "the environment is deleted by that role")
            for policy in found.needed_beside(pipelines.model):
                if not lifetimes.outlives(policy, environment.resource):
                    got = f"{found.role.shown}, whose {policy.shown} CloudFormation may delete before"
                    yield Found(environment.resource, found.path, got, "the environment is deleted by those rights")


RULE = Rule(
    id="CHECK404",
    title="the roles of a compute environment keep their rights until it is deleted",
    severity="warning",
    otherwise=(
        "CloudFormation deletes in the reverse order of references, and none leads from the environment to the policy: "
        "without it the environment stays in DELETING or becomes INVALID, and the stack in DELETE_FAILED."
    ),
    fix="Name the policy, and a role that is not referred to, in DependsOn of the environment.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/invalid_compute_environment.html",
    example=Example(
        _TEMPLATE,
        wrong="!GetAtt Role.Arn",
        right="arn:aws:iam::123456789012:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch",
    ),
    look=_look,
)
