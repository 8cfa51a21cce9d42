"""Deployments before IAM: CloudFormation makes resources by the role that it was given, or by the rights of its caller.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

from collections.abc import Callable
from typing import Any

from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.iam.guard import AccessDeniedError
from constructs_lib.local.iam.requests.resources import asked_to_make
from constructs_lib.local.iam.sessions import Sessions

MayMake = Callable[[str, dict[str, Any]], None]

_CLOUDFORMATION = "cloudformation.amazonaws.com"


class DeniedResourceError(Exception):
    """A resource that may not be made, as the events of a stack tell it."""

    error_type = "AccessDenied"

    def __init__(self, error: AccessDeniedError) -> None:
        self.message = str(error)
        super().__init__(self.message)


def may_make(sessions: Sessions, caller: Principal | None, role: str | None) -> MayMake:
    """What asks IAM before each resource that is made.

    Args:
        sessions: makes those of roles, and knows who may do what.
        caller: who deploys; None for the account's administrator.
        role: the ARN of the role that CloudFormation was given; None if it has none.
    """
    guard = sessions.guard
    stack = guard.place.arn("cloudformation", "stack/*")

    def check(resource_type: str, properties: dict[str, Any]) -> None:
        try:
            principal = sessions.of(role, _CLOUDFORMATION, stack).principal if role else caller
            if principal and principal != guard.directory.administrator:
                guard.check(principal, asked_to_make(resource_type, properties, guard.place))
        except AccessDeniedError as error:
            raise DeniedResourceError(error) from None

    return check
