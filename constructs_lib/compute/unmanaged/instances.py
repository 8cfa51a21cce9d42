"""The Auto Scaling group of an unmanaged environment, whose instances join its cluster when they start.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html
"""

from collections.abc import Sequence

from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.compute.instances.names import ARM_64
from constructs_lib.compute.instances.traits import has_gpu
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.quantities import readable
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule


def join_commands(cluster_arn: str, *, spot: bool) -> list[str]:
    """Commands of a shell that let the ECS agent join a cluster."""
    settings = [f"ECS_CLUSTER={cluster_arn}", *(["ECS_ENABLE_SPOT_INSTANCE_DRAINING=true"] if spot else [])]
    return [f'echo "{setting}" >> /etc/ecs/ecs.config' for setting in settings]


def check_types(place: ArgumentPath, names: Sequence[str]) -> None:
    """Refuse families, which Auto Scaling does not know, and types with and without GPUs, which need two images."""
    families = [name for name in names if "${" not in name and "." not in name]
    if families:
        raise Rule.AUTO_SCALING_TYPES.error(
            place, got=f"{', '.join(families)}", fix="Name types such as m7i.large; instance_types_for makes a list."
        )
    if len({has_gpu(name) for name in names}) > 1:
        raise Rule.ONE_MACHINE_IMAGE.error(
            place, got="types with and types without GPUs", fix="Make an environment for each."
        )


def check_instances(place: ArgumentPath, lowest: int, highest: int) -> None:
    """Refuse numbers of instances that are out of order."""
    if (resolved(lowest) and lowest < 0) or (resolved(highest) and highest < max(1, lowest)):
        raise Rule.INSTANCE_COUNTS.error(
            place, got=f"min_instances={readable(lowest)}, max_instances={readable(highest)}", fix="Put them in order."
        )


def amazons_image(names: Sequence[str], architecture: ec2.InstanceArchitecture) -> ec2.IMachineImage:
    """Amazon's ECS-optimized image for the types."""
    if architecture == ARM_64:
        hardware = ecs.AmiHardwareType.ARM
    else:
        hardware = ecs.AmiHardwareType.GPU if any(map(has_gpu, names)) else ecs.AmiHardwareType.STANDARD
    return ecs.EcsOptimizedImage.amazon_linux2023(hardware)


def make_instance_role(scope: Construct) -> iam.Role:
    """A role that lets instances join ECS, and nothing else."""
    return iam.Role(
        scope,
        "InstanceRole",
        assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
        managed_policies=[
            iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonEC2ContainerServiceforEC2Role")
        ],
    )


def make_group(
    scope: Construct,
    *,
    vpc: ec2.IVpc,
    subnets: ec2.SubnetSelection,
    template: ec2.LaunchTemplate,
    names: Sequence[str],
    spot: bool,
    lowest: int,
    highest: int,
) -> autoscaling.AutoScalingGroup:
    """Make the Auto Scaling group of an environment, with the types in their order on demand."""
    distribution = autoscaling.InstancesDistribution(
        on_demand_percentage_above_base_capacity=0 if spot else 100,
        on_demand_allocation_strategy=None if spot else autoscaling.OnDemandAllocationStrategy.PRIORITIZED,
        spot_allocation_strategy=autoscaling.SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED if spot else None,
    )
    return autoscaling.AutoScalingGroup(
        scope,
        "Instances",
        vpc=vpc,
        vpc_subnets=subnets,
        min_capacity=lowest,
        max_capacity=highest,
        mixed_instances_policy=autoscaling.MixedInstancesPolicy(
            launch_template=template,
            launch_template_overrides=[
                autoscaling.LaunchTemplateOverrides(instance_type=ec2.InstanceType(name)) for name in names
            ],
            instances_distribution=distribution,
        ),
        group_metrics=[autoscaling.GroupMetrics.all()],
    )
