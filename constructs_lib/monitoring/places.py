"""Where what is monitored has to be: AWS sends events, and has metrics, in the account and region of their source."""

from aws_cdk import IResource, Stack
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
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
    stack = Stack.of(scope)
    # aws-cdk-lib does not read where each imported resource is.
    _, _, _, region, account, *_ = (
        arn.split(":") if resolved(arn) else ["", "", "", resource.env.region, resource.env.account]
    )
    for name, own, other in (("region", stack.region, region), ("account", stack.account, account)):
        if resolved(own) and resolved(other) and own != other:
            raise Rule.MONITORED_PLACE.error(
                place,
                got=f"the {what} {resource.node.path} in the {name} {other}, and a stack in {own}",
                fix=f"Monitor it by a stack in {other}.",
            )
