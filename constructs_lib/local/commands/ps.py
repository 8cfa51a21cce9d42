"""``constructs-lib local ps``: what runs on this machine."""

import time
from datetime import timedelta
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from constructs_lib.local.commands.endpoint import instances
from constructs_lib.local.commands.leftovers import end_and_tell
from constructs_lib.local.control.instances import Instance
from constructs_lib.terminal import json_text, visible

SHOWN = 20
"""So many executions and jobs are shown, the last ones; --json has all."""

_SHOWN_MEMBERS = ("port", "pid", "directory", "started")
"""Of an instance; its keys are for the commands of this user, and not for what reads the list."""
_COLORS = {"FAILED": "red", "TIMED_OUT": "red", "ABORTED": "red", "RUNNING": "blue", "RUNNABLE": "yellow"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array of instances, with everything in them.")
def ps(*, as_json: bool) -> None:
    """List the embedded AWSes that run on this machine, and their stacks, executions and jobs.

    What was left running by one that was killed is ended, and named on standard error.

    \b
    Examples:
      constructs-lib local ps
      constructs-lib local ps --json | jq -r '.[].endpoint'

    Exit code: 0, also when nothing is running; 2 wrong usage.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    end_and_tell()
    found = instances()
    if as_json:
        click.echo(json_text([_record(instance) for instance in found]))
        return
    if not found:
        click.echo("nothing is running: start an embedded AWS with `constructs-lib local up`", err=True)
    console = Console(emoji=False)
    for instance in found:
        _show(console, _record(instance))


def _record(instance: Instance) -> dict[str, Any]:
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - as below

    from constructs_lib.local.client.clients import clients  # noqa: PLC0415 - boto3: not for --help and errors
    from constructs_lib.local.client.overview import overview  # noqa: PLC0415 - as above

    members = {name: getattr(instance, name) for name in _SHOWN_MEMBERS}
    record = {"endpoint": instance.url, **members}
    try:
        return {**record, **overview(clients(instance.url, instance.keys))}
    except BotoCoreError:  # it is stopping
        return {**record, "stacks": [], "executions": [], "jobs": []}


def _show(console: Console, record: dict[str, Any]) -> None:
    age = timedelta(seconds=int(time.time() - record["started"]))
    title = f"[bold]{record['endpoint']}[/]  process {record['pid']}, up {age}, logs in {_plain(record['directory'])}"
    console.print(title, highlight=False, emoji=False, soft_wrap=True)
    _table(console, "stack", record["stacks"], "name", "status")
    _table(console, "execution", record["executions"][-SHOWN:], "name", "stateMachine", "status")
    jobs = [{**job, "children": _children(job["children"])} for job in record["jobs"][-SHOWN:]]
    _table(console, "job", jobs, "id", "name", "queue", "children", "status")


def _table(console: Console, title: str, records: list[dict[str, Any]], *members: str) -> None:
    if not records:
        return
    table = Table(title, *members[1:])
    table.columns[0].no_wrap = True  # what other commands and the API take: never cut off
    for record in records:
        color = _COLORS.get(record["status"], "green" if record["status"].endswith(("SUCCEEDED", "_COMPLETE")) else "")
        cells = [_plain(str(record[member] or "")) for member in members[:-1]]
        status = _plain(record["status"])
        table.add_row(*cells, f"[{color}]{status}[/]" if color else status)
    console.print(table)


def _plain(text: str) -> str:
    return escape(visible(text))


def _children(summary: dict[str, int] | None) -> str:
    return ", ".join(f"{count} {status}" for status, count in (summary or {}).items() if count)
