"""EC2 instances, on demand or Spot, that AWS Batch starts and stops for the jobs of a queue."""

from collections.abc import Sequence

import jsii
from aws_cdk import Duration, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.compute.container_insights import ContainerInsights, set_container_insights
from constructs_lib.compute.ec2.capacity_reservation import CapacityReservation, check_reservation
from constructs_lib.compute.ec2.checks import check_architecture, check_root_volume, check_spot, check_vcpus
from constructs_lib.compute.ec2.efa import add_efa, check_efa, one_zone
from constructs_lib.compute.ec2.launch_template import make_launch_template
from constructs_lib.compute.ec2.machine_images import machine_images
from constructs_lib.compute.ec2.option_checks import (
    check_own_template,
    check_scale_down_delay,
    check_scratch,
)
from constructs_lib.compute.ec2.own_template import (
    OwnTemplate,
    as_level_2,
    check_user_data,
    warn_of_own_template,
)
from constructs_lib.compute.ec2.rendering import apply_l1_overrides, default_strategy
from constructs_lib.compute.ec2.scratch import InstanceScratch
from constructs_lib.compute.ec2.update_checks import check_strategy, check_update
from constructs_lib.compute.fixed_name import warn_of_fixed_name
from constructs_lib.compute.instances.names import (
    InstanceName,
    default_class,
    default_set,
    instance_name,
    instance_names,
    warn_of_unknown_types,
)
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import as_list
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.names import check_resource_name
from constructs_lib.core.platform import Platform
from constructs_lib.network.instance_addresses import warn_of_instances_without_address
from constructs_lib.network.missing_endpoints import warn_of_missing_endpoints
from constructs_lib.network.subnets import default_to_private_subnets, explaining_missing_subnets
from constructs_lib.network.way_out import way_out


