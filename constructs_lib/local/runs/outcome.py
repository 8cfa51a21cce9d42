"""How an execution of a state machine ended: its output, its jobs, and what the workers wrote."""

import json
import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from constructs_lib.local.account import Clients
from constructs_lib.local.files import write_text
from constructs_lib.local.runs.report.bars import Bar
from constructs_lib.terminal import json_text

_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
"""How the worker names a result; a job may have written other things beside it."""


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
        return json_text(members, default=str)


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


def item_index(environment: list[dict[str, str]], child: int | None) -> int | None:
    """The index of a job's item in the list, from its variables and its index in an array job; None without items."""
    variables = {entry["name"]: entry.get("value") or "" for entry in environment}
    if "ITEM_INDEX" in variables:
        return int(variables["ITEM_INDEX"]) + (child or 0)
    if variables.keys() & {"ITEMS", "ITEMS_URI"}:
        return int(variables.get("ITEMS_OFFSET", 0)) + (child or 0)
    return child


def read_results(clients: Clients, described: dict[str, Any]) -> dict[int, Any]:
    """Read what the workers of an execution wrote, by the index of their item.

    Args:
        clients: makes boto3 clients.
        described: the ended execution, as DescribeExecution has it; its output or cause says where the results are.
    """
    summary = _parsed(described.get("output") or described.get("cause"))
    uri = summary.get("resultsUri") if isinstance(summary, dict) else None
    if not isinstance(uri, str):
        return {}
    bucket, prefix = urlsplit(uri).netloc, urlsplit(uri).path.lstrip("/") + "/"
    client = clients("s3")
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    named = ((key.removeprefix(prefix).removesuffix(".json"), key) for key in keys)
    return {
        int(name): json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
        for name, key in named
        if _INDEX.fullmatch(name)
    }


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)
