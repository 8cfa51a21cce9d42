"""The end of a run for a person at a terminal: what is printed and saved, and the exit code of the command."""

import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from constructs_lib.local.files import write_text
from constructs_lib.local.runs.display import show_failures, show_outcome, show_path
from constructs_lib.local.runs.outcome import Outcome, save_results
from constructs_lib.local.runs.outcome_page import report_of
from constructs_lib.local.runs.report import render

SUCCEEDED, FAILED = 0, 1


@dataclass(frozen=True, slots=True)
class Telling:
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


def tell(outcome: Outcome, telling: Telling) -> int:
    """Print and save an outcome. The exit code."""
    errors = Console(stderr=True)
    shown = errors if telling.as_json else Console()
    save_results(outcome, telling.directory)
    show_outcome(shown, outcome, telling.directory)
    if telling.report:
        write_text(telling.report, render(report_of(outcome, telling.title)))
        show_path(shown, "report", telling.report)
    if telling.as_json:
        sys.stdout.write(outcome.to_json() + "\n")
    if not outcome.succeeded:
        show_failures(errors, outcome)
    return SUCCEEDED if outcome.succeeded else FAILED
