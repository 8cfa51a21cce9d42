"""The command ``constructs-lib ps``."""

from typing import TYPE_CHECKING

import click

from constructs_lib.local.commands.names import Name
from constructs_lib.ops.commands.options import account_options, json_option

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account

_COUNTED = 10_000


@click.command(short_help="Queues, environments, jobs by state and age.")
@click.argument("queue", type=Name(), required=False)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_COUNTED,
    show_default=f"{_COUNTED:,}",
    help="So many entries of a queue's list of a state are counted, an array job as one; 10,000+ says there are more.",
)
@json_option
@account_options
def ps(*, account: "Account", queue: str | None, limit: int, as_json: bool) -> None:
    """Show the job queues and compute environments, their jobs by state and age, and what is stuck.

    QUEUE is the name or ARN of one, STACK if it has one, or STACK/CONSTRUCT; without it all are shown. Children of
    array jobs count each for itself. Ended jobs are those that AWS Batch still knows, of about the last week.

    \b
    Examples:
      constructs-lib ps
      constructs-lib ps Nightly/Queue
      constructs-lib ps --json | jq '.queues[] | select(.stuck != []) | .name'

    Standard output is tables at a terminal; in a pipe it is lines of cells with tabs between them, whose first cell is
    queue, environment, jobs or stuck.

    Required permissions: batch:DescribeJobQueues, batch:DescribeComputeEnvironments, batch:ListJobs,
    batch:DescribeJobs, batch:GetJobQueueSnapshot, and for names of stacks and constructs
    cloudformation:DescribeStacks, cloudformation:ListStackResources and cloudformation:GetTemplate.

    Exit code: 0, also if something is stuck; 1 if AWS cannot be reached or refuses; 2 for wrong usage, such as a queue
    that does not exist.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.ops.commands.display import console, show_json  # noqa: PLC0415 - rich: not for --help and errors
    from constructs_lib.ops.commands.ps_tables import show  # noqa: PLC0415 - as above
    from constructs_lib.ops.queues.overview import look_at_queues  # noqa: PLC0415 - boto3

    found = look_at_queues(account, queue, limit=limit)
    if as_json:
        show_json(found)
        return
    if not found.queues and not found.environments:
        click.echo(f"there is no job queue and no compute environment in {account.shown}", err=True)
        return
    show(console(), found)
