"""EC2 instances that Amazon ECS chooses, patches and replaces, for the jobs of a queue."""

from collections.abc import Sequence

import jsii
from aws_cdk import Duration, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.compute.container_insights import ContainerInsights, set_container_insights
from constructs_lib.compute.fixed_name import warn_of_fixed_name
from constructs_lib.compute.instances.names import InstanceName, instance_names, warn_of_unknown_types
from constructs_lib.compute.instances.traits import has_instance_store
from constructs_lib.compute.managed_instances.roles import make_infrastructure_role, make_instance_profile
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.names import check_resource_name
from constructs_lib.core.platform import Platform
from constructs_lib.core.quantities import check_whole, in_gibibytes, in_seconds
from constructs_lib.limits import MAX_SCALE_IN_SECONDS
from constructs_lib.network.instance_addresses import warn_of_instances_without_address
from constructs_lib.network.missing_endpoints import warn_of_missing_endpoints
from constructs_lib.network.subnets import default_to_private_subnets, explaining_missing_subnets, selected
from constructs_lib.network.way_out import way_out
from constructs_lib.rules import Rule

_Properties = batch.CfnComputeEnvironment


@checked
@jsii.implements(ec2.IConnectable)
class ManagedInstancesComputeEnvironment(batch.CfnComputeEnvironment):
    """A compute environment of Amazon ECS Managed Instances.

    No launch template, no machine image, no placement group: ECS packs several jobs on an instance that it chooses,
    patches and replaces. aws-cdk-lib has it as L1 only, so this is the L1 resource, with the roles and the security
    group that it needs. Its jobs need a job definition with the platform ``MANAGED_INSTANCES``, which ``ContainerJob``
    does not make. One environment runs jobs for x86_64 and for Graviton, each on instances of its kind.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/ecs-managed-instances-compute-environments.html and
    https://docs.aws.amazon.com/batch/latest/userguide/ecs-managed-instances-job-queues.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        vpc: where instances start.
        max_vcpus: the most vCPUs that running jobs ask for; the instances may have more.
        spot: run on spare capacity; in a queue after environments on demand. Default: on demand.
        instance_types: types and families that ECS may choose. Default: all.
        root_volume: size of the root volume. Default: what ECS chooses for the type.
        instance_store: let containers use the disks that instances have of their own. Default: they cannot.
        scale_in_after: how long an instance may be idle, up to an hour. Default: ECS decides.
        detailed_monitoring: metrics of instances every minute, at a charge. Default: every five.
        container_insights: metrics of the environment and its tasks. Default: the ECS setting of the account.
        vpc_subnets: where instances start. Default: the private subnets with egress; a VPC without any is an error.
        security_groups: of the instances. Default: a new one without inbound rules.
        compute_environment_name: physical name, with which a change of tags cannot be deployed. Default: made by
            CloudFormation, so that it can be replaced.
        enabled: whether it accepts jobs. Default: yes.

    Raises:
        ConfigurationError: no vCPU, no instance type, an instance store on types without one, a time out of range, no
            private subnets.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        max_vcpus: int,
        spot: bool = False,
        instance_types: Sequence[InstanceName] | None = None,
        root_volume: Size | None = None,
        instance_store: bool = False,
        scale_in_after: Duration | None = None,
        detailed_monitoring: bool = False,
        container_insights: ContainerInsights | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        compute_environment_name: str | None = None,
        enabled: bool = True,
    ) -> None:
        place = ArgumentPath("ManagedInstancesComputeEnvironment", scope, construct_id)
        names = None if instance_types is None else instance_names(place.of("instance_types"), instance_types)
        check_range(place.of("max_vcpus"), max_vcpus, 1, float("inf"), rule=Rule.MAX_VCPUS)
        check_resource_name(place.of("compute_environment_name"), compute_environment_name)
        _check_store(place.of("instance_store"), names, instance_store=instance_store)
        idle = None if scale_in_after is None else in_seconds(place.of("scale_in_after"), scale_in_after)
        check_whole(place.of("scale_in_after"), idle, unit="seconds", rule=Rule.SCALE_IN_AFTER)
        storage = None if root_volume is None else in_gibibytes(place.of("root_volume"), root_volume)
        check_whole(place.of("root_volume"), storage, unit="GiB", rule=Rule.ROOT_VOLUME)
        check_range(place.of("scale_in_after"), idle, 0, MAX_SCALE_IN_SECONDS, rule=Rule.SCALE_IN_AFTER, unit=" s")
        selection = default_to_private_subnets(vpc_subnets, vpc)
        with explaining_missing_subnets(place):
            subnets = selected(vpc, selection).subnet_ids
        parts = Construct(scope, f"{construct_id}Instances")
        groups = list(security_groups or ()) or [
            ec2.SecurityGroup(parts, "SecurityGroup", vpc=vpc, description="Instances of jobs")
        ]
        profile = make_instance_profile(parts)
        launch = _Properties.InstanceLaunchTemplateProperty(
            ec2_instance_profile_arn=profile.instance_profile_arn,
            network_configuration=_Properties.ManagedInstancesNetworkConfigurationProperty(
                subnets=subnets, security_groups=[group.security_group_id for group in groups]
            ),
            capacity_option_type="SPOT" if spot else "ON_DEMAND",
            instance_requirements=_Properties.InstanceRequirementsProperty(allowed_instance_types=names)
            if names
            else None,
            storage_configuration=_Properties.ManagedInstancesStorageConfigurationProperty(storage_size_gib=storage)
            if storage is not None
            else None,
            local_storage_configuration=_Properties.ManagedInstancesLocalStorageConfigurationProperty(
                use_local_storage=instance_store
            ),
            monitoring="DETAILED" if detailed_monitoring else "BASIC",
        )
        infrastructure = make_infrastructure_role(parts, profile)
        provider = _Properties.ManagedInstancesProviderProperty(
            infrastructure_role_arn=infrastructure.role_arn,
            instance_launch_template=launch,
            infrastructure_optimization=None
            if idle is None
            else _Properties.InfrastructureOptimizationProperty(scale_in_after=idle),
            propagate_tags="CAPACITY_PROVIDER",
        )
        super().__init__(
            scope,
            construct_id,
            type="MANAGED",
            state="ENABLED" if enabled else "DISABLED",
            compute_environment_name=compute_environment_name,
            compute_resources=_Properties.ComputeResourcesProperty(
                type="ECS_MANAGED_INSTANCES", maxv_cpus=max_vcpus, managed_instances_provider=provider
            ),
            replace_compute_environment=False,
        )
        self.network = vpc
        self.way_out = way_out(vpc, selection)
        """How its subnets lead out of the VPC; None when that is not known."""
        warn_of_missing_endpoints(self, vpc, self.way_out, Platform.EC2)
        warn_of_instances_without_address(self, vpc, selection, self.way_out)
        warn_of_fixed_name(self, compute_environment_name)
        warn_of_unknown_types(self, names or ())
        set_container_insights(self, container_insights)
        # CloudFormation refers to the role but not to its policy, without which instances could not be started.
        self.node.add_dependency(infrastructure.node.find_child("DefaultPolicy"))
        self.spot = spot
        self._connections = ec2.Connections(security_groups=groups)

    @property
    @jsii.member(jsii_name="connections")
    def connections(self) -> ec2.Connections:
        """The security groups of the instances, for rules of what they may reach."""
        return self._connections


def _check_store(place: ArgumentPath, names: Sequence[str] | None, *, instance_store: bool) -> None:
    without = [name for name in names or () if "${" not in name and not has_instance_store(name)]
    if instance_store and without:
        raise Rule.INSTANCE_STORE.error(
            place,
            got=f"an instance store on {', '.join(without)}",
            expected="all types need one",
            fix="Name types with one, such as c7gd or i4i, or name none.",
        )
