"""How the subnets of a compute environment lead out of the VPC, as far as the app says it.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/create-public-private-vpc.html and
https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types
"""

from collections.abc import Iterable
from enum import Enum

from aws_cdk import aws_ec2 as ec2

from constructs_lib.network.subnets import selected


class WayOut(Enum):
    """What a task or an instance needs to reach the internet from some subnets."""

    PUBLIC = "public"
    """An address of its own."""

    PRIVATE = "private"
    """Nothing: a NAT gateway or the like is in its way."""

    NONE = "isolated"
    """It cannot: endpoints are all that there is."""


_BY_TYPE = {
    ec2.SubnetType.PUBLIC: WayOut.PUBLIC,
    ec2.SubnetType.PRIVATE_WITH_EGRESS: WayOut.PRIVATE,
    ec2.SubnetType.PRIVATE_ISOLATED: WayOut.NONE,
}


def way_out(vpc: ec2.IVpc, selection: ec2.SubnetSelection) -> WayOut | None:
    """The way out of a selection of subnets; PUBLIC when one of them is, None when it is not known."""
    if selection.subnet_type is not None:
        return _BY_TYPE.get(selection.subnet_type)
    if selection.subnets is not None:
        chosen = _paths(selection.subnets)  # not by way of the VPC, which asks imported ones for their zone
    else:
        found = selected(vpc, selection)
        chosen = set() if found.is_pending_lookup else _paths(found.subnets)
    if chosen & _paths(vpc.public_subnets):
        return WayOut.PUBLIC
    if chosen and chosen <= _paths(vpc.isolated_subnets):
        return WayOut.NONE
    return WayOut.PRIVATE if chosen and chosen <= _paths(vpc.private_subnets) else None


def _paths(subnets: Iterable[ec2.ISubnet]) -> set[str]:
    return {subnet.node.path for subnet in subnets}
