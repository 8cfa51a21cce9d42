"""Where AWS has a resource, as far as the app knows."""

from typing import NamedTuple

from aws_cdk import IResource, Stack
from constructs import Construct

from constructs_lib.core.tokens import resolved


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
