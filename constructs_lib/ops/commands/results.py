"""The command ``constructs-lib results``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from constructs_lib.local.commands.names import Name
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.local.signals import StoppedError, orderly
from constructs_lib.ops.commands.options import account_options, json_option

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account


@click.command(short_help="The results of an execution, item by item.")
@click.argument("execution", type=Name())
@click.option("--table", is_flag=True, help="Print a row for each item: its state, and its result or why it failed.")
@click.option(
    "--output",
    type=FilePath(),
    help="Directory that each result is written to, as FAN-OUT/INDEX.json, beside execution.json.",
)
@json_option
@account_options
def results(*, execution: str, table: bool, output: Path | None, as_json: bool, account: "Account") -> None:
    """Show how an execution ended, the summary of each fan-out, and the results of its items, from S3. EXECUTION is an
    ARN, STATE-MACHINE:NAME, STACK:NAME, or a state machine or stack for its newest execution.

    Without --table and --output the first results of each fan-out are shown. A state machine without fan-outs has its
    output alone. While the execution runs, the results that are there so far are shown.

    \b
    Examples:
      constructs-lib results Thumbnails
      constructs-lib results Thumbnails:monday --table
      constructs-lib results Thumbnails --output results
      constructs-lib results Thumbnails --table --json | jq 'select(.status == "FAILED") | .reason'

    Standard output is tables at a terminal; in a pipe it is lines of cells with tabs between them, whose first cell
    says what the line is of.
    --json prints {"execution", "status", "output", "error", "cause", "fanOuts": [{"name", "total", "succeeded",
    "failed", "resultsUri", "summary"}]}; with --table instead an object a line, {"fanOut", "index", "status", "result",
    "reason", "job"}.

    Required permissions: states:GetExecutionHistory, states:DescribeStateMachineForExecution; s3:ListBucket and
    s3:GetObject on the bucket of the fan-outs; for reasons batch:ListJobs and states:ListExecutions; for the name of a
    stack the rights to read it.

    Exit code: 0, however the execution ended; 1 AWS cannot be reached or refuses, or a file cannot be written; 2 wrong
    usage, such as an execution that does not exist; 130 Ctrl-C.
    """  # noqa: D205, D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.local.commands.outputs import claim  # noqa: PLC0415 - not for --help and errors
    from constructs_lib.ops.commands.results_shown import ResultsShown  # noqa: PLC0415 - boto3, as above
    from constructs_lib.ops.names import Kind, resolve  # noqa: PLC0415 - as above

    found = resolve(account, execution, {Kind.EXECUTION})
    directory = claim(output).absolute() if output else None
    try:
        with orderly() as stop:
            ResultsShown(account, as_json=as_json, check=stop.check).show(found.id, directory, table=table)
    except StoppedError as stopped:
        sys.exit(stopped.code)
