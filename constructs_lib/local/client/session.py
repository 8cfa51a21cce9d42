"""One run of a deployed stack for a person at a terminal: started, watched, reported, and stopped when interrupted."""

import contextlib
from pathlib import Path
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from constructs_lib.local.account import Clients, Keys
from constructs_lib.local.apps.deployment import Deployment, deployed
from constructs_lib.local.client.clients import clients
from constructs_lib.local.client.execution import POLL_SECONDS, RemoteExecution
from constructs_lib.local.runs.display import RunProgress
from constructs_lib.local.runs.ending import Telling, tell
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.local.signals import StoppedError, orderly


def run_deployed(
    endpoint_url: str, keys: Keys, stack: str, payload: Any, telling: Telling, *, state_machine: str | None
) -> int:
    """Run the state machine of a stack as it is deployed in a running instance.

    Args:
        endpoint_url: the instance.
        keys: its access key.
        stack: the stack's name.
        payload: the input of the state machine.
        telling: what is told of the run; the logs of failed jobs go where results do.
        state_machine: its logical id, needed when the stack has several.

    Returns:
        The exit code of the command.
    """
    account = clients(endpoint_url, keys)
    try:
        machine = _find(account, endpoint_url, stack).state_machine(state_machine)
        return tell(_follow(account, stack, machine, payload, telling.directory), telling)
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
            f"stack {stack!r} is not deployed at {endpoint_url}: `constructs-lib local deploy {stack}`"
        ) from None


def _follow(account: Clients, stack: str, machine: str, payload: Any, directory: Path) -> Outcome:
    with RunProgress(Console(stderr=True)) as progress, orderly() as stop:
        progress.step(f"running {stack}")
        execution = RemoteExecution(account, stack, machine, payload, directory / "logs")
        try:
            while execution.describe()["status"] == "RUNNING":
                progress.jobs(execution.counts())
                stop.pause(POLL_SECONDS)
            return execution.outcome()
        except StoppedError:
            progress.step("stopping")
            with contextlib.suppress(BotoCoreError, ClientError):  # the instance has stopped, too
                execution.stop()
            raise
