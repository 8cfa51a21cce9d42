"""Environments of which some subnets lead nowhere."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.endpoints import FOR_LOGS
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        ways = pipelines.routes.ways(environment.subnets)
        if not environment.kind or not ways or len(ways) == 1:
            continue
        for index, subnet in enumerate(environment.subnets or ()):
            if pipelines.routes.way(subnet) == "nowhere" and pipelines.endpoints.missing(subnet, (FOR_LOGS,)):
                found = pipelines.routes.subnet(subnet)
                got = f"{found.shown if found else subnet}, which has no route out of the VPC"
                path = ("ComputeResources", "Subnets", index)
                yield Found(environment.resource, path, got, "other subnets of the environment have one")


RULE = Rule(
    id="CHECK308",
    title="all subnets of a compute environment lead out of the VPC, or none",
    severity="warning",
    otherwise="AWS Batch takes any of them: some jobs fail, or wait for an instance that never registers.",
    fix="Lead that subnet to the same gateway, or leave it out.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
    example=Example(
        in_a_vpc(
            subnets="[!Ref Subnet, !Ref Other]",
            more="""
Other:
  Type: AWS::EC2::Subnet
  Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: eu-west-1b}
Isolated:
  Type: AWS::EC2::RouteTable
  Properties: {VpcId: !Ref Vpc}
Second:
  Type: AWS::EC2::SubnetRouteTableAssociation
  Properties: {SubnetId: !Ref Other, RouteTableId: <VALUE>}
""",
        ),
        wrong="!Ref Isolated",
        right="!Ref Table",
    ),
    look=_look,
)
