"""Security groups of jobs that let the internet in."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    groups = pipelines.security_groups
    for environment in pipelines.environments:
        for group in groups.known(environment.security_groups) or ():
            if groups.opened_to_all(group):
                got = f"a rule that lets the whole internet in to {group.shown}"
                yield Found(group, (), got, f"nobody connects to the jobs of {environment.shown}")


RULE = Rule(
    id="CHECK614",
    title="the security group of a compute environment lets the internet in nowhere",
    severity="warning",
    otherwise="Whoever finds the address of an instance or of a task reaches what listens there.",
    fix="Leave SecurityGroupIngress out: answers come in without a rule.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    example=Example(
        """
Group:
  Type: AWS::EC2::SecurityGroup
  Properties:
    GroupDescription: Jobs
    VpcId: vpc-1
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: <VALUE>}]
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [!Ref Group], Subnets: [subnet-1, subnet-2]}
""",
        wrong="0.0.0.0/0",
        right="10.0.0.0/8",
    ),
    look=_look,
)
