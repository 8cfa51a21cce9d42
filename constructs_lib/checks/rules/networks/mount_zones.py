"""File systems without a mount target in a zone of their jobs."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.mounts import mounts_of, targets_of
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.templates.unknown import is_known


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for run in pipelines.runs:
        zones = _zones(pipelines, run.environment.subnets)
        for mount in mounts_of(run.definition, pipelines.model):
            targets = targets_of(mount.system, pipelines.model)
            served = _zones(pipelines, [target.subnet for target in targets or ()])
            if mount.system.key in pipelines.handed_on or not targets or not zones or not served:
                continue
            if missing := sorted(zones - served):
                got = f"{mount.system.shown} in {run.environment.shown}"
                allowed = f"it has no mount target in {', '.join(missing)}, where jobs run, too"
                yield Found(run.definition.resource, mount.path, got, allowed)


def _zones(pipelines: Pipelines, subnets: list[object] | None) -> set[str] | None:
    """The zones of subnets; None if they are not all known."""
    found = [pipelines.routes.subnet(subnet) for subnet in subnets or ()]
    zones = [subnet.properties.get("AvailabilityZone") if subnet else None for subnet in found]
    are_alike = len({is_known(zone) for zone in zones}) == 1  # eu-west-1a may be the first that Fn::GetAZs tells
    return {str(zone) for zone in zones} if zones and None not in zones and are_alike else None


RULE = Rule(
    id="CHECK313",
    title="a file system has a mount target in each zone of its jobs",
    severity="warning",
    otherwise=(
        "The name of the file system has an address in the zones of its mount targets only: jobs that start in another "
        "zone fail, and a mount from zone to zone costs for each gigabyte where it is arranged."
    ),
    fix="Make a mount target in that zone, or leave its subnet out of the environment.",
    source="https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html",
    example=Example(
        in_a_vpc(
            subnets="[!Ref Subnet, <VALUE>]",
            container="Volumes: [{Name: data, EfsVolumeConfiguration: {FileSystemId: !Ref Files}}]",
            more="""
Other:
  Type: AWS::EC2::Subnet
  Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: eu-west-1b}
Near:
  Type: AWS::EC2::Subnet
  Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24, AvailabilityZone: eu-west-1a}
Files:
  Type: AWS::EFS::FileSystem
Target:
  Type: AWS::EFS::MountTarget
  Properties: {FileSystemId: !Ref Files, SubnetId: !Ref Subnet, SecurityGroups: [sg-1]}
""",
        ),
        wrong="!Ref Other",
        right="!Ref Near",
    ),
    look=_look,
)
