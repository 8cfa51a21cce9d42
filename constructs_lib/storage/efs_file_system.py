"""The EFS file system of jobs: encrypted, and closed to clients without TLS or without rights."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from constructs import Construct


def make_file_system(
    scope: Construct, vpc: ec2.IVpc, subnets: Sequence[ec2.ISubnet], removal_policy: RemovalPolicy
) -> efs.FileSystem:
    """Make a file system with a mount target in each of the subnets."""
    return efs.FileSystem(
        scope,
        "FileSystem",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnets=list(subnets)),
        encrypted=True,
        file_system_policy=_only_with_rights(),
        # Otherwise aws-cdk-lib adds that all who may mount may write: then nobody would be a reader only.
        allow_anonymous_access=True,
        lifecycle_policy=efs.LifecyclePolicy.AFTER_30_DAYS,
        out_of_infrequent_access_policy=efs.OutOfInfrequentAccessPolicy.AFTER_1_ACCESS,
        throughput_mode=efs.ThroughputMode.ELASTIC,
        security_group=ec2.SecurityGroup(
            scope, "SecurityGroup", vpc=vpc, description="NFS to a file system of jobs", allow_all_outbound=False
        ),
        removal_policy=removal_policy,
    )


def _only_with_rights() -> iam.PolicyDocument:
    # Without a policy, a file system lets anybody in who reaches it; with any, only those whom it or their role allows:
    # https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    denied = iam.PolicyStatement(
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=[f"elasticfilesystem:Client{action}" for action in ("Mount", "RootAccess", "Write")],
        resources=["*"],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
    return iam.PolicyDocument(statements=[denied])
