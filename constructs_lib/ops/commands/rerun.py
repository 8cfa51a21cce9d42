"""The command ``constructs-lib rerun``."""

import os
import re
from typing import Any
from urllib.parse import urlsplit

import click
from rich.console import Console

from constructs_lib.limits import STEP_FUNCTIONS_NAME_CHARACTERS
from constructs_lib.terminal import json_text, visible

_ARN = re.compile(r"arn:[a-z-]+:states:(?P<region>[a-z0-9-]+):[0-9]{12}:execution:[^:\s]+:[^:\s]+")

_NAME = re.compile(rf"[\w-]{{1,{STEP_FUNCTIONS_NAME_CHARACTERS}}}", re.ASCII)
"""The characters that all AWS services accept in names of executions, CloudWatch Logs included."""


@click.command()
@click.argument("execution")
@click.option(
    "--dry-run", is_flag=True, help="Show what would run and print the input of the new execution, without starting it."
)
@click.option("--name", help="Name of the new execution. Default: the old name, -rerun- and eight characters.")
def rerun(*, execution: str, dry_run: bool, name: str | None) -> None:
    """Run the failed items of EXECUTION again, in a new execution. EXECUTION is an ARN.

    Each fan-out runs only the items that failed, under their old indexes, and writes their results beside the others.
    Its output counts the whole list. All other states run again as before. A fan-out that did not end runs as a whole;
    with skip_finished=True, jobs whose results exist end at once.

    \b
    Examples:
      constructs-lib rerun arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday --dry-run
      constructs-lib rerun arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday
      AWS_ENDPOINT_URL=http://localhost:5000 constructs-lib rerun arn:…   # in an embedded AWS

    Messages go to standard error. Standard output is the ARN of the new execution, or its input with --dry-run.
    Required permissions: states:DescribeExecution, states:GetExecutionHistory, states:DescribeStateMachine,
    states:StartExecution, and for many failed items s3:GetObject and s3:PutObject on the bucket of the fan-out.

    If two people rerun the same execution at the same time, the second gets the ARN of the rerun that is running.

    Exit code: 0; 1 if there is nothing to rerun, a rerun of it is running, or AWS cannot be reached or returns an
    error; 2 for wrong usage.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    match = _ARN.fullmatch(execution)
    if match is None:
        hint = "arn:aws:states:REGION:ACCOUNT:execution:STATE-MACHINE:NAME"
        raise click.BadParameter(f"{execution!r} is no ARN of an execution: {hint}", param_hint="EXECUTION")
    if name is not None and not _NAME.fullmatch(name):
        raise click.BadParameter(f"{name!r}: expected 1 to 80 letters, digits, - and _", param_hint="--name")
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - boto3: not for --help and errors

    from constructs_lib.ops.errors import OperationError  # noqa: PLC0415 - as above
    from constructs_lib.ops.rerun import plan_rerun, start_rerun  # noqa: PLC0415 - as above

    try:
        session = _session(match["region"])
        states, s3 = (_client(session, service) for service in ("stepfunctions", "s3"))
        with Console(stderr=True).status("reading the history") as status:
            found = plan_rerun(
                states,
                s3,
                execution,
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
    except (OperationError, BotoCoreError, ClientError) as error:
        raise click.ClickException(str(error)) from None


def _session(region: str) -> Any:
    """A session of boto3, with the access key of an embedded AWS if AWS_ENDPOINT_URL is the address of one."""
    import boto3  # noqa: PLC0415 - as above

    if endpoint_url := os.environ.get("AWS_ENDPOINT_URL"):
        from constructs_lib.local.control.instances import keys_at  # noqa: PLC0415 - not on every system

        if keys := keys_at(endpoint_url):
            return boto3.Session(keys.access_key, keys.secret_key, region_name=region)
    return boto3.Session(region_name=region)


def _client(session: Any, service: str) -> Any:
    try:
        client = session.client(service)
        urlsplit(client.meta.endpoint_url).port  # noqa: B018 - raises for one that is none, which boto3 sees too late
    except ValueError as error:  # an invalid URL or port
        raise click.ClickException(f"the AWS configuration in the environment cannot be used: {error}") from None
    return client
