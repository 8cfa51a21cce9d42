"""The EFS file system of jobs: encrypted, and closed to clients without TLS or without rights."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.batch.storage.zones import one_subnet_per_zone


def make_file_system(scope: Construct, vpc: ec2.IVpc, removal_policy: RemovalPolicy) -> efs.FileSystem:
    """Make a file system with a mount target in each zone of the jobs."""
    return efs.FileSystem(
        scope,
        "FileSystem",
        vpc=vpc,
        vpc_subnets=one_subnet_per_zone(vpc),
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
