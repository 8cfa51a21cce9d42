"""Routes to internet gateways that no VPC has."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule

_GATEWAY: Final = "AWS::EC2::InternetGateway"


def _look(pipelines: Pipelines) -> Iterator[Found]:
    model = pipelines.model
    attachments = [each.properties for each in pipelines.of_type("AWS::EC2::VPCGatewayAttachment")]
    attached = [model.resource(each.get("InternetGatewayId")) for each in attachments if "VpnGatewayId" not in each]
    if None in attached:
        return
    for route in pipelines.of_type("AWS::EC2::Route"):
        gateway = model.resource(route.properties.get("GatewayId"))
        if gateway and gateway.type == _GATEWAY and gateway not in attached and gateway.key not in pipelines.handed_on:
            yield Found(route, ("GatewayId",), f"{gateway.shown}, which no VPC has", "a gateway is attached first")


RULE = Rule(
    id="CHECK316",
    title="the internet gateway of a route is attached to the VPC",
    severity="error",
    otherwise="The route is refused: the route table and the network gateway belong to different networks.",
    fix="Add an AWS::EC2::VPCGatewayAttachment, and DependsOn of the route to it.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
    example=Example(
        """
Vpc:
  Type: AWS::EC2::VPC
  Properties: {CidrBlock: 10.0.0.0/16}
Gateway:
  Type: AWS::EC2::InternetGateway
Other:
  Type: AWS::EC2::InternetGateway
Attachment:
  Type: AWS::EC2::VPCGatewayAttachment
  Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}
Table:
  Type: AWS::EC2::RouteTable
  Properties: {VpcId: !Ref Vpc}
Out:
  Type: AWS::EC2::Route
  DependsOn: Attachment
  Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: <VALUE>}
""",
        wrong="!Ref Other",
        right="!Ref Gateway",
    ),
    look=_look,
)
