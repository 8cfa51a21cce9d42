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
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.quantities import check_whole, in_minutes
from constructs_lib.limits import MAX_SCALE_DOWN_DELAY_MINUTES, MIN_SCALE_DOWN_DELAY_MINUTES
from constructs_lib.rules import Rule


def check_own_template(place: ArgumentPath, template: OwnTemplate | None, **options: object) -> None:
    """Refuse options that a launch template of the caller's would have to have itself."""
    given = [name for name, value in options.items() if value is not None and value is not False]
    if template is not None and given:
        raise Rule.OWN_LAUNCH_TEMPLATE.error(
            place.of(given[0]),
            got="a value beside your own launch_template",
            expected="it is set in the launch template",
            fix="Leave one of them out.",
        )


def check_scratch(
    place: ArgumentPath, scratch: InstanceScratch | None, names: Sequence[str] | None, user_data: ec2.UserData | None
) -> None:
    """Refuse an instance store on instances that have none, and user data that scratch space cannot be added to."""
    if scratch is None:
        return
    if isinstance(user_data, ec2.MultipartUserData):
        raise Rule.ONE_SCRIPT.error(
            place,
            got="scratch space beside user data of several parts",
            expected="it is a part of its own, in front of one script",
            fix="Pass a script: ec2.UserData.for_linux().",
        )
    without = [name for name in names or ["AWS's choice"] if "${" not in name and not has_instance_store(name)]
    if scratch.size is None and without:
        raise Rule.INSTANCE_STORE.error(
            place,
            got=f"an instance store on {', '.join(without)}",
            expected="all types need one",
            fix="Pass types with one, such as c7gd or i4i, or use InstanceScratch.ebs.",
        )


def check_script(place: ArgumentPath, user_data: ec2.UserData | None) -> None:
    """Refuse user data of several parts where the commands that join the cluster have to come first."""
    if isinstance(user_data, ec2.MultipartUserData):
        raise Rule.ONE_SCRIPT.error(
            place,
            got="user data of several parts",
            expected="the commands that join the cluster are a part in front of one script",
            fix="Pass a script: ec2.UserData.for_linux().",
        )


def check_scale_down_delay(place: ArgumentPath, delay: Duration | None) -> None:
    """Refuse a delay that AWS Batch does not have."""
    if delay is not None:
        minutes = in_minutes(place, delay)
        check_whole(place, minutes, unit="minutes", rule=Rule.SCALE_DOWN_DELAY)
        check_range(
            place,
            minutes,
            MIN_SCALE_DOWN_DELAY_MINUTES,
            MAX_SCALE_DOWN_DELAY_MINUTES,
            rule=Rule.SCALE_DOWN_DELAY,
            unit=" minutes",
        )
