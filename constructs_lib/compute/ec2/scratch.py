"""Space for temporary files on the instances of an environment, apart from their root volume."""

from dataclasses import dataclass
from typing import Final, Self

from aws_cdk import Size
from aws_cdk import aws_ec2 as ec2

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.quantities import check_whole, in_gibibytes
from constructs_lib.rules import Rule
from constructs_lib.storage.checks import check_path

DEVICE: Final = "/dev/sdf"

# An instance without its scratch space takes no jobs: they would fill its root volume instead.
_GIVE_UP_ON_ERRORS: Final = ["trap 'systemctl mask --now ecs; shutdown -h now' ERR", "set -o errtrace"]
_FIND_VOLUME: Final = [
    f"for _ in $(seq 60); do [ -b {DEVICE} ] && break; sleep 1; done",
    f"disk=$(readlink -e {DEVICE})",
]
_FIND_INSTANCE_STORE: Final = [
    "disks=$(lsblk -dpno NAME,MODEL | awk '/Instance Storage/ {print $1}')",
    "set -- $disks",
    "[ $# -gt 0 ]",
    "disk=$1",
    "if [ $# -gt 1 ]; then",
    "  command -v mdadm || dnf install -y mdadm",
    "  [ -b /dev/md0 ] || mdadm --create /dev/md0 --level=0 --raid-devices=$# $disks",
    "  disk=/dev/md0",
    "fi",
]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceScratch:
    """Scratch space of instances; made by one of the class methods.

    It is formatted with XFS and mounted before the ECS agent starts. Jobs get it by
    ``storage=[HostScratch(host_path=scratch.path)]``, and share it with the other jobs on the instance. It is
    encrypted, and gone with the instance.
    Sources: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/raid-config.html and
    https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html

    Args:
        path: where it is on the instance.
        size: of a volume; None is the instance store.
        iops: of a volume; None is what gp3 has without a charge, 3,000.
        throughput: of a volume in MiB/s; None is what gp3 has without a charge, 125.
    """

    path: str
    size: Size | None = None
    iops: int | None = None
    throughput: int | None = None

    @classmethod
    def ebs(
        cls, size: Size, *, path: str = "/mnt/scratch", iops: int | None = None, throughput: int | None = None
    ) -> Self:
        """A gp3 volume per instance, encrypted, deleted with the instance.

        Args:
            size: of the volume.
            path: where it is on the instance. Default: ``/mnt/scratch``.
            iops: Default: 3,000.
            throughput: in MiB/s. Default: 125.

        Raises:
            ConfigurationError: a path that is relative or the root, a size that is not whole GiB.
        """
        check_path("InstanceScratch path", path)
        where = "InstanceScratch.ebs size"
        check_whole(where, in_gibibytes(where, size), unit="GiB", rule=Rule.SCRATCH_VOLUME)
        return cls(path=path, size=size, iops=iops, throughput=throughput)

    @classmethod
    def instance_store(cls, *, path: str = "/mnt/scratch") -> Self:
        """The disks that an instance type has of its own, as one: the fastest, included in its price.

        Args:
            path: where it is on the instance. Default: ``/mnt/scratch``.

        Raises:
            ConfigurationError: a path that is relative or the root.
        """
        check_path("InstanceScratch path", path)
        return cls(path=path)

    @property
    def block_devices(self) -> list[ec2.BlockDevice]:
        """The volume, for a launch template."""
        if self.size is None:
            return []
        volume = ec2.BlockDeviceVolume.ebs(
            self.size.to_gibibytes(),
            encrypted=True,
            volume_type=ec2.EbsDeviceVolumeType.GP3,
            delete_on_termination=True,
            iops=self.iops,
            throughput=self.throughput,
        )
        return [ec2.BlockDevice(device_name=DEVICE, volume=volume)]

    @property
    def commands(self) -> list[str]:
        """Commands of a shell that mount it on an instance of Amazon Linux, as root."""
        return [
            *_GIVE_UP_ON_ERRORS,
            *(_FIND_VOLUME if self.size else _FIND_INSTANCE_STORE),
            'blkid "$disk" || mkfs.xfs "$disk"',
            f"mkdir -p {self.path}",
            f'mountpoint -q {self.path} || mount -o noatime "$disk" {self.path}',
            # As /tmp: containers run as whatever user their image names.
            f"chmod 1777 {self.path}",
        ]
