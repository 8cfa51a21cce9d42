"""How an execution of a state machine ended: its output, its jobs, and what the workers wrote."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from constructs_lib.core.container_contract import ITEMS
from constructs_lib.local.files import write_text
from constructs_lib.local.runs.report.bars import Bar
from constructs_lib.terminal import json_text


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """How a job, or a child of an array job, ended.

    Args:
        id: its id; a child's is ``parent:index``.
        name: its name.
        index: the index of its item in the list; None for a job that was given no items.
        status: ``SUCCEEDED``, ``FAILED``, or where it was when the run ended.
        exit_code: of the last attempt; None when it has none.
        attempts: how many were made.
        reason: why it ended, in AWS's words.
        log: file with the output of the last attempt; None when it never started.
        queue: the ARN of the queue that it was submitted to.
        environment: the variables of its container, those of its submission included; of the first of several.
        log_stream: of its last attempt, in CloudWatch Logs; None when it never started.
    """

    id: str
    name: str
    index: int | None
    status: str
    exit_code: int | None
    attempts: int
    reason: str | None
    log: Path | None
    queue: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    log_stream: str | None = None

    @property
    def text(self) -> str:
        """What the last attempt wrote; empty when it wrote nothing."""
        return self.log.read_text(errors="replace") if self.log and self.log.is_file() else ""

    def last(self, characters: int) -> str:
        """The end of what the last attempt wrote."""
        most_bytes = 4 * characters  # in UTF-8
        return end_of(self.log, most_bytes)[-characters:] if self.log and self.log.is_file() else ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an execution ended.

    Args:
        status: ``SUCCEEDED``, ``FAILED``, ``TIMED_OUT`` or ``ABORTED``.
        output: what the state machine returned; None unless it succeeded.
        error: the error's name; None unless it failed.
        cause: the error's cause; None unless it failed.
        jobs: every job and child submitted since it started, in the order of submission.
        results: what the workers of the fan-out wrote, by the index of their item; of several fan-outs, those of the
            last one.
        bars: every attempt, for a timeline.
        arn: of the execution; None of jobs that were submitted without one.
        results_by_uri: what the workers of each fan-out wrote, by its ``resultsUri`` and the index of their item, in
            the order in which they ended.
        what: what ended.
    """

    status: str
    output: Any
    error: str | None
    cause: str | None
    jobs: list[JobOutcome]
    results: dict[int, Any]
    bars: list[Bar] = field(default_factory=list, repr=False)
    arn: str | None = None
    results_by_uri: dict[str, dict[int, Any]] = field(default_factory=dict, repr=False)
    what: Literal["execution", "jobs"] = "execution"

    @property
    def succeeded(self) -> bool:
        """Whether the execution succeeded."""
        return self.status == "SUCCEEDED"

    def to_json(self) -> str:
        """One JSON object, as ``--json`` prints it."""
        jobs = [_job_record(job) for job in self.jobs]
        results = {str(index): self.results[index] for index in sorted(self.results)}
        members = {
            "status": self.status,
            "output": self.output,
            "error": self.error,
            "cause": self.cause,
            "jobs": jobs,
            "results": results,
        }
        if self.arn:
            members = {"executionArn": self.arn, **members}
        return json_text(members, default=str)


def outcome_of_jobs(jobs: list[JobOutcome], results: dict[str, dict[int, Any]], bars: list[Bar]) -> Outcome:
    """How jobs ended that no state machine has submitted: they succeeded when each of them did.

    Args:
        jobs: the jobs and children.
        results: what they wrote, by ``RESULTS_URI`` and index.
        bars: every attempt, for a timeline.
    """
    failed = sum(job.status != "SUCCEEDED" for job in jobs)
    cause = f"{failed} of {len(jobs)} jobs failed" if failed else None
    return Outcome(
        status="FAILED" if failed else "SUCCEEDED",
        output=None,
        error="JobFailed" if failed else None,
        cause=cause,
        jobs=jobs,
        results=next(reversed(results.values()), {}),
        bars=bars,
        results_by_uri=results,
        what="jobs",
    )


def end_of(log: Path, most_bytes: int) -> str:
    """The end of a log, which may be larger than memory; a line whose beginning is left out begins with ``…``."""
    with log.open("rb") as file:
        start = max(0, file.seek(0, os.SEEK_END) - most_bytes)
        file.seek(start)
        text = file.read(most_bytes).decode(errors="replace")
    return f"…{text}" if start else text


def save_results(outcome: Outcome, directory: Path) -> None:
    """Write each result to ``results/<index>.json`` below a directory: the embedded S3 ends with the process."""
    for index, result in outcome.results.items():
        write_text(directory / "results" / f"{index}.json", json_text(result) + "\n")


def _job_record(job: JobOutcome) -> dict[str, Any]:
    record = {_camel(key): value for key, value in asdict(job).items()}
    record["environment"].pop(ITEMS, None)  # the whole list, which every child of an array has
    if job.index is None:
        del record["index"]
    return record


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)
