"""The network of the stacks: a VPC of their own, or one that exists."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib import BatchNetwork, NetworkAccess
from stacks.settings import Settings


def network(scope: Construct, settings: Settings) -> ec2.IVpc:
    """The VPC that the settings name, or a new one: two zones, private subnets behind one NAT gateway.

    Not endpoints, which would be the default: the image that the settings name may be in a public registry.
    """
    if settings.vpc_id:
        return ec2.Vpc.from_lookup(scope, "Vpc", vpc_id=settings.vpc_id)
    return BatchNetwork(scope, "Vpc", access=NetworkAccess.NAT)
