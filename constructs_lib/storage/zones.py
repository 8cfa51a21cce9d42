"""Where the network interfaces of file systems are: with the jobs, one in each availability zone."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.network.subnets import default_to_private_subnets, explaining_missing_subnets, selected


def one_subnet_per_zone(place: ArgumentPath, vpc: ec2.IVpc, given: ec2.SubnetSelection | None) -> Sequence[ec2.ISubnet]:
    """The first per zone of the given subnets, else of those in which compute environments start by default."""
    wanted = default_to_private_subnets(given, vpc)
    with explaining_missing_subnets(place):
        found = selected(vpc, wanted)
    first: dict[str, ec2.ISubnet] = {}
    for subnet in found.subnets:
        first.setdefault(subnet.availability_zone, subnet)
    return list(first.values())
