"""The protocol of all kinds of storage: what a job needs to use it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.platform import Platform
from constructs_lib.core.quantities import readable
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule

_LARGEST_ID: Final = 2**32 - 1


class JobStorage(Protocol):
    """Something that a job reads or writes: ``S3Storage``, ``EfsStorage`` and the like, or a class of your own."""

    @property
    def mount_path(self) -> str | None:
        """Path in the container; None if it is no directory."""

    @property
    def variables(self) -> Mapping[str, str]:
        """Environment variables that tell the program where it is."""

    def check(self, place: ArgumentPath, platform: Platform) -> None:
        """Refuse a job that could not use it."""

    def volume(self, name: str) -> batch.EcsVolume | None:
        """The volume and its mount point, if it is a directory."""

    def volume_overrides(self) -> Mapping[str, Any]:
        """Properties of the volume in CloudFormation's spelling that aws-cdk-lib has no class for; else empty."""

    def grant(self, role: iam.IRole) -> None:
        """Grant the role of a job the permissions that it needs, and not more."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PosixOwner:
    """The user that owns the files of jobs.

    Args:
        uid: user id. Default: 1000, which is not root.
        gid: group id. Default: 1000.

    Raises:
        ConfigurationError: a number that is no id.
    """

    uid: int = 1000
    gid: int = 1000

    def __post_init__(self) -> None:
        """Check them."""
        for name, number in {"uid": self.uid, "gid": self.gid}.items():
            if resolved(number) and not 0 <= number <= _LARGEST_ID:
                raise Rule.POSIX_ID.error(
                    f"PosixOwner {name}",
                    got=readable(number),
                    expected=f"ids are 0 to {readable(_LARGEST_ID)}",
                    fix="Take that of the user in the image; the worker's is 10001.",
                )
