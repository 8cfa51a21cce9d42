"""Space on the instance: fast, encrypted as the instance's volumes are, and gone with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.platform import Platform
from constructs_lib.storage.checks import check_path, check_platform


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class HostScratch:
    """A directory on the EC2 instance that runs the job.

    Without ``host_path`` each job gets a new and empty one on the root volume, which our compute environments encrypt.
    With it, all jobs on the instance share that directory: where an instance store or another volume is mounted, or
    where jobs leave each other a cache. Instance stores are encrypted by the hardware.
    Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_Host.html and
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/data-protection.html

    Args:
        mount_path: where it is in the container. Default: ``/scratch``.
        host_path: where it is on the instance, which Docker makes as root's if it is not there. Default: a new place
            per job.
        read_only: the job cannot write there. Default: it can.
        variable: environment variable that tells the program the mount path. Default: none.

    Raises:
        ConfigurationError: a path that is relative or the root, or a job on Fargate.
    """

    mount_path: str = "/scratch"
    host_path: str | None = None
    read_only: bool = False
    variable: str | None = None

    def __post_init__(self) -> None:
        """Check what can be checked without a job."""
        check_path("HostScratch mount_path", self.mount_path)
        if self.host_path is not None:
            check_path("HostScratch host_path", self.host_path)

    @property
    def variables(self) -> Mapping[str, str]:
        """Its mount path, if a variable is asked for."""
        return {self.variable: self.mount_path} if self.variable else {}

    def check(self, place: ArgumentPath, platform: Platform) -> None:
        """Refuse jobs on Fargate, which have no instance."""
        check_platform(
            place,
            platform,
            Platform.EC2,
            what="HostScratch",
            fix="On Fargate the container's own files are scratch space: ask for ephemeral_storage.",
        )

    def volume(self, name: str) -> batch.EcsVolume:
        """The directory."""
        return batch.HostVolume(
            name=name, container_path=self.mount_path, host_path=self.host_path, readonly=self.read_only
        )

    def volume_overrides(self) -> Mapping[str, Any]:
        """All that it needs is in aws-cdk-lib."""
        return {}

    def grant(self, role: iam.IRole) -> None:
        """It takes no rights of IAM."""
