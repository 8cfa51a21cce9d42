"""How far an execution is, at a terminal: its stages with a bar each, jobs by state, and what failed last."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from constructs_lib.ops.commands.display import age
from constructs_lib.ops.executions.executions_now import Failure
from constructs_lib.ops.executions.progress import Progress, StageProgress
from constructs_lib.ops.histories.course import FAILED, RUNNING, SUCCEEDED
from constructs_lib.terminal import visible

COLORS = {
    "SUBMITTED": "dim",
    "PENDING": "dim",
    "RUNNABLE": "yellow",
    "STARTING": "cyan",
    RUNNING: "blue",
    SUCCEEDED: "green",
    FAILED: "red",
}
_SIGNS = {RUNNING: ("●", "blue"), SUCCEEDED: ("✔", "green"), FAILED: ("✘", "red")}
_MOST_STAGES = 12
"""As many are shown, the last ones; those before have ended."""
_LEAST_BAR, _MOST_BAR, _LEAST_NAME = 8, 32, 12
_BESIDE = 46
"""So many characters a line has beside name and bar: what has ended of how many, and how long that still takes."""


def progress_view(progress: Progress, now: datetime, width: int) -> RenderableType:
    """The picture of a moment.

    Args:
        progress: how far the execution is.
        now: the moment.
        width: of the terminal, in characters.
    """
    lines: list[RenderableType] = [_head(progress, now)]
    left_out = len(progress.stages) - _MOST_STAGES
    if left_out > 0:
        lines.append(Text(f"  … {left_out:,} more stages before", style="dim"))
    shown = progress.stages[-_MOST_STAGES:]
    name_width = min(max((len(stage.name) for stage in shown), default=1), max(width // 3, _LEAST_NAME))
    for stage in shown:
        table = Table.grid(padding=(0, 1), pad_edge=False)
        for column in (1, name_width, min(max(width - name_width - _BESIDE, _LEAST_BAR), _MOST_BAR)):
            table.add_column(width=column, overflow="ellipsis", no_wrap=True)
        table.add_column(overflow="fold")
        table.add_row(*_stage_cells(stage, now))
        lines.append(table)
        if stage.status == RUNNING and stage.counts:
            lines.append(Padding(_jobs(stage), (0, 0, 0, 2)))
    if progress.failures:
        lines.append(Text("last failures", style="dim"))
        lines += [_failure(failure_words(failure)) for failure in progress.failures]
    return Group(*lines)


def plain_line(progress: Progress) -> str:
    """The same in one line, for a log: the stages that run, with their jobs by state."""
    running = [stage for stage in progress.stages if stage.status == RUNNING]
    told = "; ".join(f"{stage.name}: {', '.join(_told(stage))}" for stage in running)
    return visible(told or f"{progress.status}{': ' if progress.inside else ''}{', '.join(progress.inside)}")


def failure_words(failure: Failure) -> str:
    """What failed and why, in one line."""
    index = "" if failure.index is None else f"[{failure.index}]"
    code = "" if failure.exit_code is None else f", exit code {failure.exit_code}"
    return " ".join(f"{failure.what}{index}: {failure.reason}{code}".split())


def show_stages(console: Console, progress: Progress) -> None:
    """Print the stages of an execution that has ended, a line each."""
    for stage in progress.stages:
        sign, color = _SIGNS[stage.status]
        took = age((stage.ended - stage.began).total_seconds()) if stage.ended else "runs"
        text = Text(no_wrap=True, end="")
        text.append(f"{sign} ", style=color)
        text.append(visible(stage.name))
        text.append(f"  {'  '.join([*_told(stage), took])}", style="dim")
        console.print(text, soft_wrap=True)


def _head(progress: Progress, now: datetime) -> Text:
    *_, machine, name = progress.execution.split(":")
    since = age(max((now - progress.began).total_seconds(), 0)) if progress.began else ""
    text = Text(visible(f"{machine}:{name}"), style="bold", overflow="fold")
    text.append(f"  {progress.status.lower()} {since}".rstrip(), style="not bold")
    if progress.inside:
        text.append(visible(f"  in {', '.join(progress.inside)}"), style="not bold dim")
    return text


def _stage_cells(stage: StageProgress, now: datetime) -> Iterator[RenderableType]:
    sign, color = _SIGNS[stage.status]
    yield Text(sign, style=color)
    yield Text(visible(stage.name))
    yield ProgressBar(total=stage.total, completed=min(stage.done, stage.total)) if stage.total else Text()
    if stage.total:
        text = Text(f"{stage.done:,} of {stage.total:,}")
    else:
        text = Text(age(((stage.ended or now) - stage.began).total_seconds()), style="dim")
    if stage.counts.get(FAILED) and stage.status != RUNNING:
        text.append(f"  {FAILED} {stage.counts[FAILED]:,}", style="red")
    if stage.remaining_seconds is not None:
        text.append(f"  about {age(stage.remaining_seconds)} left", style="bold")
    yield text


def _jobs(stage: StageProgress) -> Text:
    """How many jobs of a stage are in each state, and how fast they end."""
    text = Text()
    for state, count in _states(stage):
        text.append("  " if text else "")
        text.append(f"{state}\xa0{count:,}", style=COLORS.get(state, ""))
    if stage.per_minute:
        text.append(f"  {_pace(stage.per_minute)}", style="dim")
    return text


def _told(stage: StageProgress) -> list[str]:
    words = [f"{stage.done:,} of {stage.total:,} ended"] if stage.total else []
    words += [f"{state} {count:,}" for state, count in _states(stage)]
    if stage.per_minute and stage.status == RUNNING:
        words.append(_pace(stage.per_minute))
    if stage.remaining_seconds is not None:
        words.append(f"about {age(stage.remaining_seconds)} left")
    return words or [stage.status]


def _states(stage: StageProgress) -> list[tuple[str, int]]:
    order = [*COLORS]
    known = [(state, count) for state, count in stage.counts.items() if count]
    return sorted(known, key=lambda item: order.index(item[0]) if item[0] in order else len(order))


def _pace(per_minute: float) -> str:
    return f"{per_minute:,.0f}/min" if per_minute >= 10 else f"{per_minute:.1f}/min"  # noqa: PLR2004 two digits


def _failure(text: str) -> Text:
    line = Text("✘ ", style="red", overflow="ellipsis", no_wrap=True)
    line.append(visible(text), style="not red")
    return line


def moment_of(seconds: float) -> datetime:
    """A moment by its seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC)
