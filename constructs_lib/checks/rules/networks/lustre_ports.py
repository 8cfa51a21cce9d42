"""Lustre file systems that instances cannot mount."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.mounts import LUSTRE, lustre_of
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items
from constructs_lib.checks.rule import Found, Rule

_TEMPLATE = """
Group:
  Type: AWS::EC2::SecurityGroup
  Properties: {GroupDescription: Jobs, VpcId: vpc-1}
Doors:
  Type: AWS::EC2::SecurityGroup
  Properties:
    GroupDescription: Files
    VpcId: vpc-1
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: <VALUE>, ToPort: 1023, SourceSecurityGroupId: !Ref Group}]
Files:
  Type: AWS::FSx::FileSystem
  Properties: {FileSystemType: LUSTRE, StorageCapacity: 1200, SubnetIds: [subnet-1], SecurityGroupIds: [!Ref Doors]}
Template:
  Type: AWS::EC2::LaunchTemplate
  Properties:
    LaunchTemplateData:
      UserData: !Base64 {'Fn::Sub': 'mount -t lustre ${Files.DNSName}@tcp:/${Files.LustreMountName} /mnt'}
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources:
      Type: EC2
      MaxvCpus: 16
      InstanceTypes: [m5.large]
      AllocationStrategy: BEST_FIT_PROGRESSIVE
      Subnets: [subnet-1]
      SecurityGroupIds: [!Ref Group]
      LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: !GetAtt Template.LatestVersionNumber}
"""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        clients = environment.security_groups
        for system in lustre_of(environment, pipelines.model):
            groups = items(system.properties.get("SecurityGroupIds")) or None
            if not pipelines.security_groups.let_in(groups, LUSTRE, clients):
                got = f"security groups that let nothing in to port {LUSTRE}"
                yield Found(system, ("SecurityGroupIds",), got, f"instances of {environment.shown} mount it by that")


RULE = Rule(
    id="CHECK314",
    title="a Lustre file system lets in the instances that mount it",
    severity="warning",
    otherwise="The mount hangs, and the instance takes no job, or takes jobs that find an empty directory.",
    fix="Let in TCP to the ports 988 and 1018-1023, from the security groups of the environment.",
    source="https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html",
    example=Example(_TEMPLATE, wrong="1018", right="988"),
    look=_look,
)
