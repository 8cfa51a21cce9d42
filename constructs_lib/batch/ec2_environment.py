"""EC2 instances, on demand or Spot, that AWS Batch starts and stops for the jobs of a queue."""

import math
from collections.abc import Sequence

from aws_cdk import Duration, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from constructs_lib.batch.arguments import check_range, resolved, where
from constructs_lib.batch.instances import ARM64, X86_64, InstanceName, architecture_of, instance_names
from constructs_lib.batch.launch_template import make_launch_template
from constructs_lib.batch.level1 import cfn_compute_environment
from constructs_lib.errors import ConfigurationError

DEFAULT_ROOT_VOLUME_GIB = 30


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
        root_volume: size of the root volume. Default: 30 GiB.
        launch_template: your own instead of ours. Default: one with IMDSv2 and the root volume.
        vpc_subnets: where instances start. Default: private subnets with a way out.
        security_groups: of the instances. Default: a new one that lets nothing in.
        instance_role: what the instances may do, not the jobs. Default: a role that lets them join ECS.
        placement_group: for jobs whose nodes talk to each other. Default: none.
        images: machine images. Default: Amazon's ECS-optimized one.
        spot_bid_percentage: the highest price, in percent of on demand. Default: 100.
        terminate_on_update: end running jobs when an update rolls the instances. Default: they finish first.
        update_timeout: how long an update waits for running jobs. Default: 30 minutes.
        compute_environment_name: physical name. Default: made by CloudFormation, so that it can be replaced.
        enabled: whether it takes jobs. Default: it does.

    Raises:
        ConfigurationError: vCPUs out of order, instance types that are none or mix architectures.
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
        terminate_on_update: bool | None = None,
        update_timeout: Duration | None = None,
        compute_environment_name: str | None = None,
        enabled: bool = True,
    ) -> None:
        place = where("Ec2ComputeEnvironment", scope, construct_id)
        _check_vcpus(place, min_vcpus, desired_vcpus, max_vcpus)
        names = None if instance_types is None else instance_names(f"{place} instance_types", instance_types)
        self.architecture = _architecture(f"{place} instance_types", names, architecture)
        super().__init__(
            scope,
            construct_id,
            vpc=vpc,
            maxv_cpus=max_vcpus,
            minv_cpus=min_vcpus,
            spot=spot,
            default_instance_classes=[_default_class(self.architecture)],
            allocation_strategy=allocation_strategy or _default_strategy(spot=spot),
            images=images,
            instance_role=instance_role,
            placement_group=placement_group,
            security_groups=security_groups,
            spot_bid_percentage=spot_bid_percentage,
            terminate_on_update=terminate_on_update,
            update_timeout=update_timeout,
            vpc_subnets=vpc_subnets,
            compute_environment_name=compute_environment_name,
            enabled=enabled,
        )
        self._resource = cfn_compute_environment(self)
        if names:
            # aws-cdk-lib takes families as members of an enumeration only, which is always behind EC2.
            self._resource.add_property_override("ComputeResources.InstanceTypes", names)
        if desired_vcpus is not None:
            self._resource.add_property_override("ComputeResources.DesiredvCpus", desired_vcpus)
        self._use_launch_template(launch_template, root_volume or Size.gibibytes(DEFAULT_ROOT_VOLUME_GIB))
        self._be_outlived_by(instance_role or self.node.find_child("InstanceProfileRole"))

    def _use_launch_template(self, given: ec2.ILaunchTemplate | None, root_volume: Size) -> None:
        if given is None:
            made = make_launch_template(self, root_volume)
            # The number of the latest version, not `$Latest`: a changed template then changes this resource, and an
            # update of the environment is what makes AWS Batch replace the instances.
            template_id, name, version = made.launch_template_id, None, made.latest_version_number
        else:
            template_id, name, version = given.launch_template_id, given.launch_template_name, given.version_number
        identity = {"LaunchTemplateId": template_id} if template_id else {"LaunchTemplateName": name}
        self._resource.add_property_override("ComputeResources.LaunchTemplate", {**identity, "Version": version})

    def _be_outlived_by(self, role: IConstruct) -> None:
        # CloudFormation deletes in the reverse order of dependencies. Instances whose role has lost its policies cannot
        # leave their cluster, and the environment then cannot be deleted.
        self._resource.node.add_dependency(role)


def _check_vcpus(place: str, lowest: int, desired: int | None, highest: int) -> None:
    check_range(f"{place} max_vcpus", highest, 1, math.inf, code="BATCH001")
    if not (resolved(lowest) and resolved(highest)):
        return
    middle = desired if desired is not None and resolved(desired) else lowest
    if not 0 <= lowest <= middle <= highest:
        shown = f"min_vcpus={lowest}, " + (f"desired_vcpus={desired}, " if desired is not None else "")
        raise ConfigurationError(
            code="BATCH002",
            where=place,
            got=f"{shown}max_vcpus={highest}",
            expected="0 <= min_vcpus <= desired_vcpus <= max_vcpus is needed",
            fix="Put them in order.",
        )


def _architecture(
    place: str, names: Sequence[str] | None, given: ec2.InstanceArchitecture | None
) -> ec2.InstanceArchitecture:
    if names is None:
        return given or ec2.InstanceArchitecture.X86_64
    found = _ARCHITECTURES[architecture_of(place, names)]
    if given is not None and given != found:
        raise ConfigurationError(
            code="BATCH004",
            where=place,
            got=f"{', '.join(names)} with architecture {given.name}",
            expected=f"these types have {found.name}",
            fix="Leave architecture out: the types tell it.",
        )
    return found


_ARCHITECTURES = {X86_64: ec2.InstanceArchitecture.X86_64, ARM64: ec2.InstanceArchitecture.ARM_64}


def _default_class(architecture: ec2.InstanceArchitecture) -> batch.DefaultInstanceClass:
    arm = architecture == ec2.InstanceArchitecture.ARM_64
    return batch.DefaultInstanceClass.ARM64 if arm else batch.DefaultInstanceClass.X86_64


def _default_strategy(*, spot: bool) -> batch.AllocationStrategy:
    if spot:
        return batch.AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED
    return batch.AllocationStrategy.BEST_FIT_PROGRESSIVE
