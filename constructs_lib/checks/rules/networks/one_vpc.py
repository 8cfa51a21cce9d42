"""Environments in several VPCs."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.routes import VPC
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        subnets = [pipelines.routes.subnet(value) for value in environment.subnets or ()]
        groups = pipelines.security_groups.known(environment.security_groups)
        vpcs = {
            resource.key: (resource, path)
            for path, listed in (("Subnets", subnets), ("SecurityGroupIds", groups or ()))
            for each in listed
            if each and (resource := pipelines.model.resource(each.properties.get("VpcId"))) and resource.type == VPC
        }
        if len(vpcs) > 1:
            shown = " and ".join(resource.shown for resource, _ in vpcs.values())
            path = ("ComputeResources", [*vpcs.values()][-1][1])
            yield Found(environment.resource, path, f"subnets and security groups of {shown}", "they are of one VPC")


RULE = Rule(
    id="CHECK318",
    title="the subnets and security groups of a compute environment are of one VPC",
    severity="error",
    otherwise=(
        "The environment becomes INVALID, or jobs stay in RUNNABLE: a security group and a subnet of different "
        "networks make no network interface."
    ),
    fix="Name security groups of the VPC that the subnets are in.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/invalid_compute_environment.html",
    example=Example(
        in_a_vpc(
            subnets="[!Ref Subnet, <VALUE>]",
            more="""
Elsewhere:
  Type: AWS::EC2::VPC
  Properties: {CidrBlock: 10.1.0.0/16}
Far:
  Type: AWS::EC2::Subnet
  Properties: {VpcId: !Ref Elsewhere, CidrBlock: 10.1.0.0/24, AvailabilityZone: eu-west-1b}
Near:
  Type: AWS::EC2::Subnet
  Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: eu-west-1b}
""",
        ),
        wrong="!Ref Far",
        right="!Ref Near",
    ),
    look=_look,
)
