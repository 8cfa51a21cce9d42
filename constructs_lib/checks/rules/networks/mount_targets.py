"""File systems that jobs cannot reach."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.mounts import NFS, Mount, mounts_of, targets_of
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.runs import Run
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for run in pipelines.runs:
        for mount in mounts_of(run.definition, pipelines.model):
            if mount.system.key not in pipelines.handed_on and (obstacle := _obstacle(pipelines, run, mount)):
                got = f"{mount.system.shown} in {run.environment.shown}"
                yield Found(run.definition.resource, mount.path, got, obstacle)


def _obstacle(pipelines: Pipelines, run: Run, mount: Mount) -> str | None:
    targets = targets_of(mount.system, pipelines.model)
    groups, clients = pipelines.security_groups, run.environment.security_groups
    if targets is None:
        return None
    if not targets:
        return "it has no mount target"
    if not groups.let_out(clients, NFS):
        return f"the security groups of that environment let nothing out to port {NFS}"
    if not any(groups.let_in(target.security_groups, NFS, clients) for target in targets):
        return f"the security groups of its mount targets let nothing in to port {NFS} from that environment"
    return None


RULE = Rule(
    id="CHECK312",
    title="a file system lets in the jobs that mount it",
    severity="error",
    otherwise="Each job ends with `ResourceInitializationError: failed to invoke EFS utils`, after minutes.",
    fix=(
        "Give it a mount target in each zone of the environment, whose security group lets in TCP to port 2049 from "
        "that of the environment."
    ),
    source="https://docs.aws.amazon.com/batch/latest/userguide/efs-volumes.html",
    example=Example(
        in_a_vpc(
            container="Volumes: [{Name: data, EfsVolumeConfiguration: {FileSystemId: !Ref Files}}]",
            more="""
Files:
  Type: AWS::EFS::FileSystem
Doors:
  Type: AWS::EC2::SecurityGroup
  Properties:
    GroupDescription: Files
    VpcId: !Ref Vpc
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: <VALUE>, ToPort: 2049, SourceSecurityGroupId: !Ref Group}]
Target:
  Type: AWS::EFS::MountTarget
  Properties: {FileSystemId: !Ref Files, SubnetId: !Ref Subnet, SecurityGroups: [!Ref Doors]}
""",
        ),
        wrong="2050",
        right="2049",
    ),
    look=_look,
)
