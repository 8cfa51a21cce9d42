"""Starts a state machine in the embedded AWS, follows it, and tells how it ended."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.report.bars import Bar, bars
from constructs_lib.local.scheduler.job import Job, Status

FIRST_POLL_SECONDS = 0.02
LAST_POLL_SECONDS = 0.25
"""The time between two looks at an execution grows, so that looking takes nothing from long runs."""

Progress = Callable[[dict[str, int]], None]


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
    """

    id: str
    name: str
    index: int | None
    status: str
    exit_code: int | None
    attempts: int
    reason: str | None
    log: Path | None

    @property
    def text(self) -> str:
        """What the last attempt wrote; empty when it wrote nothing."""
        return self.log.read_text(errors="replace") if self.log and self.log.is_file() else ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an execution ended.

    Args:
        status: ``SUCCEEDED``, ``FAILED``, ``TIMED_OUT`` or ``ABORTED``.
        output: what the state machine returned; None unless it succeeded.
        error: the error's name; None unless it failed.
        cause: the error's cause; None unless it failed.
        jobs: every job and child submitted since it started, in the order of submission.
        results: what the workers wrote, by the index of their item.
        bars: every attempt, for a timeline.
    """

    status: str
    output: Any
    error: str | None
    cause: str | None
    jobs: list[JobOutcome]
    results: dict[int, Any]
    bars: list[Bar] = field(default_factory=list, repr=False)

    @property
    def succeeded(self) -> bool:
        """Whether the execution succeeded."""
        return self.status == "SUCCEEDED"

    def to_json(self) -> str:
        """One JSON object, as ``--json`` prints it."""
        jobs = [{_camel(key): value for key, value in asdict(job).items()} for job in self.jobs]
        results = {str(index): self.results[index] for index in sorted(self.results)}
        members = {
            "status": self.status,
            "output": self.output,
            "error": self.error,
            "cause": self.cause,
            "jobs": jobs,
            "results": results,
        }
        return json.dumps(members, ensure_ascii=False, default=str)


class Execution:
    """A running execution of a state machine.

    Args:
        aws: where it runs.
        state_machine: the state machine's ARN.
        payload: the input, a JSON value.
    """

    def __init__(self, aws: EmbeddedAws, state_machine: str, payload: Any) -> None:
        self._aws = aws
        self._client = aws.client("stepfunctions")
        self._first = aws.batch.submitted()
        started = self._client.start_execution(
            stateMachineArn=state_machine,
            name=str(uuid.uuid4()),
            input=json.dumps(payload, ensure_ascii=False),
        )
        self.arn: str = started["executionArn"]

    def wait(self, on_progress: Progress = lambda _: None, *, timeout: float | None = None) -> Outcome:
        """Wait for the end.

        Args:
            on_progress: gets the number of jobs in each state, again and again.
            timeout: seconds after which the execution is stopped. Default: none.

        Raises:
            TimeoutError: it did not end in time.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = FIRST_POLL_SECONDS
        while (described := self._client.describe_execution(executionArn=self.arn))["status"] == "RUNNING":
            counts = self._aws.batch.counts()
            on_progress(counts)
            if deadline is not None and time.monotonic() > deadline:
                self.stop()
                raise TimeoutError(f"{self.arn} did not end within {timeout:g} s; jobs: {counts}")
            time.sleep(pause)
            pause = min(pause * 1.5, LAST_POLL_SECONDS)
        on_progress(self._aws.batch.counts())
        return self._outcome(described)

    def stop(self) -> None:
        """Stop it, and with it the jobs that it waits for."""
        self._client.stop_execution(executionArn=self.arn)

    def _outcome(self, described: dict[str, Any]) -> Outcome:
        output = json.loads(described["output"]) if described["status"] == "SUCCEEDED" else None
        cause = described.get("cause")
        leaves = self._aws.batch.leaves(self._first)
        details = (self._aws.batch.describe_job(job.id) for job in leaves)
        return Outcome(
            status=described["status"],
            output=output,
            error=described.get("error"),
            cause=cause,
            jobs=[_job_outcome(self._aws, job) for job in leaves],
            results=_results(self._aws, output if output is not None else _parsed(cause)),
            bars=bars((job for job in details if job), self._aws.batch.clock.now()),
        )


def save_results(outcome: Outcome, directory: Path) -> None:
    """Write each result to ``results/<index>.json`` below a directory: the embedded S3 ends with the process."""
    if outcome.results:
        (directory / "results").mkdir(parents=True, exist_ok=True)
    for index, result in outcome.results.items():
        (directory / "results" / f"{index}.json").write_text(json.dumps(result, ensure_ascii=False) + "\n")


def _job_outcome(aws: EmbeddedAws, job: Job) -> JobOutcome:
    return JobOutcome(
        id=job.id,
        name=job.spec.name,
        index=_item_index(job),
        status=job.status.value,
        exit_code=job.attempts[-1].exit_code if job.attempts else None,
        attempts=len(job.attempts),
        reason=job.status_reason if job.status is Status.FAILED else None,
        log=aws.processes.log(job) if job.attempts else None,
    )


def _item_index(job: Job) -> int | None:
    variables = {entry["name"]: entry["value"] for entry in job.spec.container["environment"]}
    if "ITEM_INDEX" in variables:
        return int(variables["ITEM_INDEX"])
    if variables.keys() & {"ITEMS", "ITEMS_URI"}:
        return int(variables.get("ITEMS_OFFSET", 0)) + (job.index or 0)
    return job.index


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def _results(aws: EmbeddedAws, summary: Any) -> dict[int, Any]:
    uri = summary.get("resultsUri") if isinstance(summary, dict) else None
    if not isinstance(uri, str):
        return {}
    bucket, prefix = urlsplit(uri).netloc, urlsplit(uri).path.lstrip("/") + "/"
    client = aws.client("s3")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    named = ((key.removeprefix(prefix).removesuffix(".json"), key) for key in keys)
    return {
        int(name): json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
        for name, key in named
        if name.isdecimal()
    }


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)
