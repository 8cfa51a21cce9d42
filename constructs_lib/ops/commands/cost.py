"""The command ``constructs-lib cost``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from constructs_lib.local.commands.names import Name
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.ops.commands.options import account_options, json_option

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account


@click.command(short_help="What an execution has cost, by job.")
@click.argument("execution", type=Name())
@click.option(
    "--prices", "prices_file", type=FilePath(), help="JSON file of own prices in place of those of the price list."
)
@json_option
@account_options
def cost(*, account: "Account", execution: str, prices_file: Path | None, as_json: bool) -> None:
    """Say what EXECUTION cost, by job, and what its jobs could have been given instead.

    EXECUTION is an ARN, the name of an execution, or the name of a state machine or a stack for its newest execution.
    The executions that it started count, too, as do those of a distributed fan-out.

    On Fargate a job costs the vCPUs and the memory that it has reserved, a minute at least; on EC2 its share of the
    instance. What moves or is assumed, such as the price of Spot Instances, is marked with ~. If Container Insights is
    on for the cluster of a compute environment, what jobs used is compared with what they have reserved.

    \b
    Examples:
      constructs-lib cost arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday
      constructs-lib cost MyStack --profile production
      constructs-lib cost MyStack --prices prices.json --json

    Standard output is tables at a terminal; in a pipe it is lines of cells with tabs between them, whose first cell
    says what the line is of.

    Dollars are those of the price list in the package, whose dates are shown, or of --prices; `constructs-lib plan
    --help` says how that file looks. Data transfer, storage, logs, networks, taxes and discounts are not in the sum.
    AWS Batch forgets jobs a week after their end.

    Required permissions: states:DescribeExecution, states:GetExecutionHistory, states:ListExecutions,
    batch:DescribeJobs, batch:ListJobs, batch:DescribeComputeEnvironments, ecs:DescribeContainerInstances and
    logs:FilterLogEvents.

    Exit code: 0; 1 if AWS cannot be reached or returns an error; 2 for wrong usage, or an execution that there is not.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.ops.commands.cost_display import show  # noqa: PLC0415 - boto3: not for --help and errors
    from constructs_lib.ops.commands.display import show_json  # noqa: PLC0415 - as above
    from constructs_lib.ops.costs import cost as found_cost  # noqa: PLC0415 - as above
    from constructs_lib.ops.costs.document import as_dictionary  # noqa: PLC0415 - as above
    from constructs_lib.prices.price_list import PricesError, prices_of  # noqa: PLC0415 - as above

    prices = prices_of(account.region)
    try:
        prices = prices.with_own(prices_file) if prices_file else prices
    except PricesError as error:
        raise click.BadParameter(str(error), param_hint="--prices") from None
    found = found_cost(account, execution, prices=prices)
    if as_json:
        show_json(as_dictionary(found))
    else:
        show(found)
