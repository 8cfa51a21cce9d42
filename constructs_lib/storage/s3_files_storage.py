"""A part of a bucket as a directory: Amazon S3 Files, for jobs on Fargate."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3files as s3files
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.platform import Platform
from constructs_lib.storage.checks import check_path, check_permissions, check_platform, check_prefix
from constructs_lib.storage.job_storage import PosixOwner
from constructs_lib.storage.reach import Reach
from constructs_lib.storage.s3_files_checks import check_versions
from constructs_lib.storage.s3_files_role import make_sync_role
from constructs_lib.storage.s3_rights import read_objects
from constructs_lib.storage.zones import one_subnet_per_zone

_NFS = 2049


@checked
class S3FilesStorage(Construct):
    """The objects of a bucket below a prefix, as files that jobs on Fargate read and write.

    S3 Files (April 2026) keeps a file system and a bucket in step, both ways; large reads come straight from S3. The
    bucket must keep versions. Jobs mount it over TLS, which is always on, by the rights of their role, which hold for
    this access point alone; what they write belongs to the ``owner``. AWS Batch runs such jobs on Fargate, not yet on
    EC2. aws-cdk-lib has only level 1 of it, which is what this is made of.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/s3files-volumes.html and
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-files-prereq-policies.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        vpc: of the compute environments.
        vpc_subnets: of its mount targets, one per zone. Default: those in which compute environments start by default.
        bucket: a general purpose bucket that keeps versions.
        prefix: what of the bucket the file system shows, with a slash at its end. Default: all.
        clients: compute environments that mount it. Default: none until ``allow_from``.
        path: the directory below the prefix that jobs see. Default: ``/jobs``.
        owner: of that directory and of all that jobs write. Default: user and group 1000.
        permissions: of that directory, when it is made. Default: ``750``.
        mount_path: where it is in the container. Default: ``/mnt/s3``.
        read_only: jobs can read but not write. Default: they can.
        variable: environment variable that tells the program the mount path. Default: none.

    Raises:
        ConfigurationError: a bucket without versions, a prefix with a leading slash, with wildcards or without a slash
            at its end, a path that is relative or the root, a job on EC2.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        vpc_subnets: ec2.SubnetSelection | None = None,
        bucket: s3.IBucket,
        prefix: str = "",
        clients: Sequence[ec2.IConnectable] = (),
        path: str = "/jobs",
        owner: PosixOwner | None = None,
        permissions: str = "750",
        mount_path: str = "/mnt/s3",
        read_only: bool = False,
        variable: str | None = None,
    ) -> None:
        place = ArgumentPath("S3FilesStorage", scope, construct_id)
        check_versions(place.of("bucket"), bucket)
        check_prefix(str(place.of("prefix")), prefix, directory=True)
        check_path(str(place.of("path")), path)
        check_permissions(str(place.of("permissions")), permissions)
        check_path(str(place.of("mount_path")), mount_path)
        super().__init__(scope, construct_id)
        self.mount_path = mount_path
        self.variables: Mapping[str, str] = {variable: mount_path} if variable else {}
        self._bucket, self._prefix, self._read_only = bucket, prefix, read_only
        role = make_sync_role(self, bucket, prefix)
        self.file_system = s3files.CfnFileSystem(
            self, "FileSystem", bucket=bucket.bucket_arn, prefix=prefix or None, role_arn=role.role_arn
        )
        self.access_point = self._make_access_point(path, owner or PosixOwner(), permissions)
        self.security_group = self._make_mount_targets(vpc, one_subnet_per_zone(place, vpc, vpc_subnets))
        self._reach = Reach(self, "NFS from jobs")
        self._reach.open_to(clients)

    @property
    def connections(self) -> ec2.Connections:
        """The network interfaces of the file system, as of an ``IConnectable``."""
        return ec2.Connections(security_groups=[self.security_group], default_port=ec2.Port.tcp(_NFS))

    def allow_from(self, *clients: ec2.IConnectable) -> None:
        """Let more compute environments reach the file system."""
        self._reach.open_to(clients)

    def check(self, place: ArgumentPath, platform: Platform) -> None:
        """Refuse jobs on EC2, and jobs while no compute environment can reach it."""
        check_platform(
            place,
            platform,
            Platform.FARGATE,
            what="S3FilesStorage",
            fix="Use Platform.FARGATE, or S3Storage and a program that calls S3.",
        )
        self._reach.check(place, f"S3FilesStorage '{self.node.path}'")

    def volume(self, name: str) -> batch.EcsVolume:
        """A volume of no kind, of which ``volume_overrides`` makes the right one: aws-cdk-lib has no class for it."""
        return batch.HostVolume(name=name, container_path=self.mount_path, readonly=self._read_only)

    def volume_overrides(self) -> Mapping[str, Any]:
        """What makes it a volume of S3 Files."""
        return {
            "Host": None,
            "S3FilesVolumeConfiguration": {
                "FileSystemArn": self.file_system.attr_file_system_arn,
                "AccessPointArn": self.access_point.attr_access_point_arn,
            },
        }

    def grant(self, role: iam.IRole) -> None:
        """Allow to mount this access point, to write unless it is read-only, and to read large files from S3 itself."""
        write = [] if self._read_only else ["s3files:ClientWrite"]
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["s3files:ClientMount", *write],
                resources=[self.file_system.attr_file_system_arn],
                conditions={"StringEquals": {"s3files:AccessPointArn": self.access_point.attr_access_point_arn}},
            )
        )
        for statement in read_objects(self._bucket, self._prefix):
            role.add_to_principal_policy(statement)

    def _make_access_point(self, path: str, owner: PosixOwner, permissions: str) -> s3files.CfnAccessPoint:
        uid, gid = str(owner.uid), str(owner.gid)
        point = s3files.CfnAccessPoint
        return point(
            self,
            "AccessPoint",
            file_system_id=self.file_system.attr_file_system_id,
            posix_user=point.PosixUserProperty(uid=uid, gid=gid),
            root_directory=point.RootDirectoryProperty(
                path=path,
                creation_permissions=point.CreationPermissionsProperty(
                    owner_uid=uid, owner_gid=gid, permissions=permissions
                ),
            ),
        )

    def _make_mount_targets(self, vpc: ec2.IVpc, subnets: Sequence[ec2.ISubnet]) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self, "SecurityGroup", vpc=vpc, description="NFS to a file system of jobs", allow_all_outbound=False
        )
        for number, subnet in enumerate(subnets, 1):
            s3files.CfnMountTarget(
                self,
                f"MountTarget{number}",
                file_system_id=self.file_system.attr_file_system_id,
                subnet_id=subnet.subnet_id,
                security_groups=[group.security_group_id],
            )
        return group
