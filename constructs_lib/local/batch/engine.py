"""AWS Batch at work: the scheduler over a runner, by a clock. Safe to call from any thread."""

import threading
import uuid
from typing import Any

from constructs_lib.local.batch.describe import describe, summarize
from constructs_lib.local.batch.errors import refuse
from constructs_lib.local.batch.job import AnyJob, ArrayJob, Job
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.batch.scheduler import Scheduler
from constructs_lib.local.batch.submission import job_spec
from constructs_lib.local.clock import Clock, RealClock
from constructs_lib.local.runners import SIGKILL_AFTER_SECONDS, Ending, Run, Runner

Description = dict[str, Any]


class Engine:
    """Takes jobs, runs them and knows how they ended.

    Args:
        registry: the compute environments, queues and definitions.
        runner: what runs the attempts.
        clock: what tells the time. Default: this machine's.
    """

    def __init__(self, registry: Registry, runner: Runner, clock: Clock | None = None) -> None:
        self.registry = registry
        self._scheduler = Scheduler(registry, self._on_final)
        self._runner = runner
        self._clock = clock or RealClock()
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._ended: dict[str, threading.Event] = {}
        self._runs: dict[Job, Run] = {}
        self._closed = False
        threading.Thread(target=self._watch_deadlines, name="batch-deadlines", daemon=True).start()

    def submit_job(self, request: Description) -> Description:
        """SubmitJob."""
        with self._lock:
            job = self._scheduler.submit(str(uuid.uuid4()), job_spec(self.registry, request), self._clock.now())
            self._place()
            return {"jobArn": self.registry.arn("job", job.id), "jobName": job.spec.name, "jobId": job.id}

    def describe_job(self, job_id: str) -> Description | None:
        """One entry of DescribeJobs; None for a job that does not exist."""
        with self._lock:
            job = self._scheduler.find(job_id)
            return describe(self.registry, job) if job else None

    def list_jobs(self, *, queue: str | None = None, array_job_id: str | None = None) -> list[Description]:
        """Summaries of the jobs of a queue, newest first, or of the children of an array by index."""
        with self._lock:
            if array_job_id is not None:
                parent = self._find(array_job_id)
                children: list[Job] = parent.children if isinstance(parent, ArrayJob) else []
                return [summarize(self.registry, child) for child in children]
            jobs = reversed(self._scheduler.jobs.values())
            return [summarize(self.registry, job) for job in jobs if queue in (None, job.spec.queue.arn)]

    def wait_for_job(self, job_id: str, timeout: float) -> Description | None:
        """Wait until a job has ended; its description, or None when it has not within ``timeout`` seconds."""
        with self._lock:
            job = self._find(job_id)
            if job.status.final:
                return describe(self.registry, job)
            event = self._ended.setdefault(job.id, threading.Event())
        return self.describe_job(job_id) if event.wait(timeout) else None

    def terminate_job(self, job_id: str, reason: str) -> None:
        """TerminateJob: end it whatever its state."""
        with self._lock:
            placed = self._scheduler.terminate(self._find(job_id), reason, self._clock.now())
            self._stop(placed)
            self._place()

    def cancel_job(self, job_id: str, reason: str) -> None:
        """CancelJob: end it unless it already started."""
        with self._lock:
            self._scheduler.cancel(self._find(job_id), reason, self._clock.now())
            self._place()

    def counts(self) -> dict[str, int]:
        """How many jobs and children there are in each state."""
        with self._lock:
            totals: dict[str, int] = {}
            for job in self._scheduler.jobs.values():
                counts = job.counts if isinstance(job, ArrayJob) else {job.status: 1}
                for status, count in counts.items():
                    totals[status.value] = totals.get(status.value, 0) + count
            return totals

    def stuck(self) -> list[str]:
        """Why jobs at the head of a queue can never be placed; empty when all can."""
        with self._lock:
            return self._scheduler.stuck()

    def submitted(self) -> int:
        """How many jobs were submitted so far, an array job counted once."""
        with self._lock:
            return len(self._scheduler.jobs)

    def leaves(self, first: int = 0) -> list[Job]:
        """Every job and child that runs or ran, in the order of submission, from the ``first``-th submitted job on."""
        with self._lock:
            jobs = list(self._scheduler.jobs.values())[first:]
            return [leaf for job in jobs for leaf in (job.children if isinstance(job, ArrayJob) else [job])]

    def close(self, grace: float = SIGKILL_AFTER_SECONDS) -> None:
        """Stop every process and take no more jobs."""
        with self._lock:
            self._closed = True
            self._changed.notify_all()
        self._runner.close(grace)

    def _find(self, job_id: str) -> AnyJob:
        return self._scheduler.find(job_id) or refuse(f"Job {job_id} does not exist")

    def _place(self) -> None:
        while not self._closed and (placed := self._scheduler.place(self._clock.now())):
            for job in placed:
                self._launch(job)

    def _launch(self, job: Job) -> None:
        self._runs[job] = self._runner.start(
            job,
            lambda: self._on_start(job),
            lambda ending: self._on_end(job, ending),
        )

    def _on_start(self, job: Job) -> None:
        with self._lock:
            self._scheduler.running(job, self._clock.now())
            self._changed.notify_all()

    def _on_end(self, job: Job, ending: Ending) -> None:
        with self._lock:
            self._runs.pop(job, None)
            self._scheduler.ended(job, ending, self._clock.now())
            self._place()

    def _on_final(self, job: AnyJob) -> None:
        if event := self._ended.pop(job.id, None):
            event.set()

    def _stop(self, jobs: list[Job]) -> None:
        for job in jobs:
            if run := self._runs.get(job):
                run.stop(SIGKILL_AFTER_SECONDS)

    def _watch_deadlines(self) -> None:
        with self._lock:
            while not self._closed:
                deadline = self._scheduler.next_deadline()
                self._changed.wait(None if deadline is None else max(0.0, deadline - self._clock.now()))
                self._stop(self._scheduler.expire(self._clock.now()))
