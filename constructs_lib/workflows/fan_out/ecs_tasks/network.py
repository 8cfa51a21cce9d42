"""The network configuration of the tasks of an `EcsTaskFanOut`.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.limits import MAX_TASK_SECURITY_GROUPS, MAX_TASK_SUBNETS
from constructs_lib.network.subnets import default_to_private_subnets, explaining_missing_subnets, selected
from constructs_lib.rules import Rule


class TaskNetwork:
    """Subnets, security groups and addresses of tasks.

    Args:
        scope: the fan-out, which a new security group belongs to.
        place: the fan-out, for messages.
        vpc: of the cluster.
        vpc_subnets: as for the fan-out.
        security_groups: as for the fan-out.
        assign_public_ip: as for the fan-out.
    """

    def __init__(
        self,
        scope: Construct,
        place: ArgumentPath,
        *,
        vpc: ec2.IVpc,
        vpc_subnets: ec2.SubnetSelection | None,
        security_groups: Sequence[ec2.ISecurityGroup] | None,
        assign_public_ip: bool | None,
    ) -> None:
        with explaining_missing_subnets(place):
            subnets = selected(vpc, default_to_private_subnets(vpc_subnets, vpc))
        _check_count(place.of("vpc_subnets"), subnets.subnet_ids, MAX_TASK_SUBNETS, "subnets")
        groups = list(security_groups or [])
        _check_count(place.of("security_groups"), groups, MAX_TASK_SECURITY_GROUPS, "security groups")
        if not groups:
            what = "Tasks of a fan-out: nothing in, anything out"
            groups.append(ec2.SecurityGroup(scope, "SecurityGroup", vpc=vpc, description=what))
        self.security_groups: list[ec2.ISecurityGroup] = groups
        self._subnet_ids = subnets.subnet_ids
        self._public = subnets.has_public if assign_public_ip is None else assign_public_ip

    @property
    def configuration(self) -> dict[str, Any]:
        """``NetworkConfiguration`` of RunTask."""
        return {
            "AwsvpcConfiguration": {
                "Subnets": self._subnet_ids,
                "SecurityGroups": [group.security_group_id for group in self.security_groups],
                "AssignPublicIp": "ENABLED" if self._public else "DISABLED",
            }
        }


def _check_count(place: ArgumentPath, values: Sequence[Any], highest: int, what: str) -> None:
    if len(values) > highest:
        raise Rule.TASK_NETWORK.error(
            place, got=f"{len(values)} {what}", expected=f"Amazon ECS allows {highest} per task", fix="Choose fewer."
        )
