"""A parallel file system that the instances of a compute environment mount when they start."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import RemovalPolicy, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_fsx as fsx
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.platform import Platform
from constructs_lib.storage.checks import check_path, check_platform
from constructs_lib.storage.job_storage import PosixOwner
from constructs_lib.storage.lustre_checks import check_capacity
from constructs_lib.storage.lustre_mount import mount_commands
from constructs_lib.storage.reach import Reach
from constructs_lib.storage.zones import one_subnet_per_zone

_PORTS = (988, 1023)


@checked
class LustreStorage(Construct):
    """An Amazon FSx for Lustre file system for jobs on EC2, in one availability zone.

    AWS Batch has no volume for it: instances mount it when they start, by the ``user_data`` of their launch template,
    and jobs get the directory of the instance. An instance that cannot mount it ends itself, so that no job writes to
    its root volume instead. Encrypted at rest, and in transit between instance types that encrypt their traffic.
    Sources: https://docs.aws.amazon.com/fsx/latest/LustreGuide/mounting-ecs.html,
    https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html and
    https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        vpc: of the compute environments.
        vpc_subnets: the first is where it is. Default: those in which compute environments start by default.
        clients: compute environments that mount it. Default: none until ``allow_from``.
        capacity: 1,200 GiB or a multiple of 2,400; known while the app is being built. Default: 1,200 GiB.
        deployment_type: how durable and how fast. Default: ``SCRATCH_2``, whose data is lost with a file server.
        per_unit_storage_throughput: MB/s per TiB, for persistent types, which need it. Default: none.
        owner: of the directory ``jobs`` on the file system, which is what jobs see. Default: user and group 1000.
        mount_path: where it is, both on the instance and in the container. Default: ``/mnt/lustre``.
        read_only: jobs can read but not write. Default: they can.
        variable: environment variable that tells the program the mount path. Default: none.
        removal_policy: of the file system. Default: it is deleted with the stack.

    Raises:
        ConfigurationError: a capacity that FSx does not have, throughput without a persistent type or the other way
            round, a path that is relative or the root, a job on Fargate.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        vpc_subnets: ec2.SubnetSelection | None = None,
        clients: Sequence[ec2.IConnectable] = (),
        capacity: Size | None = None,
        deployment_type: fsx.LustreDeploymentType = fsx.LustreDeploymentType.SCRATCH_2,
        per_unit_storage_throughput: int | None = None,
        owner: PosixOwner | None = None,
        mount_path: str = "/mnt/lustre",
        read_only: bool = False,
        variable: str | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.DESTROY,
    ) -> None:
        place = ArgumentPath("LustreStorage", scope, construct_id)
        check_path(str(place.of("mount_path")), mount_path)
        gibibytes = check_capacity(place, capacity, deployment_type, per_unit_storage_throughput)
        super().__init__(scope, construct_id)
        self.mount_path = mount_path
        self.variables: Mapping[str, str] = {variable: mount_path} if variable else {}
        self._read_only = read_only
        ports = ec2.Port.tcp_range(*_PORTS)
        group = ec2.SecurityGroup(
            self, "SecurityGroup", vpc=vpc, description="Lustre between file servers and jobs", allow_all_outbound=False
        )
        group.add_egress_rule(group, ports, "Lustre between file servers")
        self.file_system = fsx.LustreFileSystem(
            self,
            "FileSystem",
            vpc=vpc,
            vpc_subnet=one_subnet_per_zone(place, vpc, vpc_subnets)[0],
            storage_capacity_gib=gibibytes,
            lustre_configuration=fsx.LustreConfiguration(
                deployment_type=deployment_type,
                per_unit_storage_throughput=per_unit_storage_throughput,
                data_compression_type=fsx.LustreDataCompressionType.LZ4,
            ),
            security_group=group,
            file_system_type_version=fsx.FileSystemTypeVersion.V_2_15,
            removal_policy=removal_policy,
        )
        self._owner = owner or PosixOwner()
        self._reach = Reach(self.file_system, "Lustre with the instances of jobs", back=ports)
        self._reach.open_to(clients)

    @property
    def mount_commands(self) -> list[str]:
        """Commands of a shell that mount it on an instance of Amazon Linux, as root."""
        # Not the name that aws-cdk-lib makes: it has the suffix of aws, and other partitions have another.
        dns_name = f"{self.file_system.file_system_id}.fsx.{Stack.of(self).region}.{Stack.of(self).url_suffix}"
        return mount_commands(dns_name, self.file_system.mount_name, self.mount_path, self._owner)

    @property
    def user_data(self) -> ec2.MultipartUserData:
        """The commands in the form that AWS Batch takes them from a launch template: MIME, of several parts."""
        commands = ec2.UserData.for_linux(shebang="#!/bin/bash")
        commands.add_commands(*self.mount_commands)
        data = ec2.MultipartUserData()
        data.add_part(ec2.MultipartBody.from_user_data(commands))
        return data

    def allow_from(self, *clients: ec2.IConnectable) -> None:
        """Let compute environments reach the file system; for those whose launch template has its ``user_data``."""
        self._reach.open_to(clients)

    def check(self, place: ArgumentPath, platform: Platform) -> None:
        """Refuse jobs on Fargate, and jobs while no compute environment can reach it."""
        check_platform(
            place,
            platform,
            Platform.EC2,
            what="LustreStorage",
            fix="Use Platform.EC2; on Fargate, EfsStorage and S3FilesStorage are shared file systems.",
        )
        self._reach.check(place, f"LustreStorage '{self.node.path}'")

    def volume(self, name: str) -> batch.EcsVolume:
        """The directory of the instance."""
        return batch.HostVolume(
            name=name, container_path=self.mount_path, host_path=f"{self.mount_path}/jobs", readonly=self._read_only
        )

    def volume_overrides(self) -> Mapping[str, Any]:
        """All that it needs is in aws-cdk-lib."""
        return {}

    def grant(self, role: iam.IRole) -> None:
        """It takes no rights of IAM: the network and POSIX permissions decide."""
