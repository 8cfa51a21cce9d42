"""Properties of EC2 compute environments that aws-cdk-lib's L2 class has no option for, or another default."""

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.core.level1 import cfn_compute_environment


def apply_l1_overrides(
    environment: Construct,
    template: ec2.ILaunchTemplate,
    *,
    desired_vcpus: int | None,
    scale_down_delay: Duration | None,
    role: iam.IRole | None,
) -> None:
    """Render the version of the launch template, numbers of scaling, and the order of deletion."""
    resource = cfn_compute_environment(environment)
    resource.add_property_override("ComputeResources.LaunchTemplate", _reference(template))
    if desired_vcpus is not None:
        resource.add_property_override("ComputeResources.DesiredvCpus", desired_vcpus)
    if scale_down_delay is not None:
        minutes = scale_down_delay.to_minutes()
        resource.add_property_override("ComputeResources.ScalingPolicy.MinScaleDownDelayMinutes", minutes)
    if role is not None:
        # CloudFormation deletes in the reverse order of dependencies, and refers to a role but not to its policies.
        # Without them instances could not leave their cluster, and the environment could not be deleted.
        resource.node.add_dependency(role)


def default_strategy(*, spot: bool) -> batch.AllocationStrategy:
    """What AWS recommends: AWS Batch's own default cannot be updated."""
    if spot:
        return batch.AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED
    return batch.AllocationStrategy.BEST_FIT_PROGRESSIVE


def _reference(template: ec2.ILaunchTemplate) -> dict[str, str | None]:
    # A number, not `$Latest`: a changed template then changes this resource too, and only an update of the environment
    # makes AWS Batch replace its instances.
    version = template.latest_version_number if isinstance(template, ec2.LaunchTemplate) else template.version_number
    identity = template.launch_template_id
    if identity:
        return {"LaunchTemplateId": identity, "Version": version}
    return {"LaunchTemplateName": template.launch_template_name, "Version": version}
