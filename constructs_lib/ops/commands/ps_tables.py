"""What ``constructs-lib ps`` prints."""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Console

from constructs_lib.ops.commands.display import plain, show_table, span, state_shown
from constructs_lib.ops.queues.overview import EnvironmentNow, Overview, QueueNow, StateCount

_EXACT = 100_000
"""Below it, parts of a vCPU are shown."""


def show(shown: Console, found: Overview) -> None:
    """Print it: tables, or lines that begin with the kind of the row."""
    tables: list[tuple[str, str, tuple[str, ...], list[tuple[str, ...]]]] = [
        (
            "queue",
            "Queues",
            ("queue", "state", "priority>", "vCPUs in use>", "environments, in order"),
            [_queue(item) for item in found.queues],
        ),
        (
            "environment",
            "Environments",
            ("environment", "state", "kind", "min>", "desired>", "in use>", "max vCPUs>"),
            [_environment(item) for item in found.environments],
        ),
        ("jobs", "Jobs", ("queue", "state", "jobs>", "longest>", "job!"), list(_jobs(found))),
        ("stuck", "Stuck", ("queue", "job!", "for>", "why"), list(_stuck(found))),
    ]
    first = True
    for kind, title, columns, rows in tables:
        if not rows:
            continue
        if shown.is_terminal:
            if not first:
                shown.print()
            show_table(shown, title, columns, rows)
        else:
            show_table(shown, title, ("", *columns), [(kind, *row) for row in rows])
        first = False
    if shown.is_terminal and any(item.job for queue in found.queues for item in queue.stuck):
        shown.print("\n`constructs-lib why JOB` says what would let it start.")


def _queue(item: QueueNow) -> tuple[str, ...]:
    in_use = "-" if item.vcpus_in_use is None else f"{item.vcpus_in_use:,g}"
    return (
        plain(item.name),
        _state(item.state, item.status, item.status_reason),
        str(item.priority),
        in_use,
        plain(", ".join(item.environments) or "-"),
    )


def _environment(item: EnvironmentNow) -> tuple[str, ...]:
    numbers = (item.min_vcpus, item.desired_vcpus, item.vcpus_in_use, item.max_vcpus)
    vcpus = ("-" if value is None else f"{value:,g}" if value < _EXACT else f"{value:,.0f}" for value in numbers)
    return (plain(item.name), _state(item.state, item.status, item.status_reason), item.kind, *vcpus)


def _state(state: str, status: str, reason: str) -> str:
    """ENABLED alone when all is well."""
    if status in ("VALID", ""):
        return state if state == "ENABLED" else f"[yellow]{state}[/]"
    why = f": {plain(reason)}" if status == "INVALID" and reason else ""
    return f"[red]{state}, {status}[/]{why}" if status == "INVALID" else f"{state}, {status}"


def _jobs(found: Overview) -> Iterator[tuple[str, ...]]:
    for queue in found.queues:
        for count in queue.jobs:
            if count.jobs:
                yield _count(queue, count, found.time)
        if not any(count.jobs for count in queue.jobs):
            yield _none(queue)


def _none(queue: QueueNow) -> tuple[str, ...]:
    return (plain(queue.name), "-", "0", "", "")


def _count(queue: QueueNow, count: StateCount, now: datetime) -> tuple[str, ...]:
    state = state_shown(count.state)
    if count.oldest is None or count.state in ("SUCCEEDED", "FAILED"):
        return (plain(queue.name), state, count.shown, "", "")
    # Not counted to the end, the first of a list that begins with the newest is not known.
    least = "over " if count.has_more else ""
    return (
        plain(queue.name),
        state,
        count.shown,
        f"{least}{span(count.oldest.since, now)}",
        count.oldest.id,
    )


def _stuck(found: Overview) -> Iterator[tuple[str, ...]]:
    for queue in found.queues:
        for item in queue.stuck:
            job, waits = (item.job.id, span(item.job.since, found.time)) if item.job else ("", "")
            yield (plain(queue.name), job, waits, f"[red]{plain(item.what)}[/]")
