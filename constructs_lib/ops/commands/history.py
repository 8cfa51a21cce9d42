"""The command ``constructs-lib history``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from constructs_lib.local.commands.names import Name
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.local.signals import StoppedError, orderly
from constructs_lib.ops.commands.options import account_options
from constructs_lib.terminal import json_text, visible

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account

_MOST_JOBS = 12


@click.command(short_help="An execution over time, as bars or a page.")
@click.argument("execution", type=Name())
@click.option(
    "--report", type=FilePath(), help="Write an HTML page: timeline, jobs, and the logs of those that failed."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=0),
    default=_MOST_JOBS,
    show_default=True,
    help="A stage with more jobs is one bar, as high as many of them ran.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the events of the execution, a JSON object a line.")
@account_options
def history(*, execution: str, report: Path | None, jobs: int, as_json: bool, account: "Account") -> None:
    """Draw an execution over time: its stages, and how long their jobs waited in the queue and ran. EXECUTION is an
    ARN, STATE-MACHINE:NAME, STACK:NAME, or a state machine or stack for its newest execution.

    A bar has one shade for the time in the queue and another one for the time that the job ran; attempts that failed
    and were made again have their own. Of an array job with very many children, and of a Map state with very many jobs,
    one bar says how many ran when.

    \b
    Examples:
      constructs-lib history Thumbnails
      constructs-lib history Thumbnails:monday --jobs 100
      constructs-lib history Thumbnails --report report.html
      constructs-lib history Thumbnails --json | jq -r 'select(.type == "TaskFailed") | .details.cause'

    In a pipe it prints a line for each stage and each attempt of a job: kind, name, state, since when it waited,
    when it started and when it ended, with tabs between them.

    Required permissions: states:GetExecutionHistory, states:ListExecutions, batch:DescribeJobs, batch:ListJobs; for
    --report logs:GetLogEvents on the log groups; for the name of a stack the rights to read it.

    Exit code: 0, however the execution ended; 1 AWS cannot be reached or refuses, or the file cannot be written; 2
    wrong usage, such as an execution that does not exist; 130 Ctrl-C.
    """  # noqa: D205, D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.local.commands.outputs import check_file  # noqa: PLC0415 - not for --help and errors
    from constructs_lib.ops.names import Kind, resolve  # noqa: PLC0415 - boto3, as above

    target = check_file(report, "--report") if report else None
    found = resolve(account, execution, {Kind.EXECUTION}).id
    try:
        with orderly() as stop:
            if as_json:
                _print_events(account, found, stop.check)
            elif target is None:
                _draw(account, found, jobs)
            if target:
                _write(account, found, target)
    except StoppedError as stopped:
        sys.exit(stopped.code)


def _draw(account: "Account", execution: str, most_jobs: int) -> None:
    from constructs_lib.ops.commands.display import console, show_table  # noqa: PLC0415 - as above
    from constructs_lib.ops.commands.timeline_view import TimelineView, plain_rows  # noqa: PLC0415 - as above
    from constructs_lib.ops.reports.timelines import look_at_timeline  # noqa: PLC0415 - as above

    shown, errors = console(), console(stderr=True)
    with errors.status("reading histories") as status:
        timeline = look_at_timeline(
            account,
            execution,
            note=lambda line: errors.print(visible(line), style="yellow", markup=False),
            seen=lambda count: status.update(f"reading histories: {count:,}"),
        )
    if not shown.is_terminal:
        show_table(shown, "", (), plain_rows(timeline))
        return
    for line in TimelineView(timeline, shown.width, most_jobs=most_jobs).lines():
        shown.print(line)


def _write(account: "Account", execution: str, target: Path) -> None:
    from constructs_lib.local.commands.outputs import write_file  # noqa: PLC0415 - as above
    from constructs_lib.ops.commands.display import console, plain  # noqa: PLC0415 - as above
    from constructs_lib.ops.reports.pages import execution_page  # noqa: PLC0415 - as above

    errors = console(stderr=True)
    with errors.status("reading histories") as status:
        page = execution_page(
            account,
            execution,
            note=lambda line: errors.print(visible(line), style="yellow", markup=False),
            seen=lambda count: status.update(f"reading histories: {count:,}"),
        )
    write_file(target, page, "--report")
    errors.print(f"report   {plain(target)}", soft_wrap=True)


def _print_events(account: "Account", execution: str, check: Any) -> None:
    from constructs_lib.ops.histories.histories import events  # noqa: PLC0415 - as above

    for event in events(account, execution):
        check()
        details: Any = next((value for name, value in event.items() if name.endswith("EventDetails")), {})
        record = {
            "id": event["id"],
            "previousEventId": event.get("previousEventId", 0),
            "time": event["timestamp"].isoformat(timespec="milliseconds"),
            "type": event["type"],
            "details": details,
        }
        click.echo(json_text(record, default=str))
