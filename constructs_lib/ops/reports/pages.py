"""The page about an execution, as `constructs-lib local run --report` writes it, of one in an account."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from constructs_lib.local.runs.job_outcomes import job_outcome
from constructs_lib.local.runs.outcome import JobOutcome, Outcome
from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.histories.started import started_tasks
from constructs_lib.ops.logs.job_logs import Logs, sources_of
from constructs_lib.ops.logs.job_selection import Wanted, described, of_tasks
from constructs_lib.ops.reports.timelines import Timeline, look_at_timeline

_LOG_LINES = 200
_LOGS = 50


def execution_page(
    account: Account,
    execution: str,
    *,
    now: Callable[[], float] = time.time,
    note: Callable[[str], None] = lambda _: None,
    seen: Callable[[int], None] = lambda _: None,
) -> str:
    """Write the page about an execution as one HTML document that loads nothing.

    Args:
        account: where it is.
        execution: its ARN.
        now: what tells the time, in seconds since the epoch, for what still runs.
        note: told of what cannot be looked into, in one line.
        seen: called with the number of histories read so far.

    Raises:
        OperationError: it has no history, or what writes pages is not installed.
    """
    try:
        from constructs_lib.local.runs.outcome_page import report_of  # noqa: PLC0415 - needs templates
        from constructs_lib.local.runs.report import render  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        raise OperationError(f"pages need the package {error.name}: pip install 'constructs-lib[local,cli]'") from None
    timeline = look_at_timeline(account, execution, whole=True, now=now, note=note, seen=seen)
    course = timeline.course
    with TemporaryDirectory() as directory:
        outcome = Outcome(
            status=timeline.status,
            output=json.loads(course.output) if course.output is not None else None,
            error=course.error or None,
            cause=course.cause or None,
            jobs=_failed(account, timeline, Path(directory)),
            results={},
            bars=[bar for lane in timeline.lanes for bar in lane.attempts],
            arn=execution,
        )
        return render(report_of(outcome, ":".join(execution.split(":")[-2:])))


def _failed(account: Account, timeline: Timeline, directory: Path) -> list[JobOutcome]:
    """The jobs that failed, the first ones with the ends of their logs."""
    tasks = started_tasks(account, timeline.execution, course=timeline.course)
    reader, found = Logs(account), []
    for number, job in enumerate(described(account, of_tasks(account, tasks, Wanted(failed=True)), failed=True)):
        log = None
        if number < _LOGS:
            log = directory / f"{number}.log"
            lines = [line.text for source in sources_of(job, -1) for line in reader.last(source, _LOG_LINES)]
            log.write_text("".join(f"{line}\n" for line in lines))
        found.append(job_outcome(job, log))
    return found
