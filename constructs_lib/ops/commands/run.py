"""The command ``constructs-lib run``."""

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from constructs_lib.limits import STEP_FUNCTIONS_NAME_CHARACTERS
from constructs_lib.local.commands.inputs import read_payload
from constructs_lib.local.commands.names import Name
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.ops.commands.options import account_options
from constructs_lib.terminal import visible

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account
    from constructs_lib.ops.executions.starting import Machine

_S3 = "s3://"
_NAME = re.compile(rf"[\w-]{{1,{STEP_FUNCTIONS_NAME_CHARACTERS}}}", re.ASCII)


@click.command(short_help="Start a state machine and follow it to its end.")
@click.argument("stack", type=Name())
@click.option(
    "--items",
    metavar="FILE|-|s3://…",
    help='JSON array of items, in a file, from standard input (-), or in S3. The input is {"items": […]}; a fan-out '
    "that reads its list from S3 gets the key instead.",
)
@click.option(
    "--input",
    "given",
    type=FilePath(allow_dash=True),
    help="File with the input, any JSON value; - reads standard input. Default, without --items: {}.",
)
@click.option("--name", help="Name of the execution, unique for 90 days. Default: made up by Step Functions.")
@click.option("--detach", is_flag=True, help="Start it, print its ARN, and do not follow it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
@account_options
def run(
    *,
    stack: str,
    items: str | None,
    given: Path | None,
    name: str | None,
    detach: bool,
    as_json: bool,
    account: "Account",
) -> None:
    """Start a state machine and follow it to its end. STACK is a stack with one state machine, STACK/CONSTRUCT, or the
    name or ARN of a state machine, of a version or of an alias.

    While it runs, you see its stages with their jobs by state, how many end in a minute, about how long it still takes,
    and what failed last; in a pipe, a line when something has changed. An Express state machine is run to its end
    without that.

    Ctrl-C asks whether to stop the execution or to leave it running; a second Ctrl-C leaves it. Without a terminal it
    is left running. `constructs-lib status` goes on following.

    \b
    Examples:
      constructs-lib run Thumbnails --items items.json
      echo '["a.png", "b.png"]' | constructs-lib run Thumbnails --items -
      constructs-lib run Orders --items s3://my-bucket/orders/monday.jsonl
      constructs-lib run Nightly/Daily --input day.json --name monday
      EXECUTION=$(constructs-lib run Nightly --detach --profile prod --region eu-west-1)
      constructs-lib run Thumbnails --items items.json --endpoint http://127.0.0.1:4566

    --json prints {"execution", "status", "output", "error", "cause", "stages": [{"name", "status", "total", "counts"}],
    "failures": [{"what", "reason", "job", "index", "exitCode", "time"}]}.

    Required permissions: cloudformation:DescribeStacks, cloudformation:ListStackResources and
    cloudformation:GetTemplate for the name of a stack; states:DescribeStateMachine, states:StartExecution (or
    states:StartSyncExecution), states:GetExecutionHistory, states:DescribeMapRun, states:ListExecutions,
    batch:DescribeJobs, batch:ListJobs; s3:GetObject for items in S3; states:StopExecution to stop it.

    Exit code: 0 succeeded, or started with --detach; 1 the execution failed, timed out or was aborted, or AWS refused
    something; 2 wrong usage, nothing was started; 130 Ctrl-C, whatever was answered; 143 SIGTERM, or the terminal was
    closed: it runs on.
    """  # noqa: D205, D301 - click keeps the lines of a paragraph that starts with this character
    if name is not None and not _NAME.fullmatch(name):
        raise click.BadParameter(f"{name!r}: expected 1 to 80 letters, digits, - and _", param_hint="--name")
    stored = items if items is not None and items.startswith(_S3) else None
    if stored and given:
        raise click.UsageError("--items and --input exclude each other: give one of them")
    payload = None if stored else read_payload(_path(items), given)
    from constructs_lib.ops.executions.starting import describe_machine, start_execution  # noqa: PLC0415 - as above
    from constructs_lib.ops.executions.stored_items import payload_of  # noqa: PLC0415 - as above
    from constructs_lib.ops.names import Kind, resolve  # noqa: PLC0415 - boto3: not for --help and errors

    machine = describe_machine(account, resolve(account, stack, {Kind.STATE_MACHINE}).id)
    if stored:
        payload = payload_of(account, machine.definition, stored)
    if machine.is_express and not detach:
        sys.exit(_run_express(account, machine, payload, name, as_json=as_json))
    execution = start_execution(account, machine.arn, payload, name=name)
    if detach:
        click.echo(json.dumps({"execution": execution}) if as_json else visible(execution))
        return
    sys.exit(_follow(account, execution, as_json=as_json))


def _path(items: str | None) -> Path | None:
    converted: Path | None = FilePath(allow_dash=True).convert(items, None, None) if items is not None else None
    return converted


def _follow(account: "Account", execution: str, *, as_json: bool) -> int:
    from constructs_lib.ops.commands.ending import show_ending  # noqa: PLC0415 - as above
    from constructs_lib.ops.commands.follower import follow_at_terminal  # noqa: PLC0415 - as above
    from constructs_lib.ops.executions.progress import Watch  # noqa: PLC0415 - as above

    console = Console(stderr=True, emoji=False, highlight=False)
    console.print(visible(execution), markup=False, soft_wrap=True)
    ended, exit_code = follow_at_terminal(Watch(account, execution), console)
    show_ending(ended, as_json=as_json)
    return exit_code


def _run_express(account: "Account", machine: "Machine", payload: Any, name: str | None, *, as_json: bool) -> int:
    from constructs_lib.ops.commands.ending import show_ending  # noqa: PLC0415 - as above
    from constructs_lib.ops.executions.progress import Progress  # noqa: PLC0415 - as above
    from constructs_lib.ops.executions.starting import run_express  # noqa: PLC0415 - as above

    with Console(stderr=True, emoji=False).status(f"running {visible(machine.name)}", spinner="line"):
        ended = run_express(account, machine.arn, payload, name=name)
    told = Progress(ended.execution, ended.status, None, None, [], [], [], ended.error, ended.cause, ended.output)
    show_ending(told, as_json=as_json)
    return 0 if ended.status == "SUCCEEDED" else 1
