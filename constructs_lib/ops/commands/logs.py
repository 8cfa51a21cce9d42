"""The command ``constructs-lib logs``."""

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from constructs_lib.local.commands.names import Name
from constructs_lib.local.signals import StoppedError, orderly
from constructs_lib.ops.commands.options import account_options

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account

_AGO = re.compile(r"(\d{1,9})\s*(s|min|m|h|d)")
_SECONDS = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400}
_LINES, _JOBS = 20, 50


class Since(click.ParamType[int]):
    """A time, or how long ago it was; milliseconds since the epoch."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Take ``20m``, ``2h``, ``3d``, or a time as ISO 8601 has it, in UTC if it names no zone."""
        if match := _AGO.fullmatch(str(value).strip()):
            time = datetime.now(UTC) - timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
            return int(time.timestamp() * 1000)
        try:
            time = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r}: expected how long ago, such as 20m, 2h or 3d, or 2026-11-30T08:00", param, ctx)
        return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)


@click.command(short_help="What jobs wrote, from CloudWatch Logs.")
@click.argument("job_or_execution", type=Name())
@click.option(
    "--index",
    type=click.IntRange(min=0),
    help="Only this child of an array job, or node; of an execution, the jobs of this item.",
)
@click.option("--follow", "-f", is_flag=True, help="Keep printing until all jobs have ended.")
@click.option("--failed", is_flag=True, help="Only jobs that failed, the last lines of each.")
@click.option("--attempt", type=click.IntRange(min=1), help="Only this attempt. Default: all; with --failed the last.")
@click.option("--since", type=Since(), help="Only lines since 20m, 2h or 3d ago, or since 2026-11-30T08:00.")
@click.option("--lines", type=click.IntRange(1, 10_000), default=_LINES, show_default=True, help="With --failed.")
@click.option("--jobs", type=click.IntRange(1), default=_JOBS, show_default=True, help="With --failed, so many jobs.")
@click.option("--raw", is_flag=True, help="Print lines unchanged and without prefix, for a program that reads them.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each line.")
@account_options
def logs(
    *,
    job_or_execution: str,
    index: int | None,
    follow: bool,
    failed: bool,
    attempt: int | None,
    since: int | None,
    lines: int,
    jobs: int,
    raw: bool,
    as_json: bool,
    account: "Account",
) -> None:
    """Print what jobs wrote, from CloudWatch Logs. JOB_OR_EXECUTION is the id or ARN of a job, or the ARN or name of an
    execution, or a state machine or stack for its newest execution.

    An array job means all of its children, a multi-node job its nodes, and an execution all jobs that it has submitted,
    those of Map states, Distributed Maps and nested executions included, and its tasks on Amazon ECS. Lines of several
    are interleaved by time, with a prefix that says whose they are. Each attempt has a stream of its own.

    Control characters are escaped, such as \\x1b, and lines are cut off after 10,000 characters, unless --raw is given.

    \b
    Examples:
      constructs-lib logs 8e5b2f0e-… --follow
      constructs-lib logs 8e5b2f0e-… --index 17 --attempt 2
      constructs-lib logs Thumbnails --failed             the newest execution of the stack
      constructs-lib logs Thumbnails:monday --index 17    the jobs of item 17
      constructs-lib logs arn:aws:states:… --since 20m --json | jq -r .line

    --json prints {"time", "job", "name", "index", "attempt", "container", "line"}.

    Required permissions: logs:FilterLogEvents and logs:GetLogEvents on the log groups, batch:DescribeJobs,
    batch:ListJobs; of an execution states:GetExecutionHistory and states:ListExecutions; for tasks of Amazon ECS
    ecs:DescribeTaskDefinition; for the name of a stack the rights to read it.

    Exit code: 0, also if there is nothing to print; 1 AWS cannot be reached or refuses; 2 wrong usage, such as a job
    that does not exist; 130 Ctrl-C.
    """  # noqa: D205, D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.ops.commands.log_lines import LinePrinter  # noqa: PLC0415 - boto3: not for --help and errors
    from constructs_lib.ops.commands.log_reading import Reading  # noqa: PLC0415 - as above
    from constructs_lib.ops.logs.job_selection import Wanted  # noqa: PLC0415 - as above
    from constructs_lib.ops.names import Kind, resolve  # noqa: PLC0415 - as above

    named = resolve(account, job_or_execution, {Kind.JOB, Kind.EXECUTION})
    printer = LinePrinter(raw=raw, as_json=as_json)
    reading = Reading(account, named, Wanted(index, failed), attempt, since or 0, printer)
    try:
        with orderly() as stop:
            if follow:
                reading.follow(stop.pause)
            elif failed:
                reading.failed(lines, jobs, stop.check)
            else:
                reading.all(stop.check)
    except StoppedError as stopped:
        sys.exit(stopped.code)
