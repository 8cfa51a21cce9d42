"""Where a trigger may be, and where its source and its target have to be: in its account and region."""

from typing import Final

from aws_cdk import Annotations, IResource, Stack
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.places import elsewhere
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Caution, Rule
from constructs_lib.triggers.submit_target import SubmitTarget
from constructs_lib.triggers.target import Target

_GOVCLOUD: Final = "us-gov-"
WITHOUT_PIPES: Final = frozenset(
    {
        "ap-east-2",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "il-central-1",
        "mx-central-1",
        "us-gov-east-1",
        "us-gov-west-1",
    }
)
"""Regions of which CloudFormation has no AWS::Pipes::Pipe, as of November 2026; botocore has no endpoint there, either.

Source: https://docs.aws.amazon.com/general/latest/gr/ev_pipes.html and CloudFormation's own schemas of each Region
"""


def check_pipes(place: ArgumentPath, scope: Construct) -> None:
    """Refuse a pipe in AWS GovCloud (US), which has none.

    Args:
        place: the trigger.
        scope: a construct of the stack.
    """
    region = Stack.of(scope).region
    if resolved(region) and region.startswith(_GOVCLOUD):
        raise Rule.PIPE_REGION.error(
            place,
            got=f"a stack in {region}",
            fix="Start the state machine by a ScheduleTrigger, or by a rule of EventBridge of your own.",
        )


def warn_of_region(trigger: Construct) -> None:
    """Warn of a Region that is not known to have pipes, which AWS may have added since.

    Args:
        trigger: with a pipe.
    """
    region = Stack.of(trigger).region
    if resolved(region) and region in WITHOUT_PIPES:
        Annotations.of(trigger).add_warning_v2(
            Caution.PIPE_REGION.id,
            f"{region} is not known to have EventBridge Pipes, by which the trigger reads its queue: CloudFormation "
            "would refuse the stack. Acknowledge this if the Region has them by now.",
        )


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
