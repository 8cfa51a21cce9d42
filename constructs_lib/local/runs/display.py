"""What a person sees of a run: a progress bar while it runs, a table when it has ended."""

from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.runs.advice import advice
from constructs_lib.local.runs.causes import sentence
from constructs_lib.local.runs.outcome import JobOutcome, Outcome, end_of
from constructs_lib.local.scheduler.jobs.job import Status
from constructs_lib.terminal import json_text, visible

LOG_LINES = 15
LOG_CHARACTERS = 2_000
"""As many of each line are shown at the end of a run; the file has all of them."""
OUTPUT_CHARACTERS = 2_000
"""As many of the output are shown; --json has all of them."""
LOG_BYTES = 262_144
"""The last lines are looked for in so much of a log."""
CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
FAILURES_SHOWN = 5

_COLORS = {
    Status.RUNNABLE: "yellow",
    Status.STARTING: "cyan",
    Status.RUNNING: "blue",
    Status.SUCCEEDED: "green",
    Status.FAILED: "red",
}


class RunProgress:
    """A progress bar over the jobs of a run, with their number in each state.

    Args:
        console: where it is drawn; nothing is drawn on one that is no terminal.
    """

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID = self._progress.add_task("", total=None, counts="")

    def __enter__(self) -> Self:
        """Draw it."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take it away."""
        self._progress.stop()

    def step(self, description: str) -> None:
        """Say what is being done."""
        self._progress.update(self._task, description=plain(description))

    def jobs(self, counts: dict[str, int]) -> None:
        """Show how many jobs are in each state."""
        ended = counts.get(Status.SUCCEEDED, 0) + counts.get(Status.FAILED, 0)
        shown = (f"[{color}]{status} {counts[status]}[/]" for status, color in _COLORS.items() if counts.get(status))
        self._progress.update(self._task, total=sum(counts.values()) or None, completed=ended, counts="  ".join(shown))


def plain(text: str) -> str:
    """A text of others in the markup of rich: as it is written, and nothing in it commands the terminal."""
    return escape(visible(text))


def show_left_out(console: Console, deployment: Deployment) -> None:
    """Say what of a stack is not emulated, and what happens instead."""
    functions = [kind for kind in deployment.not_emulated if kind.startswith(CUSTOM)]
    others = [kind for kind in deployment.not_emulated if not kind.startswith(CUSTOM)]
    for kinds, instead in ((others, "left out"), (functions, "made, but its function is not run")):
        if kinds:
            note = f"stack {deployment.name}: not emulated, so {instead}: {', '.join(kinds)}"
            console.print(f"[dim]{plain(note)}[/]", highlight=False, emoji=False, soft_wrap=True)
    show_imported(console, deployment)


def show_imported(console: Console, deployment: Deployment) -> None:
    """Say what a stack imports that nothing here has."""
    if deployment.made:
        note = f"stack {deployment.name}: not here, so made on demand: {', '.join(deployment.made)}"
        console.print(f"[dim]{plain(note)}[/]", highlight=False, emoji=False, soft_wrap=True)


def show_made(console: Console, buckets: list[str]) -> None:
    """Say which buckets were made for data that is put there, because no stack has them."""
    for name in buckets:
        note = f"made bucket {name}, which no stack has"
        console.print(f"[dim]{plain(note)}[/]", highlight=False, emoji=False, soft_wrap=True)


def show_outcome(console: Console, outcome: Outcome, directory: Path) -> None:
    """Print how a run ended, its jobs by name and state, and where its logs and results are."""
    if outcome.jobs:
        console.print(_jobs_table(outcome))
    color = "green" if outcome.succeeded else "red"
    error = f": {plain(outcome.error)}" if outcome.error else ""
    console.print(f"{outcome.what} [bold {color}]{plain(outcome.status)}[/]{error}", emoji=False, soft_wrap=True)
    if outcome.arn:
        console.print(f"arn      {plain(outcome.arn)}", soft_wrap=True, highlight=False, emoji=False)
    if outcome.output is not None:
        output = visible(json_text(outcome.output), OUTPUT_CHARACTERS)
        console.print(f"output   {escape(output)}", soft_wrap=True, highlight=False, emoji=False)
    show_path(console, "logs", directory / "logs")
    if outcome.results:
        show_path(console, "results", directory / "results")


def show_path(console: Console, what: str, path: Path) -> None:
    """Print where something is."""
    console.print(f"{what:<8} {plain(str(path))}", soft_wrap=True, highlight=False, emoji=False)


def _jobs_table(outcome: Outcome) -> Table:
    shown = [status for status in _COLORS if status.final or any(job.status == status for job in outcome.jobs)]
    table = Table("job", *(f"[{_COLORS[status]}]{status}" for status in shown), "attempts")
    names = list(dict.fromkeys(_group(job) for job in outcome.jobs))
    for name in names:
        jobs = [job for job in outcome.jobs if _group(job) == name]
        counts = Counter(job.status for job in jobs)
        table.add_row(
            Text(visible(name)),
            *(str(counts[status] or "") for status in shown),
            str(sum(job.attempts for job in jobs)),
        )
    table.columns[0].overflow = "fold"  # a long name goes on below, and nothing is cut off
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    return table


def _group(job: JobOutcome) -> str:
    """The name that the jobs of a fan-out share: theirs without the index of the item, or of an array's first item."""
    if job.index is None:
        return job.name
    child = job.id.partition(":")[2]
    return job.name.removesuffix(f"-{job.index - int(child or 0)}")


def show_failures(console: Console, outcome: Outcome) -> None:
    """Print why an execution failed, and the last log lines of the jobs that failed."""
    error, cause = plain(outcome.error or outcome.status), outcome.cause or ""
    said = sentence(cause)
    first, rest = (said, cause) if said else (cause, "")
    console.print(f"[red]{error}[/]: {plain(first)}", soft_wrap=True, highlight=False, emoji=False)
    if rest:
        console.print(plain(rest), soft_wrap=True, highlight=False, emoji=False)
    failed = [job for job in outcome.jobs if job.status == Status.FAILED]
    for job in failed[:FAILURES_SHOWN]:
        console.print(f"[bold]{plain(_title(job))}[/]", highlight=False, emoji=False, soft_wrap=True)
        lines = _last_lines(job.log)
        console.print(lines, markup=False, highlight=False, emoji=False, soft_wrap=True)
        if ways_out := advice(lines):
            console.print(f"[yellow]{plain(ways_out)}[/]", highlight=False, emoji=False, soft_wrap=True)
    if len(failed) > FAILURES_SHOWN:
        console.print(f"… and {len(failed) - FAILURES_SHOWN} more failed jobs")


def _title(job: JobOutcome) -> str:
    item = "" if job.index is None else f" item {job.index}"
    code = "" if job.exit_code is None else f", exit code {job.exit_code}"
    return f"{job.name}{item}: {job.reason}{code}"


def _last_lines(log: Path | None) -> str:
    if log is None or not log.is_file():
        return "(it wrote nothing)"
    lines = end_of(log, LOG_BYTES).removesuffix("\n").split("\n")
    return visible("\n".join(lines[-LOG_LINES:]), LOG_CHARACTERS) or "(it wrote nothing)"
