"""What a trigger starts: a state machine, or jobs without one."""

from aws_cdk import aws_stepfunctions as sfn

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.triggers.submit_target import SubmitTarget

Target = sfn.IStateMachine | SubmitTarget


def check_target(place: ArgumentPath, target: Target, *, evaluated: bool) -> None:
    """Refuse a submit that AWS Batch would refuse.

    Args:
        place: the trigger.
        target: what it starts.
        evaluated: whether there is an input, and JSONata over it is evaluated.
    """
    if isinstance(target, SubmitTarget):
        target.check(place, evaluated=evaluated)
