"""Where what is monitored has to be: AWS sends events, and has metrics, in the account and region of their source."""

from aws_cdk import IResource
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.places import elsewhere
from constructs_lib.rules import Rule


def check_place(place: ArgumentPath, scope: Construct, resource: IResource, *, what: str, arn: str) -> None:
    """Refuse what is known to be in another account or region than a stack.

    Args:
        place: the argument.
        scope: a construct of the stack.
        resource: what is monitored.
        what: it is, for the error.
        arn: of the resource.
    """
    if found := elsewhere(scope, resource, arn):
        raise Rule.MONITORED_PLACE.error(
            place,
            got=f"the {what} {resource.node.path} in the {found.by} {found.other}, and a stack in {found.own}",
            fix=f"Monitor it by a stack in {found.other}.",
        )
