"""Clients of an embedded AWS in a process of their own; used by `many_jobs`.

``python -m benchmarks.job_clients submit|list|describe|why`` prints the seconds that it has measured. Which embedded
AWS it is, is in its environment.
"""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

from constructs_lib.ops import Account, why

CLIENTS, JOBS = 20, 100
CALLS = 15
DESCRIBED = 100


def main(what: str) -> None:
    """Measure."""
    batch: Any = boto3.client("batch", config=Config(max_pool_connections=CLIENTS, retries={"total_max_attempts": 1}))
    page = batch.list_jobs(jobQueue="queue", jobStatus="RUNNABLE")
    ids = [job["jobId"] for job in page["jobSummaryList"]][:DESCRIBED]
    measured = {
        "submit": lambda: _submit(batch),
        "list": lambda: _median(lambda: batch.list_jobs(jobQueue="queue", jobStatus="RUNNABLE")),
        "describe": lambda: _median(lambda: batch.describe_jobs(jobs=ids)),
        "why": lambda: _seconds(lambda: why(Account.open(), ids[0])),
    }[what]()
    print(measured)


def _submit(batch: Any) -> float:
    """Seconds that all clients take together."""

    def submit() -> None:
        for _ in range(JOBS):
            batch.submit_job(jobName="job", jobQueue="queue", jobDefinition="job")

    threads = [threading.Thread(target=submit) for _ in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def _median(call: Callable[[], Any]) -> float:
    return statistics.median(_seconds(call) for _ in range(CALLS))


def _seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1])
