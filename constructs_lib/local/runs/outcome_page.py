"""The page about one execution of a state machine."""

from constructs_lib.local.runs.advice import advice
from constructs_lib.local.runs.causes import sentence
from constructs_lib.local.runs.outcome import JobOutcome, Outcome
from constructs_lib.local.runs.report import Failure, Report

LOG_CHARACTERS = 10_000
MOST_LOGS = 50
"""A page has the ends of so many logs; the others are in the directory of the run."""


def report_of(outcome: Outcome, title: str) -> Report:
    """Tell how an execution ended.

    Args:
        outcome: the execution.
        title: what ran, such as the name of the stack.
    """
    failed = [job for job in outcome.jobs if job.status == "FAILED"]
    cause = outcome.cause or ""
    notes = [f"Logs of {MOST_LOGS} of {len(failed)} failed jobs are shown."] if len(failed) > MOST_LOGS else []
    return Report(
        title=title,
        status=outcome.status,
        bars=outcome.bars,
        error=outcome.error or "",
        cause=f"{said} {cause}" if (said := sentence(cause)) else cause,
        failures=[Failure(_title(job), _log(job)) for job in failed[:MOST_LOGS]],
        notes=notes,
    )


def _log(job: JobOutcome) -> str:
    text = job.last(LOG_CHARACTERS)
    ways_out = advice(text)
    return f"{text.rstrip()}\n\n{ways_out}" if ways_out else text


def _title(job: JobOutcome) -> str:
    item = "" if job.index is None else f", item {job.index}"
    code = "" if job.exit_code is None else f", exit code {job.exit_code}"
    return f"{job.name} ({job.id}{item}): {job.reason}{code}"
