"""Environments in a single availability zone."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.capacity import Environment
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule

_TOGETHER = "PlacementGroup"


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        subnets = [pipelines.routes.subnet(value) for value in environment.subnets or ()]
        known = [subnet for subnet in subnets if subnet]
        if not environment.kind or not known or len(known) < len(subnets) or _is_together(environment):
            continue
        zones = {str(subnet.properties.get("AvailabilityZone", subnet.key)) for subnet in known}
        if len(zones) == 1:
            got = "one subnet" if len(known) == 1 else f"{len(known)} subnets of one availability zone"
            path = ("ComputeResources", "Subnets")
            yield Found(environment.resource, path, got, "other zones may have capacity that this one lacks")


def _is_together(environment: Environment) -> bool:
    computing = environment.resource.properties.get("ComputeResources")
    return isinstance(computing, dict) and _TOGETHER in computing


RULE = Rule(
    id="CHECK304",
    title="a compute environment has subnets of several availability zones",
    severity="note",
    otherwise="Jobs wait in RUNNABLE as long as that zone has no capacity of their instance types, or is disturbed.",
    fix="Name subnets of two or more zones, unless its jobs have to be close to each other or to a disk.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/best-practices.html",
    example=Example(
        in_a_vpc(
            subnets="<VALUE>",
            more="""
Other:
  Type: AWS::EC2::Subnet
  Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: eu-west-1b}
""",
        ),
        wrong="[!Ref Subnet]",
        right="[!Ref Subnet, !Ref Other]",
    ),
    look=_look,
)
