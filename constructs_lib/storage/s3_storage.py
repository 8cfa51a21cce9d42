"""A part of a bucket: permissions by prefix, and a variable with its URI."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.platform import Platform
from constructs_lib.rules import Rule
from constructs_lib.storage.checks import check_prefix
from constructs_lib.storage.s3_rights import delete_objects, read_objects, write_objects


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class S3Storage:
    """The objects of a bucket below a prefix, for a program that calls S3.

    The job may do what is asked for below the prefix, and nothing elsewhere in the bucket; a key of yours that encrypts
    the bucket is included. On any platform; nothing is mounted (for that, see ``S3FilesStorage``).

    Args:
        bucket: the bucket.
        prefix: the beginning of the keys, as in ``"inputs/"``. Default: none, the whole bucket.
        read: get objects and list them. Default: it may.
        write: put objects, which also replaces them. Default: it may not.
        delete: delete objects. Default: it may not.
        variable: environment variable that tells the program where it is, as ``s3://bucket/prefix``. Default: none.

    Raises:
        ConfigurationError: a prefix with a leading slash or with wildcards, or no right at all.
    """

    bucket: s3.IBucket
    prefix: str = ""
    read: bool = True
    write: bool = False
    delete: bool = False
    variable: str | None = None

    def __post_init__(self) -> None:
        """Check what can be checked without a job."""
        check_prefix("S3Storage prefix", self.prefix)
        if not (self.read or self.write or self.delete):
            raise Rule.STORAGE_PURPOSE.error(
                "S3Storage",
                got="neither read nor write nor delete",
                expected="a job has storage to do something with it",
                fix="Ask for one of them, or leave the storage out.",
            )

    @property
    def mount_path(self) -> None:
        """It is no directory."""

    @property
    def variables(self) -> Mapping[str, str]:
        """Its URI, if a variable is asked for."""
        return {self.variable: f"s3://{self.bucket.bucket_name}/{self.prefix}"} if self.variable else {}

    def check(self, place: ArgumentPath, platform: Platform) -> None:
        """Every job can use it."""

    def volume(self, name: str) -> batch.EcsVolume | None:  # noqa: ARG002 - of the protocol
        """It is no directory."""
        return None

    def volume_overrides(self) -> Mapping[str, Any]:
        """It is no directory."""
        return {}

    def grant(self, role: iam.IRole) -> None:
        """Allow what is asked for, below the prefix."""
        rights = {read_objects: self.read, write_objects: self.write, delete_objects: self.delete}
        for statements, wanted in rights.items():
            for statement in statements(self.bucket, self.prefix) if wanted else ():
                role.add_to_principal_policy(statement)
