"""The end of a run for a person at a terminal: what is printed and saved, and the exit code of the command."""

import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from constructs_lib.local.runs.display import show_failures, show_outcome
from constructs_lib.local.runs.outcome import Outcome, save_results
from constructs_lib.local.runs.outcome_page import report_of
from constructs_lib.local.runs.report import render

SUCCEEDED, FAILED, INTERRUPTED = 0, 1, 130


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


def be_interruptible() -> None:
    """Let SIGINT and SIGTERM raise KeyboardInterrupt."""
    # Both, because a shell starts what runs in its background with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)


def tell(outcome: Outcome | None, telling: Telling) -> int:
    """Print and save an outcome; None stands for a run that was interrupted. The exit code."""
    if outcome is None:
        return INTERRUPTED
    errors = Console(stderr=True)
    shown = errors if telling.as_json else Console()
    save_results(outcome, telling.directory)
    show_outcome(shown, outcome, telling.directory)
    if telling.report:
        telling.report.parent.mkdir(parents=True, exist_ok=True)
        telling.report.write_text(render(report_of(outcome, telling.title)))
        shown.print(f"report   {telling.report}", soft_wrap=True, highlight=False)
    if telling.as_json:
        sys.stdout.write(outcome.to_json() + "\n")
    if not outcome.succeeded:
        show_failures(errors, outcome)
    return SUCCEEDED if outcome.succeeded else FAILED


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
