"""Where the source and the target of a trigger have to be: in the account and region of the trigger."""

from aws_cdk import IResource
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.places import elsewhere
from constructs_lib.rules import Rule
from constructs_lib.triggers.submit_target import SubmitTarget
from constructs_lib.triggers.target import Target


def check_source(place: ArgumentPath, scope: Construct, source: IResource, *, what: str, arn: str) -> None:
    """Refuse a source whose events do not come to the stack.

    Args:
        place: the argument.
        scope: a construct of the stack.
        source: a bucket or a queue.
        what: it is, for the error.
        arn: of the source.
    """
    if found := elsewhere(scope, source, arn):
        raise Rule.TRIGGER_PLACE.error(
            place,
            got=f"the {what} {source.node.path} in the {found.by} {found.other}, and a stack in {found.own}",
            fix=f"Make the trigger in a stack in {found.other}, with its target.",
        )


def check_reach(place: ArgumentPath, scope: Construct, target: Target) -> None:
    """Refuse a target that cannot be started from the stack.

    Args:
        place: the trigger.
        scope: a construct of the stack.
        target: what it starts.
    """
    if isinstance(target, SubmitTarget):
        what, arn = "job queue", target.queue.job_queue_arn
        resource: IResource = target.queue
    else:
        what, arn = "state machine", target.state_machine_arn
        resource = target
    if found := elsewhere(scope, resource, arn):
        raise Rule.TRIGGER_PLACE.error(
            place.of("target"),
            got=f"the {what} {resource.node.path} in the {found.by} {found.other}, and a stack in {found.own}",
            fix=f"Make the trigger in a stack in {found.other}.",
        )
