"""Private subnets by default, and a clear error when the VPC has none."""

from collections.abc import Iterator
from contextlib import contextmanager

from aws_cdk import aws_ec2 as ec2

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.network.network import BatchNetwork
from constructs_lib.rules import Rule


def default_to_private_subnets(given: ec2.SubnetSelection | None, vpc: ec2.IVpc) -> ec2.SubnetSelection:
    """What was given, else where jobs of a BatchNetwork run, else the private subnets with a way out.

    aws-cdk-lib falls back to isolated and then to public subnets without a word: instances would get public addresses,
    and tasks on Fargate could not pull their image.
    """
    if given is None and isinstance(vpc, BatchNetwork):
        return vpc.job_subnets
    return given or ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)


def selected(vpc: ec2.IVpc, selection: ec2.SubnetSelection) -> ec2.SelectedSubnets:
    """The subnets of a selection: in Python, aws-cdk-lib takes its parts and not itself."""
    return vpc.select_subnets(
        availability_zones=selection.availability_zones,
        one_per_az=selection.one_per_az,
        subnet_filters=selection.subnet_filters,
        subnet_group_name=selection.subnet_group_name,
        subnets=selection.subnets,
        subnet_type=selection.subnet_type,
    )


@contextmanager
def explaining_missing_subnets(place: ArgumentPath) -> Iterator[None]:
    """Say what to do when the VPC has no subnets of the wanted kind."""
    try:
        yield
    except RuntimeError as error:  # what jsii raises for every error of aws-cdk-lib
        if "subnet groups in this VPC" not in str(error):
            raise
        raise Rule.PRIVATE_SUBNETS.error(
            place.of("vpc_subnets"),
            got="a VPC without such subnets",
            expected="private subnets with egress are the default",
            fix="Give the VPC a NAT gateway, or pass vpc_subnets; isolated subnets need endpoints for ECR, "
            f"CloudWatch Logs, ECS and S3: BatchEndpoints makes them, BatchNetwork has them. ({error})",
        ) from error
