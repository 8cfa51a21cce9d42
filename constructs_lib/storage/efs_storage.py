"""A directory on Amazon EFS that jobs on any platform share, and that stays."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.platform import Platform
from constructs_lib.rules import Rule
from constructs_lib.storage.checks import check_path, check_permissions
from constructs_lib.storage.efs_file_system import make_file_system
from constructs_lib.storage.job_storage import PosixOwner
from constructs_lib.storage.reach import Reach
from constructs_lib.storage.zones import one_subnet_per_zone


@checked
class EfsStorage(Construct):
    """A directory of an EFS file system, behind an access point of its own.

    Jobs mount it over TLS and by the rights of their role, which hold for this access point alone. Whatever user the
    container has, its files belong to the ``owner``. The new file system is encrypted, has a mount target per zone,
    refuses clients without TLS or without rights, and moves files that are not read for 30 days to cheaper storage.
    Jobs need no endpoint and no internet access for it.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/efs-volumes.html and
    https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        vpc: of the compute environments, for a new file system.
        vpc_subnets: of a new file system, one per zone. Default: those in which compute environments start by default.
        file_system: one that exists, instead of ``vpc``; it needs mount targets in the zones of the jobs.
        clients: compute environments, or what else may reach the file system. Default: none until ``allow_from``.
        path: the directory on the file system, made when it is first mounted. Default: ``/jobs``.
        owner: of the directory and of all that jobs write. Default: user and group 1000.
        permissions: of the directory, when it is made. Default: ``750``.
        mount_path: where it is in the container. Default: ``/mnt/efs``.
        read_only: jobs can read but not write. Default: they can.
        variable: environment variable that tells the program the mount path. Default: none.
        removal_policy: of a new file system. Default: it is kept when the stack is deleted.

    Raises:
        ConfigurationError: neither or both of ``vpc`` and ``file_system``, a path that is relative or the root, no
            private subnets.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        file_system: efs.IFileSystem | None = None,
        clients: Sequence[ec2.IConnectable] = (),
        path: str = "/jobs",
        owner: PosixOwner | None = None,
        permissions: str = "750",
        mount_path: str = "/mnt/efs",
        read_only: bool = False,
        variable: str | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        place = ArgumentPath("EfsStorage", scope, construct_id)
        check_path(str(place.of("path")), path)
        check_permissions(str(place.of("permissions")), permissions)
        check_path(str(place.of("mount_path")), mount_path)
        super().__init__(scope, construct_id)
        if file_system is not None and vpc is None:
            self.file_system = file_system
        elif vpc is not None and file_system is None:
            self.file_system = make_file_system(self, vpc, one_subnet_per_zone(place, vpc, vpc_subnets), removal_policy)
        else:
            raise Rule.NEW_OR_EXISTING_EFS.error(
                place,
                got="both vpc and file_system" if vpc else "neither vpc nor file_system",
                expected="a new file system needs a network, and an existing one is in its own",
                fix="Pass vpc for a new file system, or file_system for one that exists.",
            )
        self.mount_path = mount_path
        self.variables: Mapping[str, str] = {variable: mount_path} if variable else {}
        self._read_only = read_only
        owner = owner or PosixOwner()
        uid, gid = str(owner.uid), str(owner.gid)
        self.access_point = efs.AccessPoint(
            self,
            "AccessPoint",
            file_system=self.file_system,
            path=path,
            create_acl=efs.Acl(owner_uid=uid, owner_gid=gid, permissions=permissions),
            posix_user=efs.PosixUser(uid=uid, gid=gid),
        )
        self._reach = Reach(self.file_system, "NFS from jobs")
        self._reach.open_to(clients)

    def allow_from(self, *clients: ec2.IConnectable) -> None:
        """Let more compute environments reach the file system."""
        self._reach.open_to(clients)

    def check(self, place: ArgumentPath, platform: Platform) -> None:  # noqa: ARG002 - of the protocol
        """Refuse jobs while no compute environment can reach it."""
        self._reach.check(place, f"EfsStorage '{self.node.path}'")

    def volume(self, name: str) -> batch.EcsVolume:
        """The directory, by TLS and the role of the job."""
        return batch.EfsVolume(
            name=name,
            container_path=self.mount_path,
            file_system=self.file_system,
            access_point_id=self.access_point.access_point_id,
            enable_transit_encryption=True,
            use_job_role=True,
            readonly=self._read_only,
        )

    def volume_overrides(self) -> Mapping[str, Any]:
        """All that it needs is in aws-cdk-lib."""
        return {}

    def grant(self, role: iam.IRole) -> None:
        """Allow to mount this access point, and to write unless it is read-only."""
        write = [] if self._read_only else ["elasticfilesystem:ClientWrite"]
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["elasticfilesystem:ClientMount", *write],
                resources=[self.file_system.file_system_arn],
                conditions={
                    "StringEquals": {"elasticfilesystem:AccessPointArn": self.access_point.access_point_arn},
                },
            )
        )
