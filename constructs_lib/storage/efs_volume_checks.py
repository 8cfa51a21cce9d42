"""EFS volumes that ECS refuses, whoever made them: the job would fail before its program starts.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_EFSAuthorizationConfig.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_EFSVolumeConfiguration.html
"""

from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
from constructs_lib.errors import ConfigurationError
from constructs_lib.rules import Rule


def check_efs_volume(place: ArgumentPath, volume: batch.EfsVolume) -> None:
    """Refuse an access point or the role of the job without TLS, and an access point with a directory beside it."""
    encrypted = bool(volume.enable_transit_encryption)
    if volume.access_point_id is not None:
        if not encrypted:
            raise _without_tls(place, "an access point")
        directory = volume.root_directory
        if resolved(directory) and directory != "/":
            raise Rule.EFS_DIRECTORY.error(
                place,
                got=f"an EFS volume with an access point and root_directory={directory!r}",
                expected="an access point has a directory of its own, and ECS accepts no other directory",
                fix="Leave root_directory out, or make an access point with this path.",
            )
    if volume.use_job_role and not encrypted:
        raise _without_tls(place, "the role of the job")


def _without_tls(place: ArgumentPath, what: str) -> ConfigurationError:
    return Rule.EFS_ENCRYPTION.error(
        place,
        got=f"an EFS volume with {what} and without TLS",
        expected="ECS needs transit encryption for it",
        fix="Pass enable_transit_encryption=True, or use EfsStorage, which does.",
    )
