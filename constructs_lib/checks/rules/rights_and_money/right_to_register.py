"""Instances that may not register with their cluster."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.policies import actions_of, allows
from constructs_lib.checks.model.service_roles import roles_of
from constructs_lib.checks.rule import Found, Rule

_PATH = ("ComputeResources", "InstanceRole")
_NEEDED = "ecs:RegisterContainerInstance"


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        for found in roles_of(environment, pipelines.model):
            allowed = actions_of(pipelines.model, found.role) if found.path == _PATH else None
            if environment.kind == "EC2" and allowed is not None and not allows(allowed, _NEEDED):
                got = f"no {_NEEDED} for {found.role.shown}"
                yield Found(environment.resource, _PATH, got, "an instance takes no job before it has registered")


RULE = Rule(
    id="CHECK620",
    title="the instances of a compute environment may register with their cluster",
    severity="error",
    otherwise="Instances start, cost, and never register: jobs stay in RUNNABLE.",
    fix="Add the managed policy AmazonEC2ContainerServiceforEC2Role to the role of the instance profile.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/instance_IAM_role.html",
    example=Example(
        """
Role:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument:
      Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: ec2.amazonaws.com}}]
    Policies:
      - PolicyName: agent
        PolicyDocument: {Statement: [{Effect: Allow, Action: <VALUE>, Resource: '*'}]}
Profile:
  Type: AWS::IAM::InstanceProfile
  Properties: {Roles: [!Ref Role]}
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources:
      Type: EC2
      MaxvCpus: 16
      InstanceRole: !GetAtt Profile.Arn
      InstanceTypes: [m5.large]
      AllocationStrategy: BEST_FIT_PROGRESSIVE
      Subnets: [subnet-1, subnet-2]
      SecurityGroupIds: [sg-1]
""",
        wrong="'ecs:DescribeClusters'",
        right="'ecs:*'",
    ),
    look=_look,
)
