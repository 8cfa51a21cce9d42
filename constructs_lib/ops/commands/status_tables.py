"""What ``constructs-lib status`` prints."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from rich.console import Console

from constructs_lib.core.protocol import Summary
from constructs_lib.ops.commands.display import moment, plain, show_lines, show_table, span, state_shown
from constructs_lib.ops.executions.executions_now import ExecutionNow, Failure, FanOutNow
from constructs_lib.ops.executions.machines import MachineNow
from constructs_lib.ops.histories.execution_events import Stage
from constructs_lib.ops.jobs.jobs_now import JobNow

_CAUSE: Final = 400
"""So many characters of a cause are shown at a terminal; --json has all."""

_BAD: Final = ("FAILED", "TIMED_OUT", "ABORTED")


def show_execution(shown: Console, found: ExecutionNow) -> None:
    """Print an execution."""
    show_lines(shown, list(_head(found)))
    tables = (
        ("stage", "Stages", ("stage", "state", "times>", "began", "took>"), [_stage(s, found) for s in found.stages]),
        (
            "fan-out",
            "Fan-outs",
            ("fan-out", "items>", "succeeded>", "failed>"),
            [_fan_out(item) for item in found.fan_outs],
        ),
    )
    for kind, title, columns, rows in tables:
        _table(shown, kind, title, columns, rows)
    _failures(shown, found.failures)
    if shown.is_terminal and found.status in _BAD:
        shown.print("\n`constructs-lib why` says more of it, `constructs-lib rerun` runs the failed items again.")


def show_job(shown: Console, found: JobNow) -> None:
    """Print a job."""
    since = found.stopped or found.started or found.created
    lines = [
        ("job", f"{found.id} {plain(found.name)}"),
        ("state", f"{state_shown(found.status)} since {moment(since)}, {span(since, found.now)} ago"),
        ("reason", plain(found.reason or "")),
        ("exit code", "" if found.exit_code is None else str(found.exit_code)),
        ("queue", plain(found.queue)),
        ("share", plain(found.share or "")),
        ("definition", plain(found.definition)),
        ("submitted", moment(found.created)),
        ("ran", span(found.started, found.stopped or found.now) if found.started else ""),
        ("attempts", str(found.attempts) if found.attempts else ""),
        ("children", _by_state(found.children)),
        ("depends on", ", ".join(found.depends_on)),
        ("log stream", plain(found.log_stream or "")),
    ]
    show_lines(shown, lines)
    _failures(shown, found.failures)


def show_machines(shown: Console, machines: Sequence[MachineNow], now: datetime) -> None:
    """Print state machines."""
    rows = [_machine(item, now) for item in machines]
    columns = ("state machine", "last", "started", "took>", "of the last")
    if shown.is_terminal:
        show_table(shown, "State machines", columns, rows)
    else:
        machine_arns = [item.newest.arn if item.newest else item.arn for item in machines]
        show_table(
            shown, "", ("", *columns, ""), [("machine", *row, arn) for row, arn in zip(rows, machine_arns, strict=True)]
        )


def _head(found: ExecutionNow) -> Iterator[tuple[str, str]]:
    yield "execution", f"{plain(found.machine)}:{plain(found.name)}"
    yield "arn", plain(found.arn)
    since = found.stopped or found.started
    yield "state", f"{state_shown(found.status)} since {moment(since)}, {span(since, found.now)} ago"
    yield "took", f"{span(found.started, found.ended)}{'' if found.stopped else ' so far'}"
    yield "input", f"{found.input_bytes:,} bytes"
    yield "jobs", _by_state(found.jobs)
    yield "items", _by_state(found.items)
    yield "executions", plain(", ".join(found.executions))
    for fan_out in found.fan_outs:
        yield "results", plain(fan_out.results_uri or "")
    yield "error", f"[red]{plain(found.error)}[/]" if found.error else ""
    yield "cause", plain(_short(_said(found.cause or "")))


def _said(cause: str) -> str:
    """A cause in words: that of a failed job is its whole description, that of a fan-out its summary."""
    try:
        job = json.loads(cause)
    except ValueError:
        return cause
    if not isinstance(job, dict):
        return cause
    if "JobId" in job and "StatusReason" in job:
        return f"job {job['JobId']}: {job['StatusReason']}"
    if {Summary.FAILED, Summary.TOTAL} <= job.keys():
        return f"{job[Summary.FAILED]:,} of {job[Summary.TOTAL]:,} items failed"
    return cause


def _short(text: str) -> str:
    return text if len(text) <= _CAUSE else f"{text[:_CAUSE]}… ({len(text) - _CAUSE:,} more characters: --json)"


def _by_state(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {state_shown(state)}" for state, number in counts.items())


def _stage(stage: Stage, found: ExecutionNow) -> tuple[str, ...]:
    end = stage.ended or found.ended
    return (
        plain(stage.name),
        state_shown(stage.status),
        f"{stage.times:,}",
        moment(stage.began),
        span(stage.began, end),
    )


def _fan_out(item: FanOutNow) -> tuple[str, ...]:
    counts = ("-" if value is None else f"{value:,}" for value in (item.total, item.succeeded, item.failed))
    return (plain(item.name), *counts)


def _failures(shown: Console, failures: Sequence[Failure]) -> None:
    rows = [
        (
            item.job or plain(item.what),
            "-" if item.exit_code is None else str(item.exit_code),
            plain(_short(item.reason)),
        )
        for item in failures
    ]
    _table(shown, "failure", "Last failures", ("job!", "exit>", "why"), rows)


def _table(shown: Console, kind: str, title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        return
    if shown.is_terminal:
        shown.print()
        show_table(shown, title, columns, rows)
    else:
        show_table(shown, title, ("", *columns), [(kind, *row) for row in rows])


def _machine(item: MachineNow, now: datetime) -> tuple[str, ...]:
    name = plain(item.name)
    if item.newest is None:
        return (name, "-", "-", "-", "of an Express one AWS keeps no list" if item.kind == "EXPRESS" else "none")
    newest = item.newest
    total = sum(item.outcomes.values())
    outcomes = _by_state(item.outcomes)
    took = f"{span(newest.started, newest.stopped or now)}"
    return (name, state_shown(newest.status), moment(newest.started), took, f"{total}: {outcomes}")
