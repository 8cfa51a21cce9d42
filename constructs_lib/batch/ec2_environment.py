"""EC2 instances, on demand or Spot, that AWS Batch starts and stops for the jobs of a queue."""

from collections.abc import Sequence

from aws_cdk import Duration, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.batch.arguments import as_list
from constructs_lib.batch.ec2_checks import check_architecture, check_root_volume, check_spot, check_vcpus
from constructs_lib.batch.instances import InstanceName, default_class, instance_names
from constructs_lib.batch.launch_template import make_launch_template
from constructs_lib.batch.level1 import cfn_compute_environment
from constructs_lib.batch.place import Place
from constructs_lib.batch.subnets import explaining_missing_subnets, or_private


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
        max_vcpus: the most vCPUs at once; AWS Batch may exceed it by at most one instance.
        min_vcpus: vCPUs that run also when there is no job. Default: none, an idle environment costs nothing.
        desired_vcpus: vCPUs to begin with; AWS Batch changes them by itself. Default: ``min_vcpus``.
        spot: run on spare capacity, at a lower price and with reclaims. Default: on demand.
        instance_types: types (``"m7i.large"``) and families (``"c7g"``) to choose from, of one architecture. Default:
            AWS's current choice for the architecture, ``default_x86_64`` or ``default_arm64``.
        architecture: ``X86_64`` or ``ARM_64``. Default: that of the instance types, else ``X86_64``.
        allocation_strategy: how to choose among the types. Default: ``SPOT_PRICE_CAPACITY_OPTIMIZED`` for Spot,
            ``BEST_FIT_PROGRESSIVE`` on demand.
        root_volume: size of the root volume, which also holds container images. Default: 30 GiB, the smallest that
            Amazon's images allow.
        launch_template: your own instead of ours. Default: one with IMDSv2 and the root volume. A changed template
            rolls the instances; of an imported one, pass the version number, not ``$Latest``.
        vpc_subnets: where instances start. Default: the private subnets with a way out; a VPC without any is an error.
        security_groups: of the instances. Default: a new one that lets nothing in.
        instance_role: what the instances may do, not the jobs. Default: a role that lets them join ECS.
        placement_group: for jobs whose nodes talk to each other. Default: none.
        images: machine images. Default: Amazon's ECS-optimized one.
        spot_bid_percentage: the highest price, in percent of on demand. Default: 100.
        update_to_latest_image_version: let an update that rolls the instances also bring Amazon's newest machine image,
            unless you chose one. Default: it does.
        terminate_on_update: end running jobs when an update rolls the instances. Default: they finish first.
        update_timeout: how long an update waits for running jobs. Default: 30 minutes.
        compute_environment_name: physical name. Default: made by CloudFormation, so that it can be replaced.
        enabled: whether it takes jobs. Default: it does.

    Raises:
        ConfigurationError: vCPUs out of order; instance types that are none or mix architectures; options of Spot
            without Spot; a root volume that is too small; no private subnets.
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
        launch_template: ec2.ILaunchTemplate | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        instance_role: iam.IRole | None = None,
        placement_group: ec2.IPlacementGroup | None = None,
        images: Sequence[batch.EcsMachineImage] | None = None,
        spot_bid_percentage: int | None = None,
        update_to_latest_image_version: bool = True,
        terminate_on_update: bool | None = None,
        update_timeout: Duration | None = None,
        compute_environment_name: str | None = None,
        enabled: bool = True,
    ) -> None:
        place = Place("Ec2ComputeEnvironment", scope, construct_id)
        names = None if instance_types is None else instance_names(place.of("instance_types"), instance_types)
        check_vcpus(place, min_vcpus, desired_vcpus, max_vcpus)
        check_spot(place, spot, allocation_strategy, spot_bid_percentage)
        self.architecture = check_architecture(place.of("instance_types"), names, architecture)
        check_root_volume(place.of("root_volume"), root_volume, launch_template, images)
        with explaining_missing_subnets(place):
            super().__init__(
                scope,
                construct_id,
                vpc=vpc,
                vpc_subnets=or_private(vpc_subnets, vpc),
                maxv_cpus=max_vcpus,
                minv_cpus=min_vcpus,
                default_instance_classes=None if names else [default_class(self.architecture)],
                use_optimal_instance_classes=False if names else None,
                spot=spot,
                spot_bid_percentage=spot_bid_percentage,
                allocation_strategy=allocation_strategy or _default_strategy(spot=spot),
                images=as_list(images),
                instance_role=instance_role,
                placement_group=placement_group,
                security_groups=as_list(security_groups),
                replace_compute_environment=False,
                update_to_latest_image_version=update_to_latest_image_version,
                terminate_on_update=terminate_on_update,
                update_timeout=update_timeout,
                compute_environment_name=compute_environment_name,
                enabled=enabled,
            )
        for name in names or ():
            # Families too: the enumeration that aws-cdk-lib has for them is always behind EC2.
            self.add_instance_type(ec2.InstanceType(name))
        self.instance_launch_template: ec2.ILaunchTemplate = launch_template or make_launch_template(self, root_volume)
        self._render_what_level_2_lacks(desired_vcpus, instance_role)

    def _render_what_level_2_lacks(self, desired_vcpus: int | None, role: iam.IRole | None) -> None:
        resource = cfn_compute_environment(self)
        resource.add_property_override("ComputeResources.LaunchTemplate", _reference(self.instance_launch_template))
        if desired_vcpus is not None:
            resource.add_property_override("ComputeResources.DesiredvCpus", desired_vcpus)
        if role is not None:
            # CloudFormation deletes in the reverse order of dependencies, and refers to a role but not to its policies.
            # Without them instances could not leave their cluster, and the environment could not be deleted.
            resource.node.add_dependency(role)


def _reference(template: ec2.ILaunchTemplate) -> dict[str, str | None]:
    # A number, not `$Latest`: a changed template then changes this resource too, and only an update of the environment
    # makes AWS Batch replace its instances.
    version = template.latest_version_number if isinstance(template, ec2.LaunchTemplate) else template.version_number
    identity = template.launch_template_id
    if identity:
        return {"LaunchTemplateId": identity, "Version": version}
    return {"LaunchTemplateName": template.launch_template_name, "Version": version}


def _default_strategy(*, spot: bool) -> batch.AllocationStrategy:
    if spot:
        return batch.AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED
    return batch.AllocationStrategy.BEST_FIT_PROGRESSIVE
