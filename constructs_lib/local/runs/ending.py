"""The end of a run for a person at a terminal: what is printed and saved, and the exit code of the command."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from constructs_lib.local.files import write_text
from constructs_lib.local.runs.display import show_failures, show_outcome, show_path
from constructs_lib.local.runs.outcome import Outcome, save_results
from constructs_lib.local.runs.outcome_page import report_of
from constructs_lib.local.runs.report import render

SUCCEEDED, FAILED, ROLLED_BACK = 0, 1, 3
"""Exit codes; 2 is click's, for wrong usage."""


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What a person wants to know of a run, and where.

    Args:
        title: what runs, for the head of the report.
        directory: where results go.
        as_json: print one JSON object instead of a table.
        report: the file that gets a page with the timeline, the jobs and the logs of those that failed. Default: none.
    """

    title: str
    directory: Path
    as_json: bool = False
    report: Path | None = None


def tell(outcome: Outcome, telling: ReportOptions) -> int:
    """Print and save an outcome. The exit code.

    What cannot be written, as on a disk that is full, is told at the end: the outcome is known all the same.
    """
    errors = Console(stderr=True)
    shown = errors if telling.as_json else Console()
    unwritten = [*_unwritten(lambda: save_results(outcome, telling.directory), telling.directory / "results")]
    show_outcome(shown, outcome, telling.directory)
    if report := telling.report:
        unwritten += (failed := [*_unwritten(lambda: _write_report(outcome, telling.title, report), report)])
        if not failed:
            show_path(shown, "report", report)
    if telling.as_json:
        click.echo(outcome.to_json())
    if not outcome.succeeded:
        show_failures(errors, outcome)
    for line in unwritten:
        errors.print(line, style="red", markup=False, soft_wrap=True, highlight=False)
    return SUCCEEDED if outcome.succeeded and not unwritten else FAILED


def _write_report(outcome: Outcome, title: str, path: Path) -> None:
    write_text(path, render(report_of(outcome, title)))


def _unwritten(write: Callable[[], None], path: Path) -> Iterator[str]:
    """Write something; a line that says why not, if so."""
    try:
        write()
    except OSError as error:
        yield f"Error: {error.filename or path} could not be written: {error.strerror}"
