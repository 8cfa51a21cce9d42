"""NAT gateways that lead nowhere themselves."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for gateway in pipelines.of_type("AWS::EC2::NatGateway"):
        subnet = gateway.properties.get("SubnetId")
        is_public = gateway.properties.get("ConnectivityType", "public") == "public"
        if is_public and pipelines.routes.way(subnet) == "nowhere":
            found = pipelines.routes.subnet(subnet)
            got = f"{found.shown if found else subnet}, which has no route out of the VPC"
            yield Found(gateway, ("SubnetId",), got, "what goes to this gateway ends there")


RULE = Rule(
    id="CHECK315",
    title="a NAT gateway is in a subnet that leads to an internet gateway",
    severity="error",
    otherwise="It costs, and nothing gets out: images are not pulled, instances never register, no job starts.",
    fix="Name a public subnet in SubnetId; the private ones are those that lead to the NAT gateway.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
    example=Example(
        in_a_vpc(
            more="""
Isolated:
  Type: AWS::EC2::Subnet
  Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}
Nat:
  Type: AWS::EC2::NatGateway
  Properties: {AllocationId: eipalloc-1, SubnetId: <VALUE>}
"""
        ),
        wrong="!Ref Isolated",
        right="!Ref Subnet",
    ),
    look=_look,
)
