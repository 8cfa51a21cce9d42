"""Where AWS has a resource, as far as the app knows."""

from typing import NamedTuple

from aws_cdk import IResource, Stack
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule


class Elsewhere(NamedTuple):
    """How the place of a resource differs from that of a stack: by ``region`` or ``account``, and both of these."""

    by: str
    own: str
    other: str


def elsewhere(scope: Construct, resource: IResource, arn: str) -> Elsewhere | None:
    """How a resource is known to be in another account or region than a stack; None if it is not.

    Args:
        scope: a construct of the stack.
        resource: of this app or imported.
        arn: of the resource.
    """
    stack = Stack.of(scope)
    _, _, _, region, account, *_ = arn.split(":") if resolved(arn) else [""] * 5
    # The ARN of a bucket has neither, and aws-cdk-lib does not read where each imported resource is.
    places = [("region", stack.region, region or resource.env.region)]
    places.append(("account", stack.account, account or resource.env.account))
    for by, own, other in places:
        if resolved(own) and resolved(other) and own != other:
            return Elsewhere(by, own, other)
    return None


def check_monitored(place: ArgumentPath, scope: Construct, resource: IResource, *, what: str, arn: str) -> None:
    """Refuse to monitor what is known to be in another account or region than a stack.

    AWS sends events, and has metrics, in the account and region of their source.

    Args:
        place: the argument.
        scope: a construct of the stack.
        resource: what is monitored.
        what: it is, for the error.
        arn: of the resource.

    Raises:
        ConfigurationError: it is elsewhere.
    """
    if found := elsewhere(scope, resource, arn):
        raise Rule.MONITORED_PLACE.error(
            place,
            got=f"the {what} {resource.node.path} in the {found.by} {found.other}, and a stack in {found.own}",
            fix=f"Monitor it by a stack in {found.other}.",
        )
