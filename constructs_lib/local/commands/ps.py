"""``constructs-lib local ps``: what runs on this machine."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from constructs_lib.local.commands.endpoint import instances
from constructs_lib.local.commands.leftovers import end_and_tell
from constructs_lib.local.control.client import ControlClient, ControlError
from constructs_lib.local.control.instances import Instance
from constructs_lib.terminal import json_text, visible

SHOWN = 20
"""So many executions and jobs are shown, the last ones; --json has all."""

_SHOWN_MEMBERS = ("port", "pid", "directory", "started")
"""Of an instance; its keys are for the commands of this user, and not for what reads the list."""
_COLORS = {"FAILED": "red", "TIMED_OUT": "red", "ABORTED": "red", "RUNNING": "blue", "RUNNABLE": "yellow"}
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class _Entry:
    """A stack, an execution or a job.

    Args:
        cells: its status and times, of one width each.
        name: what it is called; as long as it likes.
        lines: what stands below, such as its ARN.
    """

    cells: tuple[str, ...]
    name: str
    lines: tuple[str, ...]


@click.command(short_help="List what runs in embedded AWSes on this machine.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array of instances, with everything in them.")
def ps(*, as_json: bool) -> None:
    """List the running embedded AWS instances on this machine, and their stacks, executions and jobs.

    Processes left by an instance that was killed are ended, and listed on standard error.

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

    from constructs_lib.local.client.clients import everywhere  # noqa: PLC0415 - boto3: not for --help and errors
    from constructs_lib.local.client.overview import overview  # noqa: PLC0415 - as above

    members = {name: getattr(instance, name) for name in _SHOWN_MEMBERS}
    record = {"endpoint": instance.url, **members}
    try:
        locations = ControlClient(instance.url).locations()
        at = everywhere(instance.url, instance.keys, locations[0])
        return {**record, **overview(map(at, locations))}
    except (BotoCoreError, ControlError):  # it is stopping
        return {**record, "stacks": [], "executions": [], "jobs": []}


def _show(console: Console, record: dict[str, Any]) -> None:
    age = timedelta(seconds=int(time.time() - record["started"]))
    title = f"[bold]{record['endpoint']}[/]  process {record['pid']}, up {age}, logs in {_plain(record['directory'])}"
    _print(console, title)
    _list(console, "stacks", [_stack(stack) for stack in record["stacks"]], most=None)
    _list(console, "executions", [_execution(execution) for execution in record["executions"]])
    _list(console, "jobs", [_job(job) for job in record["jobs"]])


def _list(console: Console, title: str, entries: list[_Entry], *, most: int | None = SHOWN) -> None:
    """Lines that nothing cuts off, however narrow the terminal is; what other commands take has one of its own."""
    if not entries:
        return
    shown = entries[-most:] if most else entries
    more = f", the last {len(shown)} of {len(entries)}" if len(entries) > len(shown) else ""
    _print(console, f"\n[bold]{title}[/]{more}")
    widths = [max(len(cell) for cell in column) for column in zip(*(entry.cells for entry in shown), strict=True)]
    for entry in shown:
        cells = [f"{cell:<{width}}" for cell, width in zip(entry.cells, widths, strict=True)]
        color = _color(entry.cells[0])
        first = f"[{color}]{_plain(cells[0])}[/]" if color else _plain(cells[0])
        _print(console, "  ".join(["", first, *(_plain(cell) for cell in cells[1:]), _plain(entry.name)]))
        for line in entry.lines:
            _print(console, f"    {_plain(line)}")


def _stack(stack: dict[str, Any]) -> _Entry:
    return _Entry((stack["status"], _moment(stack["updatedAt"] or stack["createdAt"])), stack["name"], (stack["arn"],))


def _execution(execution: dict[str, Any]) -> _Entry:
    times = _moment(execution["startedAt"]), _duration(execution["startedAt"], execution["stoppedAt"])
    return _Entry((execution["status"], *times), execution["stateMachine"], (execution["arn"],))


def _job(job: dict[str, Any]) -> _Entry:
    times = _moment(job["createdAt"]), _duration(job["startedAt"], job["stoppedAt"])
    children = _children(job["children"])
    reason = (job["reason"],) if job["reason"] and job["status"] not in ("SUCCEEDED", "RUNNING") else ()
    lines = (job["arn"], f"queue {job['queue']}", *reason)
    return _Entry((job["status"], *times), f"{job['name']}{children and ': '}{children}", lines)


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _duration(begun: float | None, ended: float | None) -> str:
    if not begun or not ended:
        return ""
    seconds = ended - begun
    return f"{seconds:.1f} s" if seconds < _MINUTE else str(timedelta(seconds=round(seconds)))


def _color(status: str) -> str:
    return _COLORS.get(status, "green" if status.endswith(("SUCCEEDED", "_COMPLETE")) else "")


def _print(console: Console, text: str) -> None:
    console.print(text, highlight=False, emoji=False, soft_wrap=True)


def _plain(text: str) -> str:
    return escape(visible(text))


def _children(summary: dict[str, int] | None) -> str:
    return ", ".join(f"{count} {status}" for status, count in (summary or {}).items() if count)
