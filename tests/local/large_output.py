"""Runs jobs that write much in an embedded AWS of a process of its own, and tells what each has cost.

``python -m tests.local.large_output 'head -c 1000000 /dev/zero' …`` prints a list of JSON objects.
"""

import json
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

from constructs_lib.local.aws import EmbeddedAws
from tests.conformance.batch_account import BatchAccount

GROUP = "/aws/batch/job"
# Linux counts in KiB, macOS in bytes.
_PER_MEGABYTE = 1024 if sys.platform == "linux" else 1024 * 1024


def peak() -> float:
    """The most memory that this process has had so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MEGABYTE


def events(logs: Any, stream: str, **position: Any) -> dict[str, Any]:
    """A page of a stream."""
    found: dict[str, Any] = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, **position)
    return found


def run_all(aws: EmbeddedAws, programs: list[str]) -> list[dict[str, Any]]:
    """Run programs as jobs, one after the other; what memory each has cost is from the start, with those before it."""
    account, logs = BatchAccount(aws), aws.client("logs")
    queue = account.queue()
    for _ in range(2):  # what one job needs is not what much output needs
        account.ended(account.submit(queue, "echo", "small"))
        logs.describe_log_streams(logGroupName=GROUP)
    before = peak()
    return [run(account, logs, queue, program) | {"megabytes": peak() - before} for program in programs]


def run(account: BatchAccount, logs: Any, queue: str, program: str) -> dict[str, Any]:
    """Run a program as a job, and another one beside it; what there is of the first in the logs."""
    large = account.submit(queue, "sh", "-c", program)
    small = account.ended(account.submit(queue, "echo", "small"))
    ended = account.ended(large)
    stream = ended["container"]["logStreamName"]
    beginning, end = events(logs, stream, startFromHead=True), events(logs, stream)
    logs.filter_log_events(logGroupName=GROUP, filterPattern="nowhere")
    [described] = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=stream)["logStreams"]
    return {
        "status": ended["status"],
        "stored": described["storedBytes"],
        "pages": [sum(len(event["message"]) for event in page["events"]) for page in (beginning, end)],
        "longest": max((len(event["message"]) for event in [*beginning["events"], *end["events"]]), default=0),
        "small": [item["message"] for item in events(logs, small["container"]["logStreamName"])["events"]],
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory), iam=False) as made:
        print(json.dumps(run_all(made, sys.argv[1:])))  # noqa: T201 it is read by the test
