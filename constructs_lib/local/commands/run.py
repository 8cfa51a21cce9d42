"""``constructs-lib local run``: a stack in an embedded AWS of its own, from its deployment to the outcome."""

import os
import sys
from pathlib import Path

import click
from rich.console import Console

from constructs_lib.local.commands.apps import app_options, opened
from constructs_lib.local.commands.endpoint import endpoint_option, find, keys_of
from constructs_lib.local.commands.items import read_items
from constructs_lib.local.commands.leftovers import end_and_tell
from constructs_lib.local.commands.loading import loading
from constructs_lib.local.commands.names import Name
from constructs_lib.local.commands.options import AwsOptions, aws_options, new_directory
from constructs_lib.local.commands.outputs import check_file, claim
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.local.faults.plans.display import show_faults


@click.command()
@click.argument("stack", type=Name())
@click.option(
    "--items",
    required=True,
    type=FilePath(allow_dash=True),
    help="File with a JSON array; - reads standard input.",
)
@app_options
@click.option("--state-machine", type=Name(), help="Logical id of the state machine, when the stack has several.")
@click.option(
    "--output",
    type=FilePath(),
    help="Directory for logs and results. Default: a new one in build/local.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: status, output, error, cause, jobs, results."
)
@click.option(
    "--report",
    type=FilePath(),
    help="Write one HTML page: a timeline of the jobs over vCPUs, their outcome, and the logs of those that failed.",
)
@endpoint_option
@aws_options
def run(
    *,
    stack: str,
    items: Path,
    app: str | None,
    assembly: Path | None,
    state_machine: str | None,
    output: Path | None,
    as_json: bool,
    report: Path | None,
    endpoint: str | None,
    aws_options: AwsOptions,
) -> None:
    """Deploy STACK into an embedded AWS and run its state machine over a list of items.

    The input of the state machine is {"items": [...]}. Each job runs by the ENTRYPOINT and CMD of its image's
    Dockerfile: as a process of this machine, or with --runner container in a container.

    The embedded AWS is one of its own, that ends with the run. With --endpoint, STACK runs in that instance, as it is
    deployed there; so it does with AWS_ENDPOINT_URL in the environment, unless --app or --assembly is given.

    \b
    Examples:
      constructs-lib local run ArrayStack --items items.json
      constructs-lib local run ArrayStack --items items.json --report report.html
      constructs-lib local run ArrayStack --items items.json --endpoint http://127.0.0.1:4566
      echo '[1, 2, 3]' | constructs-lib local run MapStack --items - --json
      constructs-lib local run MyStack --items items.json --app "python3 my_app.py"
      constructs-lib local run MyStack --items items.json --fault reclaim:index=3 --fault throttle:times=2
      constructs-lib local run MyStack --items items.json --runner container
      constructs-lib local run MyStack --items items.json --virtual-time

    After Ctrl-C, SIGTERM or the end of its terminal, jobs get five seconds to end by themselves. A second one ends
    them, and all that they have started, at once.

    Exit code: 0 succeeded; 1 the execution failed, or what it left could not be written; 2 wrong usage, an app or a
    stack that cannot be run, or another run writes to the same output: nothing was run; 130 Ctrl-C; 143 SIGTERM, or its
    terminal was closed.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    payload = {"items": read_items(items)}
    elsewhere = endpoint or ("AWS_ENDPOINT_URL" in os.environ and not (app or assembly))
    if elsewhere and (app or assembly or aws_options != AwsOptions()):
        given = "--endpoint" if endpoint else "AWS_ENDPOINT_URL"
        raise click.UsageError(f"{given} runs a stack as it is deployed there: leave out the options of app and AWS")
    if output:
        claim(output)
    if report:
        report = check_file(report, "--report")
    if elsewhere:
        url, directory = find(endpoint).endpoint_url, output or claim(new_directory(stack))
        from constructs_lib.local.client.session import run_deployed  # noqa: PLC0415 - boto3, as below
        from constructs_lib.local.runs.ending import Telling  # noqa: PLC0415

        telling = Telling(stack, directory.absolute(), as_json, report)
        sys.exit(run_deployed(url, keys_of(url), stack, payload, telling, state_machine=state_machine))
    end_and_tell()
    with loading(), opened(app, assembly) as found:
        chosen = found.stack(stack)
        directory = output or claim(new_directory(chosen.name))
        from constructs_lib.local.runs.ending import Telling  # noqa: PLC0415 - moto takes a second: not for --help and errors
        from constructs_lib.local.runs.session import Session  # noqa: PLC0415

        telling = Telling(chosen.name, directory.absolute(), as_json, report)
        session = Session(found, chosen, telling, state_machine=state_machine, make_aws=aws_options.make)
        exit_code = session.run(payload)
        if aws_options.faults:
            show_faults(Console(stderr=True), aws_options.faults)
    sys.exit(exit_code)