@checked
class Ec2ComputeEnvironment(batch.ManagedEc2EcsComputeEnvironment):
    """A managed compute environment of EC2 instances.

    Instances run in private subnets without public addresses, require IMDSv2, and have an encrypted gp3 root volume.
    Updates happen in place: changed instance types or a changed launch template roll the instances while jobs finish.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/compute_environments.html and
    https://docs.aws.amazon.com/batch/latest/userguide/updating-compute-environments.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        vpc: where instances start.
        max_vcpus: the most vCPUs at a time; AWS Batch may exceed it by at most one instance.
        min_vcpus: vCPUs that run also when there is no job. Default: none, an idle environment costs nothing.
        desired_vcpus: vCPUs to begin with; AWS Batch changes them by itself. Default: ``min_vcpus``.
        spot: run on spare capacity, at a lower price and with interruptions. Default: on demand.
        instance_types: types (``"m7i.large"``) and families (``"c7g"``, ``"g6"``) to choose from, of one architecture;
            ``instance_types_for`` makes a list by sizes. Default: AWS's current choice for the architecture,
            ``default_x86_64`` or ``default_arm64``.
        architecture: ``X86_64`` or ``ARM_64``. Default: that of the instance types, else ``X86_64``.
        allocation_strategy: how to choose among the types. Default: ``SPOT_PRICE_CAPACITY_OPTIMIZED`` for Spot,
            ``BEST_FIT_PROGRESSIVE`` on demand.
        root_volume: size of the root volume, which also holds container images. Default: 30 GiB, the smallest that
            Amazon's images allow; that of the image, if it is yours.
        scratch: space for temporary files besides the root volume. Default: none.
        user_data: commands for instances to run before they take jobs. Default: none.
        capacity_reservation: which reservations to use. Default: any open one.
        launch_template: your own instead of ours, of level 1 or 2, with what the four arguments above say; its user
            data is MIME of several parts. Default: one with IMDSv2 and encrypted volumes. A changed template rolls the
            instances; of an imported one, pass the version number, not ``$Latest``: a warning.
        vpc_subnets: where instances start. Default: the private subnets with egress; a VPC without any is an error.
        security_groups: of the instances. Default: a new one without inbound rules.
        instance_role: what the instances may do, not the jobs. Default: a role that lets them join ECS.
        placement_group: for jobs whose nodes talk to each other. Default: none; with ``efa`` a cluster of its own.
        efa: give instances an Elastic Fabric Adapter, in one zone, one placement group, and with a security group that
            lets them reach each other. The job needs the device ``/dev/infiniband/uverbs0``. Default: none.
        image: your own machine image of Amazon Linux with the ECS agent. Default: Amazon's ECS-optimized one, with
            GPU drivers for types that have GPUs.
        image_type: what the image is for. Default: by the types, with or without GPU.
        images: several images, each with its type, instead of ``image``.
        spot_bid_percentage: the highest price, in percent of on demand. Default: 100.
        update_to_latest_image_version: let an update that rolls the instances also bring Amazon's newest machine image,
            unless you chose one. Default: it does.
        terminate_on_update: end running jobs when an update rolls the instances. Default: they finish first.
        update_timeout: how long an update waits for running jobs, 1 minute to 5 days. Default: 30 minutes.
        replace_on_update: make a new environment and delete the old one, rather than update in place.
        min_scale_down_delay: how long an instance stays after its last job, 20 minutes to 7 days; it costs as long.
            Default: AWS Batch decides.
        container_insights: metrics of the environment and its tasks. Default: the ECS setting of the account.
        compute_environment_name: physical name, with which a change of tags cannot be deployed. Default: made by
            CloudFormation, so that it can be replaced.
        enabled: whether it accepts jobs. Default: yes.

    Raises:
        ConfigurationError: vCPUs out of order; instance types that are none or mix architectures; options of Spot
            without Spot; a root volume that is too small; no private subnets; an image that does not fit the types;
            scratch space, an EFA or a reservation that the types cannot have; a number out of range; ways to update
            that exclude each other; options that a launch template of yours would override, or one whose user data
            AWS Batch does not take.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        max_vcpus: int,
        min_vcpus: int = 0,
        desired_vcpus: int | None = None,
        spot: bool = False,
        instance_types: Sequence[InstanceName] | None = None,
        architecture: ec2.InstanceArchitecture | None = None,
        allocation_strategy: batch.AllocationStrategy | None = None,
        root_volume: Size | None = None,
        scratch: InstanceScratch | None = None,
        user_data: ec2.UserData | None = None,
        capacity_reservation: CapacityReservation | None = None,
        launch_template: OwnTemplate | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        instance_role: iam.IRole | None = None,
        placement_group: ec2.IPlacementGroup | None = None,
        efa: bool = False,
        image: ec2.IMachineImage | None = None,
        image_type: batch.EcsMachineImageType | None = None,
        images: Sequence[batch.EcsMachineImage] | None = None,
        spot_bid_percentage: int | None = None,
        update_to_latest_image_version: bool = True,
        terminate_on_update: bool | None = None,
        update_timeout: Duration | None = None,
        replace_on_update: bool = False,
        min_scale_down_delay: Duration | None = None,
        container_insights: ContainerInsights | None = None,
        compute_environment_name: str | None = None,
        enabled: bool = True,
    ) -> None:
        place = ArgumentPath("Ec2ComputeEnvironment", scope, construct_id)
        names = None if instance_types is None else instance_names(place.of("instance_types"), instance_types)
        check_resource_name(place.of("compute_environment_name"), compute_environment_name)
        check_vcpus(place, min_vcpus, desired_vcpus, max_vcpus)
        check_spot(place, spot, allocation_strategy, spot_bid_percentage)
        self.architecture = check_architecture(place.of("instance_types"), names, architecture)
        own = machine_images(place, names or (), self.architecture, image=image, image_type=image_type, images=images)
        check_root_volume(
            place.of("root_volume"), root_volume, own_image=bool(own), own_template=launch_template is not None
        )
        check_user_data(place.of("launch_template"), launch_template)
        check_own_template(
            place,
            launch_template,
            scratch=scratch,
            user_data=user_data,
            capacity_reservation=capacity_reservation,
            efa=efa,
        )
        check_scratch(place.of("scratch"), scratch, names, user_data)
        check_reservation(place.of("capacity_reservation"), capacity_reservation, spot=spot, has_types=bool(names))
        check_scale_down_delay(place.of("min_scale_down_delay"), min_scale_down_delay)
        check_strategy(place.of("allocation_strategy"), allocation_strategy, replace=replace_on_update)
        check_update(
            place,
            replace=replace_on_update,
            name=compute_environment_name,
            terminate_on_update=terminate_on_update,
            update_timeout=update_timeout,
        )
        if efa:
            check_efa(place, names, placement_group)
        with explaining_missing_subnets(place):
            subnets = one_zone(place, vpc, vpc_subnets) if efa else default_to_private_subnets(vpc_subnets, vpc)
            super().__init__(
                scope,
                construct_id,
                vpc=vpc,
                vpc_subnets=subnets,
                maxv_cpus=max_vcpus,
                minv_cpus=min_vcpus,
                default_instance_classes=None if names else [default_class(self.architecture)],
                use_optimal_instance_classes=False if names else None,
                spot=spot,
                spot_bid_percentage=spot_bid_percentage,
                allocation_strategy=allocation_strategy or default_strategy(spot=spot),
                images=own,
                instance_role=instance_role,
                placement_group=placement_group,
                security_groups=as_list(security_groups),
                replace_compute_environment=replace_on_update,
                update_to_latest_image_version=update_to_latest_image_version,
                terminate_on_update=terminate_on_update,
                update_timeout=update_timeout,
                compute_environment_name=compute_environment_name,
                enabled=enabled,
            )
        self.instance_names: list[str] = names or [default_set(self.architecture)]
        """Types, families and sets of AWS's that it may start."""
        for name in names or ():
            # Families too: the enumeration that aws-cdk-lib has for them is always behind EC2.
            super().add_instance_type(ec2.InstanceType(name))
        self.network = vpc
        self.way_out = way_out(vpc, subnets)
        """How its subnets lead out of the VPC; None when that is not known."""
        warn_of_missing_endpoints(self, vpc, self.way_out, Platform.EC2)
        if launch_template is None:
            warn_of_instances_without_address(self, vpc, subnets, self.way_out)
        warn_of_fixed_name(self, compute_environment_name)
        warn_of_unknown_types(self, self.instance_names)
        warn_of_own_template(self, launch_template)
        made = as_level_2(self, launch_template) or make_launch_template(
            self,
            root_volume,
            own_image=any(each.image for each in own or ()),
            scratch=scratch,
            user_data=user_data,
            reservation=capacity_reservation,
        )
        self.instance_launch_template: ec2.ILaunchTemplate = made
        if efa:
            add_efa(self, vpc, made, placement_group)
        set_container_insights(self, container_insights)
        apply_l1_overrides(
            self,
            self.instance_launch_template,
            desired_vcpus=desired_vcpus,
            scale_down_delay=min_scale_down_delay,
            role=instance_role,
        )

    @jsii.member(jsii_name="addInstanceType")
    def add_instance_type(self, instance_type: ec2.InstanceType) -> None:
        """Let it start one more type.

        Args:
            instance_type: of its architecture.
        """
        self.instance_names.append(instance_name(instance_type))
        super().add_instance_type(instance_type)

    @jsii.member(jsii_name="addInstanceClass")
    def add_instance_class(self, instance_class: ec2.InstanceClass) -> None:
        """Let it start the types of one more family.

        Args:
            instance_class: of its architecture.
        """
        self.instance_names.append(instance_name(instance_class))
        super().add_instance_class(instance_class)
