"""EFS volumes that ECS refuses, whoever made them: the job would fail before its program starts.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_EFSAuthorizationConfig.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_EFSVolumeConfiguration.html
"""

from aws_cdk import aws_batch as batch

from constructs_lib.core.place import Place
from constructs_lib.core.tokens import resolved
from constructs_lib.errors import ConfigurationError


def check_efs_volume(place: Place, volume: batch.EfsVolume) -> None:
    """Refuse an access point or the role of the job without TLS, and an access point with a directory beside it."""
    encrypted = bool(volume.enable_transit_encryption)
    if volume.access_point_id is not None:
        if not encrypted:
            _refuse_plain(place, "an access point")
        directory = volume.root_directory
        if resolved(directory) and directory != "/":
            raise ConfigurationError(
                code="STORAGE012",
                where=str(place),
                got=f"an EFS volume with an access point and root_directory={directory!r}",
                expected="an access point has a directory of its own, and ECS takes no other beside it",
                fix="Leave root_directory out, or make an access point with this path.",
            )
    if volume.use_job_role and not encrypted:
        _refuse_plain(place, "the role of the job")


def _refuse_plain(place: Place, what: str) -> None:
    raise ConfigurationError(
        code="STORAGE012",
        where=str(place),
        got=f"an EFS volume with {what} and without TLS",
        expected="ECS needs transit encryption for it",
        fix="Pass enable_transit_encryption=True, or use EfsStorage, which does.",
    )
