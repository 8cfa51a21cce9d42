"""Instances of your own for the jobs of a queue: AWS Batch schedules, an Auto Scaling group runs them."""

from collections.abc import Sequence

import jsii
from aws_cdk import Size
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.compute.ec2.checks import check_architecture, check_root_volume
from constructs_lib.compute.ec2.launch_template import make_launch_template
from constructs_lib.compute.ec2.machine_images import check_amazons_choice
from constructs_lib.compute.ec2.option_checks import check_scratch, check_script
from constructs_lib.compute.ec2.scratch import InstanceScratch
from constructs_lib.compute.fixed_name import warn_of_fixed_name
from constructs_lib.compute.instances.names import InstanceName, instance_names, warn_of_unknown_types
from constructs_lib.compute.unmanaged.cluster import cluster_of
from constructs_lib.compute.unmanaged.instances import (
    amazons_image,
    check_instances,
    check_types,
    join_commands,
    make_group,
    make_instance_role,
)
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.names import check_resource_name
from constructs_lib.core.platform import Platform
from constructs_lib.network.instance_addresses import warn_of_instances_without_address
from constructs_lib.network.missing_endpoints import warn_of_missing_endpoints
from constructs_lib.network.subnets import default_to_private_subnets, explaining_missing_subnets
from constructs_lib.network.way_out import way_out
from constructs_lib.rules import Rule


@checked
@jsii.implements(ec2.IConnectable)
class UnmanagedComputeEnvironment(batch.UnmanagedComputeEnvironment):
    """A compute environment whose instances are in an Auto Scaling group of yours.

    For instances that AWS Batch would not start: that are always there, follow a schedule or a metric of yours, or have
    what its launch templates do not allow. AWS Batch never starts or ends one: scale ``auto_scaling_group`` yourself.
    Instances have what those of ``Ec2ComputeEnvironment`` have: private subnets, IMDSv2, encrypted gp3 volumes. A
    changed launch template holds for instances that start later. When the group scales in, it ends jobs.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/unmanaged_compute_environments.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        vpc: where instances start.
        instance_types: types (``"m7i.large"``), not families, of one architecture.
        max_instances: the most instances at a time.
        min_instances: the fewest, and those to begin with. Default: none.
        spot: run on spare capacity. Default: on demand.
        share_vcpus: vCPUs that fair-share policies calculate with. Default: 0, by AWS Batch.
        image: your own machine image with the ECS agent. Default: Amazon's ECS-optimized one for the types.
        root_volume: size of the root volume. Default: 30 GiB; that of the image, if it is yours.
        scratch: space for temporary files besides the root volume. Default: none.
        user_data: a script for instances to run before they take jobs. Default: none.
        vpc_subnets: where instances start. Default: the private subnets with egress; a VPC without any is an error.
        security_group: of the instances. Default: a new one without inbound rules.
        instance_role: what the instances may do, not the jobs. Default: a role that lets them join ECS.
        compute_environment_name: physical name, with which a change of tags cannot be deployed. Default: made by
            CloudFormation, so that it can be replaced.
        enabled: whether it accepts jobs. Default: yes.

    Raises:
        ConfigurationError: families or mixed types; numbers out of order; user data of several parts; scratch space
            that the types cannot have; no private subnets.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        instance_types: Sequence[InstanceName],
        max_instances: int,
        min_instances: int = 0,
        spot: bool = False,
        share_vcpus: int | None = None,
        image: ec2.IMachineImage | None = None,
        root_volume: Size | None = None,
        scratch: InstanceScratch | None = None,
        user_data: ec2.UserData | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_group: ec2.ISecurityGroup | None = None,
        instance_role: iam.IRole | None = None,
        compute_environment_name: str | None = None,
        enabled: bool = True,
    ) -> None:
        place = ArgumentPath("UnmanagedComputeEnvironment", scope, construct_id)
        of_types = place.of("instance_types")
        names = instance_names(of_types, instance_types)
        check_resource_name(place.of("compute_environment_name"), compute_environment_name)
        check_types(of_types, names)
        self.instance_names = names
        """Types that it may start."""
        check_instances(place, min_instances, max_instances)
        check_range(place.of("share_vcpus"), share_vcpus, 0, float("inf"), rule=Rule.SHARE_VCPUS)
        check_scratch(place.of("scratch"), scratch, names, user_data)
        check_script(place.of("user_data"), user_data)
        self.architecture = check_architecture(of_types, names, None)
        check_root_volume(place.of("root_volume"), root_volume, own_image=image is not None)
        if image is None:
            check_amazons_choice(of_types, names, self.architecture)
        super().__init__(
            scope,
            construct_id,
            unmanagedv_cpus=share_vcpus,
            compute_environment_name=compute_environment_name,
            enabled=enabled,
        )
        warn_of_fixed_name(self, compute_environment_name)
        warn_of_unknown_types(self, names)
        self.cluster_arn = cluster_of(self, self.compute_environment_arn)
        template = make_launch_template(
            self,
            root_volume,
            own_image=image is not None,
            scratch=scratch,
            user_data=user_data,
            commands=join_commands(self.cluster_arn, spot=spot),
            machine_image=image or amazons_image(names, self.architecture),
            role=instance_role or make_instance_role(self),
            security_group=security_group
            or ec2.SecurityGroup(self, "SecurityGroup", vpc=vpc, description="Instances of jobs"),
        )
        subnets = default_to_private_subnets(vpc_subnets, vpc)
        with explaining_missing_subnets(place):
            self.auto_scaling_group: autoscaling.AutoScalingGroup = make_group(
                self,
                vpc=vpc,
                subnets=subnets,
                template=template,
                names=names,
                spot=spot,
                lowest=min_instances,
                highest=max_instances,
            )
        self.network = vpc
        self.way_out = way_out(vpc, subnets)
        """How its subnets lead out of the VPC; None when that is not known."""
        warn_of_missing_endpoints(self, vpc, self.way_out, Platform.EC2)
        warn_of_instances_without_address(self, vpc, subnets, self.way_out)
        self._connections = template.connections

    @property
    @jsii.member(jsii_name="connections")
    def connections(self) -> ec2.Connections:
        """The security group of the instances, for rules of what they may reach."""
        return self._connections
