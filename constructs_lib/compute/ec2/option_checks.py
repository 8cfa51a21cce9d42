"""Checks of what instances are started with, and of how long they stay.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeScalingPolicy.html
"""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2

from constructs_lib.compute.ec2.own_template import OwnTemplate
from constructs_lib.compute.ec2.scratch import InstanceScratch
from constructs_lib.compute.instances.traits import has_instance_store
from constructs_lib.core.arguments import check_range
from constructs_lib.core.place import Place
from constructs_lib.core.quantities import check_whole, in_minutes
from constructs_lib.errors import ConfigurationError
from constructs_lib.limits import MAX_SCALE_DOWN_DELAY_MINUTES, MIN_SCALE_DOWN_DELAY_MINUTES


def check_own_template(place: Place, template: OwnTemplate | None, **options: object) -> None:
    """Refuse options that a launch template of the caller's would have to have itself."""
    given = [name for name, value in options.items() if value is not None and value is not False]
    if template is not None and given:
        _refuse(
            place.of(given[0]),
            "a value beside your own launch_template",
            "a launch template tells it itself",
            "Leave one of them out.",
        )


def check_scratch(
    place: Place, scratch: InstanceScratch | None, names: Sequence[str] | None, user_data: ec2.UserData | None
) -> None:
    """Refuse an instance store on instances that have none, and user data that scratch space cannot be added to."""
    if scratch is None:
        return
    if isinstance(user_data, ec2.MultipartUserData):
        _refuse(
            place,
            "scratch space beside user data of several parts",
            "it is a part of its own, in front of one script",
            "Pass a script: ec2.UserData.for_linux().",
        )
    without = [name for name in names or ["AWS's choice"] if "${" not in name and not has_instance_store(name)]
    if scratch.size is None and without:
        _refuse(
            place,
            f"an instance store on {', '.join(without)}",
            "all types need one",
            "Pass types with one, such as c7gd or i4i, or take InstanceScratch.ebs.",
        )


def check_script(place: Place, user_data: ec2.UserData | None) -> None:
    """Refuse user data of several parts where the commands that join the cluster have to come first."""
    if isinstance(user_data, ec2.MultipartUserData):
        _refuse(
            place,
            "user data of several parts",
            "the commands that join the cluster are a part in front of one script",
            "Pass a script: ec2.UserData.for_linux().",
        )


def check_scale_down_delay(place: Place, delay: Duration | None) -> None:
    """Refuse a delay that AWS Batch does not have."""
    if delay is not None:
        minutes = in_minutes(place, delay)
        check_whole(place, minutes, unit="minutes", code="COMPUTE006")
        check_range(
            place,
            minutes,
            MIN_SCALE_DOWN_DELAY_MINUTES,
            MAX_SCALE_DOWN_DELAY_MINUTES,
            code="COMPUTE006",
            unit=" minutes",
        )


def _refuse(place: Place, got: str, expected: str, fix: str) -> None:
    raise ConfigurationError(code="COMPUTE003", where=str(place), got=got, expected=expected, fix=fix)
