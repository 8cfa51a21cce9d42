"""Submits jobs to AWS Batch in the embedded AWS, follows them, and tells how they ended."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.ended_jobs import ended
from constructs_lib.local.runs.following import Progress, follow
from constructs_lib.local.runs.outcome import JobOutcome, Outcome, outcome_of_jobs
from constructs_lib.local.runs.results import results_of_jobs
from constructs_lib.local.scheduler.jobs.job import ArrayJob, Job

TIMEOUT_SECONDS = 300.0
_STOPPED = "stopped by whoever submitted it"


class Submission:
    """Jobs that were submitted. What is asked of their end, such as `succeeded`, waits for it.

    Args:
        aws: where they run.
        request: for SubmitJob.
        count: how many jobs.
        location: the account and the region of their queue. Default: those of what names neither.
    """

    def __init__(
        self, aws: EmbeddedAws, request: dict[str, Any], count: int = 1, location: Location | None = None
    ) -> None:
        location = location or aws.location
        self._aws = aws
        self._engine = aws.batches.engine(location)
        self._clients = aws.clients(location)
        self._outcome: Outcome | None = None
        batch = self._clients("batch")
        self.ids: list[str] = [batch.submit_job(**request)["jobId"] for _ in range(count)]

    def wait(
        self,
        on_progress: Progress = lambda _: None,
        *,
        timeout: float | None = TIMEOUT_SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> Outcome:
        """Wait for the end of all of them.

        Args:
            on_progress: gets the number of jobs in each state, again and again.
            timeout: seconds after which they are ended. Default: five minutes; None is any time.
            pause: waits so many seconds between two looks, or raises what ends the wait.

        Raises:
            TimeoutError: they did not end in time.
        """
        counts = self._engine.counts
        with self._aws.clock.passing():
            are_over = follow(self._is_running, counts, on_progress, timeout=timeout, pause=pause)
        if not are_over:
            self.stop()
            raise TimeoutError(f"{', '.join(self.ids)} did not end within {timeout:g} s; jobs: {counts()}")
        if self._outcome is None:
            jobs, bars = ended(self._aws, self._leaves())
            self._outcome = outcome_of_jobs(jobs, results_of_jobs(self._clients, jobs), bars)
        return self._outcome

    def stop(self) -> None:
        """End them."""
        for job_id in self.ids:
            self._engine.terminate_job(job_id, _STOPPED)

    @property
    def succeeded(self) -> bool:
        """Whether all of them succeeded, at their end."""
        return self.wait().succeeded

    @property
    def status(self) -> str:
        """``SUCCEEDED`` or ``FAILED``, at their end."""
        return self.wait().status

    @property
    def jobs(self) -> list[JobOutcome]:
        """The jobs and children, at their end, in the order of submission."""
        return self.wait().jobs

    @property
    def results(self) -> dict[int, Any]:
        """What they wrote to their ``RESULTS_URI``, if they have one, by index."""
        return self.wait().results

    def _is_running(self) -> bool:
        return not all(self._engine.job(job_id).status.final for job_id in self.ids)

    def _leaves(self) -> Sequence[Job]:
        found = (self._engine.job(job_id) for job_id in self.ids)
        return [leaf for job in found for leaf in (job.children if isinstance(job, ArrayJob) else [job])]
