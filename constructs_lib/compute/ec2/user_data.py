"""What instances run when they start, in the form that AWS Batch takes: MIME, of several parts.

Source: https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html#lt-user-data
"""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2


def multipart(given: ec2.UserData | None, commands: Sequence[str]) -> ec2.UserData | None:
    """User data that first runs our commands and then does what was given; None if there is neither.

    Args:
        given: the caller's: a script, or parts, which stay as they are.
        commands: ours, of a shell; not beside parts of the caller's.
    """
    if isinstance(given, ec2.MultipartUserData):
        return given
    scripts = [given] if given is not None else []
    if commands:
        ours = ec2.UserData.for_linux(shebang="#!/bin/bash")
        ours.add_commands(*commands)
        scripts.insert(0, ours)
    if not scripts:
        return None
    parts = ec2.MultipartUserData()
    for script in scripts:
        parts.add_part(ec2.MultipartBody.from_user_data(script))
    return parts
