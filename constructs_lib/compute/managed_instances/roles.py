"""Who starts ECS managed instances, and what these may do.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-instance-profile.html
"""

from aws_cdk import aws_iam as iam
from constructs import Construct

_AGENT = "AmazonECSInstanceRolePolicyForManagedInstances"
_INFRASTRUCTURE = "AmazonECSInfrastructureRolePolicyForManagedInstances"


def make_instance_profile(scope: Construct) -> iam.InstanceProfile:
    """A profile that lets instances join ECS, and nothing else."""
    role = iam.Role(
        scope,
        "InstanceRole",
        assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(_AGENT)],
    )
    return iam.InstanceProfile(scope, "InstanceProfile", role=role)


def make_infrastructure_role(scope: Construct, profile: iam.InstanceProfile) -> iam.Role:
    """A role for ECS, which starts and ends instances with this profile."""
    role = iam.Role(
        scope,
        "InfrastructureRole",
        assumed_by=iam.ServicePrincipal("ecs.amazonaws.com"),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(_INFRASTRUCTURE)],
    )
    if profile.role is not None:
        # The policy of AWS lets it pass roles named ecsInstanceRole… alone.
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[profile.role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
            )
        )
    return role
