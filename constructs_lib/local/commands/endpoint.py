"""Which running instance a command talks to."""

import os
from collections.abc import Callable
from typing import Any

import click

from constructs_lib.local.account import Keys, KeysError
from constructs_lib.local.control.client import ControlClient, ControlError
from constructs_lib.local.control.instances import Instance, NotPrivateError, keys_at, running


def _not_empty(_: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value == "":
        raise click.BadParameter("it is empty: leave it out for the instance that runs here", param=param)
    return value


endpoint_option = click.option(
    "--endpoint",
    callback=_not_empty,
    help="URL of the instance. Default: AWS_ENDPOINT_URL, or else the one instance that runs on this machine.",
)


def find(endpoint: str | None) -> ControlClient:
    """Find the instance that is meant; a `click.UsageError` says when there is none, or several."""
    return answering(endpoint or os.environ.get("AWS_ENDPOINT_URL") or _only())


def answering(url: str) -> ControlClient:
    """The instance at a URL; a `click.UsageError` when none answers."""
    client = ControlClient(url)
    refused(client.health)
    return client


def keys_of(url: str) -> Keys:
    """The access key for the instance at a URL: its own, or else the environment's.

    A `click.UsageError` says when there is neither, or the environment's is none.
    """
    name, secret = (os.environ.get(f"AWS_{part}") for part in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    try:
        found = refused(lambda: keys_at(url)) or (Keys(name, secret) if name and secret else None)
    except KeysError as error:
        raise click.UsageError(f"AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: {error}") from None
    if found is None:
        raise click.UsageError(
            f"no access key for {url}: export the variables that `constructs-lib local up` has printed for it"
        )
    return found


def instances() -> list[Instance]:
    """Every instance that runs; a `click.UsageError` when where they are told is another user's."""
    found: list[Instance] = refused(running)
    return found


def refused(call: Callable[[], Any]) -> Any:
    """Make a call; what the instance, or the place of the state files, refuses is a `click.UsageError`."""
    try:
        return call()
    except (ControlError, NotPrivateError) as error:
        raise click.UsageError(str(error)) from None


def _only() -> str:
    found = instances()
    if not found:
        raise click.UsageError("nothing is running: start an embedded AWS with `constructs-lib local up`")
    if len(found) > 1:
        urls = ", ".join(item.url for item in found)
        raise click.UsageError(f"several are running: {urls}. Choose one with --endpoint, or export AWS_ENDPOINT_URL")
    return found[0].url
