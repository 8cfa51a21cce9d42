"""The command ``constructs-lib why``."""

import sys
from typing import Any

import click

from constructs_lib.local.commands.names import Name
from constructs_lib.ops.commands.options import account_options

_UNKNOWN = 3


@click.command(short_help="Why a job, an execution or a queue waits or failed.")
@click.argument("name", metavar="JOB|EXECUTION|QUEUE", type=Name())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
@account_options
def why(*, account: Any, name: str, as_json: bool) -> None:
    """Say why a job, an execution or a queue waits or has failed, what shows it, and what to do.

    \b
    JOB        the id or ARN of a job, of a child (ID:7) or of a node (ID#1),
               or a name, which means the job that was submitted last
    EXECUTION  its ARN, its name, STATE-MACHINE:NAME, or a state machine or
               its stack, which mean the newest execution
    QUEUE      its ARN or its name, or STACK/CONSTRUCT; so for a compute
               environment

    Of an execution it looks for the state that failed and goes down to the job, the child and the last lines that it
    wrote; of one that runs, to the job that it waits for; of a queue, to its environments and the job at its front.

    \b
    Examples:
      constructs-lib why 0fd1ec2c-8a8f-4a3b-b8ba-3b43dbd1ad11
      constructs-lib why Nightly                       # the newest execution
      constructs-lib why Nightly/SpotQueue --json
      AWS_ENDPOINT_URL=http://localhost:4566 constructs-lib why Nightly

    \b
    Permissions, of which each but the first of its kind may be missing; what
    could not be asked is told, and the rest goes on:
      batch:DescribeJobs, batch:ListJobs, batch:DescribeJobQueues,
      batch:DescribeComputeEnvironments, batch:GetJobQueueSnapshot,
      batch:DescribeSchedulingPolicies, batch:DescribeConsumableResource,
      batch:ListJobsByConsumableResource, batch:DescribeServiceJob,
      logs:GetLogEvents, ecs:DescribeClusters,
      autoscaling:DescribeScalingActivities, ec2:DescribeSubnets,
      ec2:DescribeRouteTables, ec2:DescribeVpcEndpoints,
      states:DescribeExecution,
      states:GetExecutionHistory, states:DescribeStateMachineForExecution,
      states:DescribeMapRun, states:ListExecutions, s3:GetObject; for names
      also cloudformation:DescribeStacks and states:ListStateMachines

    \b
    Exit code:
      0  the cause was found, or nothing is wrong
      1  AWS cannot be reached, or returns an error
      2  wrong usage, or there is no such thing
      3  the cause is not known; what was looked at, and what to look at
         next, is printed
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.ops.commands.display import console, show_json  # noqa: PLC0415 - not for --help
    from constructs_lib.ops.commands.explanations import show  # noqa: PLC0415 - as above
    from constructs_lib.ops.reasons.why import why as explain  # noqa: PLC0415 - boto3: as above

    explanation = explain(account, name)
    if as_json:
        show_json(explanation)
    else:
        show(console(), explanation)
    if not explanation.is_known:
        sys.exit(_UNKNOWN)
