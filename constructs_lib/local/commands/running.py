"""What commands that run something of a stack have in common: where it runs, its data, and what is told of it."""

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console

from constructs_lib.local.apps.synthesis import NAME_CONSTRUCTS
from constructs_lib.local.commands.apps import app_options, opened
from constructs_lib.local.commands.endpoint import endpoint_option, find, keys_of, refused
from constructs_lib.local.commands.leftovers import end_and_tell
from constructs_lib.local.commands.loading import loading
from constructs_lib.local.commands.options import AwsOptions, aws_options, new_directory
from constructs_lib.local.commands.outputs import check_file, claim
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.local.faults.plans.display import show_faults
from constructs_lib.terminal import visible

if TYPE_CHECKING:
    from constructs_lib.local.client.session import BeginRemotely
    from constructs_lib.local.runs.ending import ReportOptions
    from constructs_lib.local.runs.seeds import Seed
    from constructs_lib.local.runs.session import Begin

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Where something runs, and what is told of it.

    Args:
        app: the command that synthesizes the app. Default: that of cdk.json.
        assembly: the app's assembly, in place of a synthesis.
        puts: what is put into buckets first, each ``FILE|FOLDER=BUCKET/KEY``.
        output: directory for logs and results. Default: a new one.
        as_json: print one JSON object.
        report: the file of a page. Default: none.
        endpoint: the running instance. Default: an embedded AWS of its own, unless the environment names one.
        aws: how an embedded AWS of its own is.
    """

    app: str | None
    assembly: Path | None
    puts: tuple[str, ...]
    output: Path | None
    as_json: bool
    report: Path | None
    endpoint: str | None
    aws: AwsOptions

    @property
    def is_elsewhere(self) -> bool:
        """Whether it runs in an instance that runs already; a `click.UsageError` when other options say otherwise."""
        here = self.app or self.assembly
        elsewhere = bool(self.endpoint or ("AWS_ENDPOINT_URL" in os.environ and not here))
        # Which account and region a stack is in there has to be said.
        if elsewhere and (here or replace(self.aws, account=None, region=None) != AwsOptions()):
            given = "--endpoint" if self.endpoint else "AWS_ENDPOINT_URL"
            raise click.UsageError(
                f"{given} runs a stack as it is deployed there: leave out the options of app and AWS"
            )
        return elsewhere


def run_options(command: Command) -> Command:
    """Add the options of `RunOptions`; the command gets them as ``options``."""

    @app_options
    @click.option(
        "--put",
        "puts",
        multiple=True,
        metavar="FILE|FOLDER=BUCKET/KEY",
        help="Put a file, or all files of a folder, into a bucket before the start; once for each. BUCKET is the "
        "bucket's name, or what it is called in the stack.",
    )
    @click.option(
        "--output",
        type=FilePath(),
        help="Directory for logs and results. Default: a new one in build/local.",
    )
    @click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="Print one JSON object: executionArn, status, output, error, cause, jobs, results.",
    )
    @click.option(
        "--report",
        type=FilePath(),
        help="Write one HTML page: a timeline of the jobs over vCPUs, their outcome, and the logs of those that "
        "failed.",
    )
    @endpoint_option
    @aws_options
    @functools.wraps(command)
    def with_options(
        *,
        app: str | None,
        assembly: Path | None,
        puts: tuple[str, ...],
        output: Path | None,
        as_json: bool,
        report: Path | None,
        endpoint: str | None,
        aws_options: AwsOptions,
        **others: Any,
    ) -> Any:
        options = RunOptions(app, assembly, puts, output, as_json, report, endpoint, aws_options)
        return command(options=options, **others)

    return with_options


def go(
    stack: str | None, options: RunOptions, begin: "Begin", begin_remotely: "BeginRemotely", *, wait: bool = True
) -> NoReturn:
    """Run something of a stack, and end the command with its exit code.

    Args:
        stack: the stack, by its name or path. Default: the only one.
        options: where, and what is told.
        begin: finds and starts it in an embedded AWS of its own.
        begin_remotely: finds and starts it in an instance that runs already.
        wait: whether its end is waited for there.
    """
    is_elsewhere = options.is_elsewhere
    seeds = _seeds(options.puts)
    if options.output:
        claim(options.output)
    report = check_file(options.report, "--report") if options.report else None
    if is_elsewhere:
        instance = find(options.endpoint)
        url = instance.endpoint_url
        from constructs_lib.local.client.clients import everywhere  # noqa: PLC0415 - boto3, as below
        from constructs_lib.local.client.session import run_deployed  # noqa: PLC0415 - as above

        first = refused(instance.location)
        at = everywhere(url, keys_of(url), first)(options.aws.location(first))
        stack = stack or _only_stack(at("cloudformation"), url)
        directory = options.output or claim(new_directory(stack))
        telling = _telling(stack, directory, options, report)
        sys.exit(run_deployed(url, at, stack, begin_remotely, telling, seeds=seeds, wait=wait))
    end_and_tell()
    with loading(), opened(options.app, options.assembly, context=NAME_CONSTRUCTS) as found:
        chosen = found.stack(stack)
        directory = options.output or claim(new_directory(chosen.name))
        from constructs_lib.local.runs.session import Session  # noqa: PLC0415 - moto takes a second: not for --help

        telling = _telling(chosen.name, directory, options, report)
        session = Session(found, chosen, telling, begin=begin, seeds=seeds, make_aws=options.aws.make)
        exit_code = session.run()
        if options.aws.faults:
            show_faults(Console(stderr=True), options.aws.faults)
    sys.exit(exit_code)


def _only_stack(cloudformation: Any, url: str) -> str:
    """The stack that is deployed in an instance; a `click.UsageError` where there are none or several."""
    pages = cloudformation.get_paginator("describe_stacks").paginate()
    names = [str(stack["StackName"]) for page in pages for stack in page["Stacks"]]
    if len(names) != 1:
        have = f"has several stacks, name one: {', '.join(names)}" if names else "has no stack"
        raise click.UsageError(visible(f"{url} {have}"))
    return names[0]


def _telling(title: str, directory: Path, options: RunOptions, report: Path | None) -> "ReportOptions":
    from constructs_lib.local.runs.ending import ReportOptions  # noqa: PLC0415 - as above

    return ReportOptions(title, directory.absolute(), options.as_json, report)


def _seeds(puts: tuple[str, ...]) -> "list[Seed]":
    if not puts:
        return []
    from constructs_lib.local.commands.puts import seed_of  # noqa: PLC0415 - boto3: not for --help and errors

    return [seed_of(put) for put in puts]
