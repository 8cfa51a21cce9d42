"""Elastic Fabric Adapters, for jobs whose nodes talk to each other all the time.

Source: https://docs.aws.amazon.com/batch/latest/userguide/efa.html
"""

from collections.abc import Sequence

from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.compute.instances.traits import has_efa
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.level1 import cfn_compute_environment, cfn_launch_template
from constructs_lib.rules import Rule
from constructs_lib.storage.zones import one_subnet_per_zone


def check_efa(place: ArgumentPath, names: Sequence[str] | None, group: ec2.IPlacementGroup | None) -> None:
    """Refuse instances that have no adapter, or that are not placed close together."""
    if not names:
        raise Rule.EFA_TYPES.error(
            place,
            got="an EFA without instance_types",
            expected="only some types have one, and AWS's choice has none of them",
            fix="Pass instance_types such as hpc7a or c7i.48xlarge.",
        )
    without = [name for name in names or () if "${" not in name and not has_efa(name)]
    if without:
        raise Rule.EFA_TYPES.error(
            place,
            got=f"an EFA for {', '.join(without)}",
            expected="all types need one, and a family only counts if each of its sizes has one",
            fix="Name the sizes that have one: "
            "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html#efa-instance-types.",
        )
    if isinstance(group, ec2.PlacementGroup) and group.strategy not in {None, ec2.PlacementGroupStrategy.CLUSTER}:
        raise Rule.EFA_PLACEMENT.error(
            place,
            got=f"a placement group of strategy {group.strategy.name}",
            expected="instances with an EFA have to be in a cluster placement group",
            fix="Leave placement_group out: the environment makes one.",
        )


def one_zone(place: ArgumentPath, vpc: ec2.IVpc, given: ec2.SubnetSelection | None) -> ec2.SubnetSelection:
    """The subnets of one availability zone, which is where a cluster placement group is; several zones are refused."""
    first = one_subnet_per_zone(place, vpc, given)
    if given is None:
        return ec2.SubnetSelection(subnets=[first[0]])
    if len(first) > 1:
        raise Rule.EFA_PLACEMENT.error(
            place.of("vpc_subnets"),
            got=f"subnets in {len(first)} availability zones",
            expected="instances with an EFA are in one",
            fix="Choose subnets of one zone.",
        )
    return given


def add_efa(
    environment: batch.ManagedEc2EcsComputeEnvironment,
    vpc: ec2.IVpc,
    template: ec2.ILaunchTemplate,
    placement_group: ec2.IPlacementGroup | None,
) -> None:
    """Give the instances of an environment an adapter, a way to each other, and a place close together."""
    environment.connections.add_security_group(_make_group(environment, vpc))
    groups = [group.security_group_id for group in environment.connections.security_groups]
    interface = {"DeviceIndex": 0, "InterfaceType": "efa", "DeleteOnTermination": True, "Groups": groups}
    cfn_launch_template(template).add_property_override("LaunchTemplateData.NetworkInterfaces", [interface])
    resource = cfn_compute_environment(environment)
    # EC2 takes security groups of an instance or of its network interfaces, not of both.
    resource.add_property_deletion_override("ComputeResources.SecurityGroupIds")
    if placement_group is None:
        made = ec2.PlacementGroup(environment, "PlacementGroup", strategy=ec2.PlacementGroupStrategy.CLUSTER)
        resource.add_property_override("ComputeResources.PlacementGroup", made.placement_group_name)


def _make_group(scope: Construct, vpc: ec2.IVpc) -> ec2.SecurityGroup:
    """A security group whose members reach each other by all protocols, also those that are not IP."""
    group = ec2.SecurityGroup(scope, "EfaSecurityGroup", vpc=vpc, description="EFA between the instances of jobs")
    group.add_ingress_rule(group, ec2.Port.all_traffic(), "EFA from other instances")
    # An address range does not allow the traffic of an EFA, which has no IP; aws-cdk-lib leaves out rules for groups
    # when there is one for all addresses.
    ec2.CfnSecurityGroupEgress(
        scope,
        "EfaEgress",
        group_id=group.security_group_id,
        ip_protocol="-1",
        destination_security_group_id=group.security_group_id,
        description="EFA to other instances",
    )
    return group
