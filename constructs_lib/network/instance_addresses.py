"""Instances in public subnets that give them no address: they never join their cluster.

Source: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html
"""

from aws_cdk import Annotations
from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from constructs_lib.network.subnets import selected
from constructs_lib.network.way_out import WayOut
from constructs_lib.rules import Caution


def warn_of_instances_without_address(
    environment: IConstruct, vpc: ec2.IVpc, selection: ec2.SubnetSelection, out: WayOut | None
) -> None:
    """Warn, at the environment, of public subnets of this app that do not give instances an address.

    Args:
        environment: of instances, whose launch template asks for no address.
        vpc: in which it is.
        selection: its subnets.
        out: their way out.
    """
    if out is not WayOut.PUBLIC:
        return
    subnets = selection.subnets if selection.subnets is not None else selected(vpc, selection).subnets
    resources = [subnet.node.default_child for subnet in subnets]
    without = [
        resource.node.path.removesuffix("/Subnet")
        for resource in resources
        if isinstance(resource, ec2.CfnSubnet) and resource.map_public_ip_on_launch is False
    ]
    if without:
        Annotations.of(environment).add_warning_v2(
            Caution.NO_PUBLIC_ADDRESS.id,
            f"{', '.join(without)}: public subnets that give instances no address, without which these reach neither "
            "ECS nor ECR, and jobs stay in RUNNABLE. Let them, with map_public_ip_on_launch=True, or take private "
            "subnets.",
        )
