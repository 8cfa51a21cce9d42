"""Where the network interfaces of file systems are: with the jobs, one in each availability zone."""

from aws_cdk import aws_ec2 as ec2

from constructs_lib.batch.subnets import or_private


def one_subnet_per_zone(vpc: ec2.IVpc) -> ec2.SubnetSelection:
    """One of the subnets, per zone, in which compute environments start by default."""
    return ec2.SubnetSelection(subnet_type=or_private(None, vpc).subnet_type, one_per_az=True)
