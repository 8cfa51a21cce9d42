"""The end of a run for a person at a terminal: what is printed and saved, and the exit code of the command."""

import signal
import sys
from pathlib import Path

from rich.console import Console

from constructs_lib.local.display import show_failures, show_outcome
from constructs_lib.local.outcome import Outcome, save_results

SUCCEEDED, FAILED, INTERRUPTED = 0, 1, 130


def be_interruptible() -> None:
    """Let SIGINT and SIGTERM raise KeyboardInterrupt."""
    # Both, because a shell starts what runs in its background with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)


def tell(outcome: Outcome | None, directory: Path, *, as_json: bool) -> int:
    """Print and save an outcome; None stands for a run that was interrupted. The exit code."""
    if outcome is None:
        return INTERRUPTED
    errors = Console(stderr=True)
    save_results(outcome, directory)
    show_outcome(errors if as_json else Console(), outcome, directory)
    if as_json:
        sys.stdout.write(outcome.to_json() + "\n")
    if not outcome.succeeded:
        show_failures(errors, outcome)
    return SUCCEEDED if outcome.succeeded else FAILED


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
