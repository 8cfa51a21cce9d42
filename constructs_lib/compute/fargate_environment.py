"""Fargate capacity, on demand or Spot, for the jobs of a queue."""

import math
from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.compute.container_insights import ContainerInsights, set_container_insights
from constructs_lib.compute.ec2.update_checks import refuse_update_on_fargate
from constructs_lib.compute.fixed_name import warn_of_fixed_name
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import as_list, check_count, check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.level1 import cfn_compute_environment
from constructs_lib.core.names import check_resource_name
from constructs_lib.core.platform import Platform
from constructs_lib.limits import MAX_FARGATE_SECURITY_GROUPS, MAX_FARGATE_SUBNETS
from constructs_lib.network.missing_endpoints import warn_of_missing_endpoints
from constructs_lib.network.subnets import default_to_private_subnets, explaining_missing_subnets
from constructs_lib.network.way_out import way_out
from constructs_lib.rules import Rule


@checked
class FargateComputeEnvironment(batch.FargateComputeEnvironment):
    """A managed compute environment of Fargate: no instances to choose, patch or pay for while nothing runs.

    Sources: https://docs.aws.amazon.com/batch/latest/userguide/fargate.html and
    https://docs.aws.amazon.com/batch/latest/APIReference/API_UpdatePolicy.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        vpc: where tasks start; they have to reach ECR and CloudWatch Logs, by NAT or by endpoints.
        max_vcpus: the most vCPUs at a time.
        spot: run on spare capacity, at a lower price and with interruptions. Default: on demand.
        vpc_subnets: where tasks start, at most 16. Default: the private subnets with egress; a VPC without any is an
            error.
        security_groups: of the tasks, at most 5. Default: a new one without inbound rules.
        terminate_on_update: refused, as the next two: on Fargate updates are in place, and jobs finish.
        update_timeout: refused.
        replace_on_update: refused.
        container_insights: metrics of the environment and its tasks. Default: the ECS setting of the account.
        compute_environment_name: physical name, with which a change of tags cannot be deployed. Default: made by
            CloudFormation, so that it can be replaced.
        enabled: whether it accepts jobs. Default: yes.

    Raises:
        ConfigurationError: no vCPU, no private subnets, more subnets or security groups than Fargate takes, or a way to
            update that only instances have.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        max_vcpus: int,
        spot: bool = False,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        terminate_on_update: bool | None = None,
        update_timeout: Duration | None = None,
        replace_on_update: bool = False,
        container_insights: ContainerInsights | None = None,
        compute_environment_name: str | None = None,
        enabled: bool = True,
    ) -> None:
        place = ArgumentPath("FargateComputeEnvironment", scope, construct_id)
        check_range(place.of("max_vcpus"), max_vcpus, 1, math.inf, rule=Rule.MAX_VCPUS)
        check_resource_name(place.of("compute_environment_name"), compute_environment_name)
        _check_network(place, security_groups, vpc_subnets)
        refuse_update_on_fargate(
            place,
            terminate_on_update=terminate_on_update,
            update_timeout=update_timeout,
            replace_on_update=replace_on_update or None,
        )
        subnets = default_to_private_subnets(vpc_subnets, vpc)
        with explaining_missing_subnets(place):
            super().__init__(
                scope,
                construct_id,
                vpc=vpc,
                vpc_subnets=subnets,
                maxv_cpus=max_vcpus,
                spot=spot,
                security_groups=as_list(security_groups),
                replace_compute_environment=False,
                compute_environment_name=compute_environment_name,
                enabled=enabled,
            )
        self.network = vpc
        self.way_out = way_out(vpc, subnets)
        """How its subnets lead out of the VPC; None when that is not known."""
        warn_of_missing_endpoints(self, vpc, self.way_out, Platform.FARGATE)
        warn_of_fixed_name(self, compute_environment_name)
        # aws-cdk-lib renders an empty one, with which AWS Batch refuses even to change max_vcpus:
        # https://github.com/aws/aws-cdk/issues/27054
        cfn_compute_environment(self).add_property_deletion_override("UpdatePolicy")
        set_container_insights(self, container_insights)


def _check_network(
    place: ArgumentPath, security_groups: Sequence[ec2.ISecurityGroup] | None, selection: ec2.SubnetSelection | None
) -> None:
    check_count(
        place.of("security_groups"),
        security_groups,
        MAX_FARGATE_SECURITY_GROUPS,
        rule=Rule.FARGATE_NETWORK,
        what="security groups",
        per="Fargate environment",
        fix="Merge their rules.",
    )
    check_count(
        place.of("vpc_subnets"),
        selection.subnets if selection else None,
        MAX_FARGATE_SUBNETS,
        rule=Rule.FARGATE_NETWORK,
        what="subnets",
        per="Fargate environment",
        fix="Choose one subnet per availability zone.",
    )
