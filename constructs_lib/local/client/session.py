"""One run of a deployed stack for a person at a terminal: started, watched, reported, and stopped when interrupted."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from constructs_lib.local.account import Clients
from constructs_lib.local.apps.deployment import Deployment, deployed
from constructs_lib.local.client.execution import POLL_SECONDS, RemoteRun
from constructs_lib.local.runs.display import RunProgress, show_made
from constructs_lib.local.runs.ending import ReportOptions, tell
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.local.runs.seeds import Seed, put
from constructs_lib.local.signals import StoppedError, orderly

BeginRemotely = Callable[[Clients, Deployment], Callable[[Path], RemoteRun]]
"""Finds what is to run in a deployed stack; what it returns starts it, and puts the logs of failed jobs somewhere."""


def run_deployed(
    endpoint_url: str,
    account: Clients,
    stack: str,
    begin: BeginRemotely,
    telling: ReportOptions,
    *,
    seeds: Sequence[Seed] = (),
    wait: bool = True,
) -> int:
    """Run something of a stack as it is deployed in a running instance.

    Args:
        endpoint_url: the instance.
        account: makes boto3 clients of the account and region that the stack is in.
        stack: the stack's name.
        begin: finds and starts it.
        telling: what is told of the run; the logs of failed jobs go where results do.
        seeds: what is put into buckets before that.
        wait: whether its end is waited for, and told.

    Returns:
        The exit code of the command.
    """
    try:
        deployment = _find(account, endpoint_url, stack)
        start = begin(account, deployment)
        show_made(Console(stderr=True), put(seeds, account, [deployment]))
        return tell(_follow(start, stack, telling.directory), telling) if wait else _leave(start, telling.directory)
    except StoppedError as stopped:
        return stopped.code
    except LookupError as error:
        raise click.UsageError(str(error)) from None
    except BotoCoreError:
        raise click.ClickException(f"the embedded AWS at {endpoint_url} is gone") from None


def _find(account: Clients, endpoint_url: str, stack: str) -> Deployment:
    try:
        return deployed(account("cloudformation"), stack)
    except ClientError:
        raise LookupError(
            f"stack {stack!r} is not deployed at {endpoint_url}: `constructs-lib local deploy {stack}`; one of another "
            "account or region has to be named with --account and --region"
        ) from None


def _leave(start: Callable[[Path], RemoteRun], directory: Path) -> int:
    start(directory / "logs")
    return 0


def _follow(start: Callable[[Path], RemoteRun], stack: str, directory: Path) -> Outcome:
    with RunProgress(Console(stderr=True)) as progress, orderly() as stop:
        progress.step(f"running {stack}")
        running = start(directory / "logs")
        try:
            while running.is_running():
                progress.jobs(running.counts())
                stop.pause(POLL_SECONDS)
            return running.outcome()
        except StoppedError:
            progress.step("stopping")
            with contextlib.suppress(BotoCoreError, ClientError):  # the instance has stopped, too
                running.stop()
            raise
