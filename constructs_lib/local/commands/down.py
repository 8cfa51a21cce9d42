"""``constructs-lib local down``: tells instances to stop."""

import os
import time

import click

from constructs_lib.local.commands.endpoint import answering, instances, refused
from constructs_lib.local.commands.leftovers import end_and_tell
from constructs_lib.local.control.instances import Instance, instance_at, running

POLL_SECONDS = 0.05
TIMEOUT_SECONDS = 40.0
"""More than an instance gives its jobs to end."""


@click.command(short_help="Stop a running embedded AWS.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port of the instance. Default: the only one that runs; of several, that at AWS_ENDPOINT_URL.",
)
@click.option("--all", "every", is_flag=True, help="Stop every instance on this machine.")
def down(*, port: int | None, every: bool) -> None:
    """Stop a running embedded AWS, and wait until it is gone.

    Running jobs get five seconds to end by themselves. Processes left by an instance that was killed are ended, too,
    and listed on standard error.

    \b
    Examples:
      constructs-lib local down
      constructs-lib local down --port 4566
      constructs-lib local down --all

    Exit code: 0 it is gone, or what was left of it; 1 it is still there; 2 wrong usage, or nothing is running.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    if port and every:
        raise click.UsageError("--port and --all exclude each other: give one of them")
    had_left = end_and_tell()
    found = instances()
    if had_left and not found and not port:
        return
    for instance in _chosen(found, port, every=every):
        refused(answering(instance.url).stop)
        _wait(instance)
        click.echo(f"stopped {instance.url}")


def _chosen(found: list[Instance], port: int | None, *, every: bool) -> list[Instance]:
    urls = ", ".join(item.url for item in found)
    if port:
        chosen = [item for item in found if item.port == port]
        if not chosen:
            raise click.UsageError(f"nothing is running on port {port}; running: {urls or 'nothing'}")
        return chosen
    if not found:
        raise click.UsageError("nothing is running")
    if len(found) == 1 or every:
        return found
    url = os.environ.get("AWS_ENDPOINT_URL")
    meant = instance_at(url) if url else None
    if meant is None:
        raise click.UsageError(f"several are running: {urls}. Choose one with --port, or --all")
    return [meant]


def _wait(instance: Instance) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while instance in running():
        if time.monotonic() > deadline:
            raise click.ClickException(f"{instance.url} (process {instance.pid}) is still there")
        time.sleep(POLL_SECONDS)
