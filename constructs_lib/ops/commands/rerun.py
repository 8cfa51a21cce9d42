"""The command ``constructs-lib rerun``."""

import re
from typing import TYPE_CHECKING

import click
from rich.console import Console

from constructs_lib.limits import STEP_FUNCTIONS_NAME_CHARACTERS
from constructs_lib.local.commands.names import Name
from constructs_lib.ops.commands.options import told_in_a_line, where_options
from constructs_lib.terminal import json_text, visible

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account

_ARN = re.compile(r"arn:[a-z-]+:states:(?P<region>[a-z0-9-]+):[0-9]{12}:execution:[^:\s]+:[^:\s]+")

_NO_ARN = "is no ARN of an execution: arn:aws:states:REGION:ACCOUNT:execution:STATE-MACHINE:NAME"
_NAME = re.compile(rf"[\w-]{{1,{STEP_FUNCTIONS_NAME_CHARACTERS}}}", re.ASCII)
"""The characters that all AWS services accept in names of executions, CloudWatch Logs included."""


@click.command(short_help="Run the failed items of an execution again.")
@click.argument("execution", type=Name())
@click.option(
    "--dry-run", is_flag=True, help="Show what would run and print the input of the new execution, without starting it."
)
@click.option("--name", help="Name of the new execution. Default: the old name, -rerun- and eight characters.")
@where_options
def rerun(
    *,
    execution: str,
    dry_run: bool,
    name: str | None,
    profile: str | None,
    region: str | None,
    endpoint: str | None,
) -> None:
    """Run the failed items of EXECUTION again, in a new execution.

    EXECUTION is an ARN or a name, STATE-MACHINE:NAME, or a state machine, STACK or STACK/CONSTRUCT, which mean the
    newest execution.

    Each fan-out runs only the items that failed, under their old indexes, and writes their results beside the others.
    Its output counts the whole list. All other states run again as before. A fan-out that did not end runs as a whole;
    with skip_finished=True, jobs whose results exist end at once.

    \b
    Examples:
      constructs-lib rerun arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday --dry-run
      constructs-lib rerun arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday
      constructs-lib rerun Nightly --profile production
      AWS_ENDPOINT_URL=http://localhost:5000 constructs-lib rerun Daily:monday   # in an embedded AWS

    Messages go to standard error. Standard output is the ARN of the new execution, or its input with --dry-run.
    Required permissions: states:DescribeExecution, states:GetExecutionHistory, states:DescribeStateMachine,
    states:StartExecution, and for many failed items s3:GetObject and s3:PutObject on the bucket of the fan-out.

    If two people rerun the same execution at the same time, the second gets the ARN of the rerun that is running.

    Exit code: 0; 1 if there is nothing to rerun, a rerun of it is running, or AWS cannot be reached or returns an
    error; 2 for wrong usage, or an execution that does not exist.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    if execution.startswith("arn:") and not _ARN.fullmatch(execution):
        raise click.BadParameter(f"{execution!r} {_NO_ARN}", param_hint="EXECUTION")
    if name is not None and not _NAME.fullmatch(name):
        raise click.BadParameter(f"{name!r}: expected 1 to 80 letters, digits, - and _", param_hint="--name")
    from constructs_lib.ops.reruns.rerun import plan_rerun, start_rerun  # noqa: PLC0415 - boto3: not for --help and errors

    with told_in_a_line():
        account, arn = _found(execution, profile, region, endpoint)
        states = account.client("stepfunctions")
        with Console(stderr=True).status("reading the history") as status:
            found = plan_rerun(
                states,
                account.client("s3"),
                arn,
                name=name,
                seen=lambda events: status.update(f"reading the history: {events:,} events"),
                wrote=None if dry_run else lambda done, of: status.update(f"writing lists to S3: {done:,} of {of:,}"),
            )
        for line in found.lines:
            click.echo(visible(line), err=True)
        if dry_run:
            click.echo(json_text(found.input, indent=2))
        else:
            click.echo(start_rerun(states, found))


def _found(execution: str, profile: str | None, region: str | None, endpoint: str | None) -> "tuple[Account, str]":
    """The account and the ARN of an execution; an ARN says its region itself."""
    from constructs_lib.ops.account import Account  # noqa: PLC0415 - as above
    from constructs_lib.ops.errors import NotFoundError  # noqa: PLC0415 - as above
    from constructs_lib.ops.names import Kind, resolve  # noqa: PLC0415 - as above

    if match := _ARN.fullmatch(execution):
        return Account.open(profile=profile, region=match["region"], endpoint_url=endpoint), execution
    account = Account.open(profile=profile, region=region, endpoint_url=endpoint)
    try:
        return account, resolve(account, execution, {Kind.EXECUTION}).id
    except NotFoundError as error:
        raise NotFoundError(f"{execution!r} {_NO_ARN}; and {error}") from None
