"""The log group of a state machine."""

from typing import Final

from aws_cdk import Names, RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

_PREFIX: Final = "/aws/vendedlogs/states/"
"""Without it, each log group uses a part of the resource policy of the account, which is limited to 5,120 characters.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
"""


def execution_logs(
    scope: Construct, construct_id: str, retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH
) -> logs.LogGroup:
    """Make the log group of a state machine, beside it: it refers to the log group, which so cannot be a child of it.

    Args:
        scope: of the state machine.
        construct_id: of the state machine.
        retention: of the logs. Default: one month.
    """
    home = Construct(scope, f"{construct_id}Logs")
    name = Names.unique_resource_name(home, max_length=256, separator="-")
    return logs.LogGroup(
        home,
        "Default",
        log_group_name=f"{_PREFIX}{name}",
        retention=retention,
        removal_policy=RemovalPolicy.DESTROY,
    )
