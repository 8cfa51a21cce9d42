"""Endpoints that a VPC without names refuses."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.routes import VPC
from constructs_lib.checks.model.values import flag
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.templates.unknown import Unknown

_DEFAULTS = {"EnableDnsHostnames": False, "EnableDnsSupport": True}


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for endpoint in pipelines.endpoints.all:
        vpc = endpoint.vpc
        if not endpoint.has_private_names or endpoint.is_gateway is not False or vpc is None or vpc.type != VPC:
            continue
        for name, default in _DEFAULTS.items():
            value = vpc.properties.get(name, default)
            if not isinstance(value, Unknown) and flag(value) is False:
                got = f"PrivateDnsEnabled, and {name} of {vpc.shown} is false"
                yield Found(endpoint.resource, ("PrivateDnsEnabled",), got, "private names need both")


RULE = Rule(
    id="CHECK310",
    title="a VPC with private names of endpoints has EnableDnsHostnames and EnableDnsSupport",
    severity="error",
    otherwise="The endpoint is refused: Enabling private DNS requires both. EnableDnsHostnames is false by default.",
    fix="Set EnableDnsHostnames and EnableDnsSupport of the VPC to true.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    example=Example(
        """
Vpc:
  Type: AWS::EC2::VPC
  Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: <VALUE>}
Logs:
  Type: AWS::EC2::VPCEndpoint
  Properties:
    VpcId: !Ref Vpc
    VpcEndpointType: Interface
    ServiceName: com.amazonaws.eu-west-1.logs
    PrivateDnsEnabled: true
""",
        wrong="false",
        right="true",
    ),
    look=_look,
)
