"""Runs jobs by threads that do what the worker does: thousands of jobs in the time that processes take to start."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from constructs_lib.local.runners import Ending, OnEnd, OnStart
from constructs_lib.local.scheduler.jobs.job import Job
from worker.contract import Contract
from worker.items import find_item
from worker.results import write_result


class WorkerThreads:
    """A runner. An item ``"fail"`` fails, one ``"sleep"`` waits until it is stopped, any other is its result.

    Attributes:
        worked: how often each item was worked on, by its index, of all executions.
        read: the most bytes that a job has read.
        writes: whether results are written.
    """

    def __init__(self) -> None:
        self.worked: Counter[tuple[str, int]] = Counter()
        self.items: dict[tuple[str, int], Any] = {}
        self.read = 0
        self.writes = True
        self.s3: Any = None
        self._pool = ThreadPoolExecutor(16)
        self._lock = threading.Lock()

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> "WorkerThread":
        """Run it as soon as a thread is free."""
        run = WorkerThread()
        self._pool.submit(self._run, job, run, on_start, on_end)
        return run

    def close(self, grace: float) -> None:
        """Wait for the last one."""
        assert grace >= 0
        self._pool.shutdown()

    def _run(self, job: Job, run: "WorkerThread", on_start: OnStart, on_end: OnEnd) -> None:
        on_start()
        variables = {entry["name"]: entry["value"] for entry in job.spec.container["environment"]}
        if job.index is not None:
            variables["AWS_BATCH_JOB_ARRAY_INDEX"] = str(job.index)
        contract = Contract(variables)
        index, item = find_item(contract, self._get)
        key = (contract.results_uri or "", index)
        with self._lock:
            self.worked[key] += 1
            self.items[key] = item
        if item == "sleep":
            run.stopped.wait(30)
        if item == "fail" or run.stopped.is_set():
            on_end(Ending(1, "Essential container in task exited"))
            return
        if self.writes:
            write_result({"got": item}, index, contract.results_uri, self._put)
        on_end(Ending(0))

    def of(self, results_uri: str) -> dict[int, Any]:
        """The items of an execution by their index, each worked on once."""
        assert all(count == 1 for (uri, _), count in self.worked.items() if uri == results_uri)
        return {index: item for (uri, index), item in self.items.items() if uri == results_uri}

    def _get(self, uri: str) -> bytes:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        content: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        with self._lock:
            self.read = max(self.read, len(content))
        return content

    def _put(self, uri: str, content: bytes) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        assert json.loads(content)
        self.s3.put_object(Bucket=bucket, Key=key, Body=content)


class WorkerThread:
    """One attempt."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def stop(self, grace: float) -> None:
        """Let a sleeping one end."""
        assert grace >= 0
        self.stopped.set()
