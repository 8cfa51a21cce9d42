"""Decides which job runs where and when: pure, driven by the caller's clock, without I/O.

Every method takes ``now`` in seconds. The caller starts what `place` returns, stops what `terminate` and `expire`
return, and reports back with `running` and `ended`; so the same code can run jobs in real time or simulate them.
"""

import heapq
import itertools
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator

from constructs_lib.local.batch.job import AnyJob, ArrayJob, Attempt, Ending, Job, JobSpec, Status
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.batch.resources import ComputeEnvironment, JobQueue
from constructs_lib.local.batch.retry import retries

NEVER_FITS = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"
"""The reason for a job that asks for more than any of its queue's environments may ever have.

Source: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html
"""


class Scheduler:
    """Queues, placements, attempts and ends of jobs.

    Args:
        registry: the resources; read at every placement, so that an update takes effect at once.
        on_final: called with every job, child and array job when it has ended.
    """

    def __init__(self, registry: Registry, on_final: Callable[[AnyJob], None]) -> None:
        self._registry = registry
        self._on_final = on_final
        self._waiting: dict[str, deque[Job]] = defaultdict(deque)
        self._used: dict[str, float] = defaultdict(float)
        self._deadlines: list[tuple[float, int, Job, int]] = []
        self._order = itertools.count()
        self.jobs: dict[str, AnyJob] = {}

    def submit(self, job_id: str, spec: JobSpec, now: float) -> AnyJob:
        """Take a job, or an array job with all its children, into its queue."""
        job = _new_job(job_id, spec, now)
        self.jobs[job_id] = job
        for leaf in job.children if isinstance(job, ArrayJob) else [job]:
            self._enqueue(leaf)
        return job

    def find(self, job_id: str) -> AnyJob | None:
        """Find a job, an array job or a child (``parent:index``) by its id."""
        parent_id, _, index = job_id.partition(":")
        job = self.jobs.get(parent_id)
        if not index or job is None:
            return job
        if isinstance(job, ArrayJob) and index.isdecimal() and int(index) < len(job.children):
            return job.children[int(index)]
        return None

    def _enqueue(self, job: Job) -> None:
        job.move(Status.RUNNABLE)
        self._waiting[job.spec.queue.arn].append(job)

    def place(self, now: float) -> list[Job]:
        """Give vCPUs to the jobs that fit now, by queue priority, then first come first served."""
        return [job for queue in self._served() for job in self._place_from(queue, now)]

    def _served(self) -> list[JobQueue]:
        # A disabled queue takes no new jobs, but those that it has are still worked off.
        waiting = (self._registry.queues[arn] for arn, jobs in self._waiting.items() if jobs)
        return sorted(waiting, key=lambda queue: -queue.priority)

    def _place_from(self, queue: JobQueue, now: float) -> Iterator[Job]:
        jobs = self._waiting[queue.arn]
        while jobs:
            job = jobs[0]
            if job.status is not Status.RUNNABLE:  # cancelled while it waited
                jobs.popleft()
                continue
            environments = [self._registry.environments[arn] for arn in queue.environment_arns]
            place = self._first_fit(environments, job)
            if place is not None:
                jobs.popleft()
                self._start(job, place)
                yield job
            elif self._never_fits(environments, job) and queue.cancels(NEVER_FITS):
                # AWS waits for the queue's time limit first; nothing can change by waiting, so it is skipped here.
                jobs.popleft()
                self._finish(job, Status.FAILED, f"Cancelled by the queue's state time limit: {NEVER_FITS}", now)
            else:
                job.status_reason = NEVER_FITS if self._never_fits(environments, job) else None
                return  # the head of the queue blocks it, as in AWS Batch

    def stuck(self) -> list[str]:
        """What the jobs say that block their queue because no environment can ever hold them."""
        heads = [jobs[0] for jobs in self._waiting.values() if jobs]
        return [f"{job.spec.name}: {job.status_reason}" for job in heads if job.status_reason == NEVER_FITS]

    def _first_fit(self, environments: Iterable[ComputeEnvironment], job: Job) -> ComputeEnvironment | None:
        fitting = (
            item for item in environments if item.enabled and self._used[item.arn] + job.spec.vcpus <= item.max_vcpus
        )
        return next(fitting, None)

    @staticmethod
    def _never_fits(environments: Iterable[ComputeEnvironment], job: Job) -> bool:
        return all(job.spec.vcpus > item.max_vcpus for item in environments)

    def _start(self, job: Job, environment: ComputeEnvironment) -> None:
        self._used[environment.arn] += job.spec.vcpus
        stream = f"{job.spec.definition.name}/default/{job.id.replace(':', '-')}-{len(job.attempts) + 1}"
        job.attempts.append(Attempt(environment.arn, stream))
        job.move(Status.STARTING)

    def running(self, job: Job, now: float) -> None:
        """Note that the container of a placed job has started."""
        job.move(Status.RUNNING)
        job.attempts[-1].started_at = now
        if job.spec.timeout_seconds is not None:
            deadline = now + job.spec.timeout_seconds
            heapq.heappush(self._deadlines, (deadline, next(self._order), job, len(job.attempts)))

    def ended(self, job: Job, ending: Ending, now: float) -> None:
        """Note that the container of a placed job has ended, or could not be started."""
        attempt = job.attempts[-1]
        self._used[attempt.environment] -= job.spec.vcpus
        attempt.stopped_at, attempt.exit_code, attempt.reason = now, ending.exit_code, ending.reason
        attempt.status_reason = job.stop_reason or ending.status_reason or _status_reason(ending)
        if ending.exit_code == 0 and job.stop_reason is None:
            self._finish(job, Status.SUCCEEDED, attempt.status_reason, now)
        elif job.stop_reason is None and retries(
            attempt,
            made=len(job.attempts),
            allowed=job.spec.attempts,
            conditions=job.spec.evaluate_on_exit,
        ):
            self._enqueue(job)
        else:
            self._finish(job, Status.FAILED, attempt.status_reason, now)

    def _finish(self, job: Job, status: Status, reason: str, now: float) -> None:
        job.move(status, reason)
        self._on_final(job)
        parent = job.parent
        if parent and parent.status.final and parent.stopped_at is None:
            parent.stopped_at = now
            if parent.status is Status.FAILED and parent.status_reason is None:
                parent.status_reason = "Array Child Job failed"
            self._on_final(parent)

    def terminate(self, job: AnyJob, reason: str, now: float) -> list[Job]:
        """End a job whatever its state; returns the placed ones, which the caller has to stop."""
        job.terminated = True
        return self._stop(job, reason, now)

    def cancel(self, job: AnyJob, reason: str, now: float) -> None:
        """End a job that does not run yet; one that already started goes on, as in AWS Batch."""
        job.cancelled = True
        waiting = job.children if isinstance(job, ArrayJob) else [job]
        for leaf in waiting:
            if not leaf.status.placed:
                self._stop(leaf, reason, now)

    def _stop(self, job: AnyJob, reason: str, now: float) -> list[Job]:
        if isinstance(job, ArrayJob):
            job.status_reason = job.status_reason or reason
            return [placed for child in job.children for placed in self._stop(child, reason, now)]
        if job.status.placed:
            job.stop_reason = job.stop_reason or reason
            return [job]
        if not job.status.final:
            self._finish(job, Status.FAILED, reason, now)
        return []

    def expire(self, now: float) -> list[Job]:
        """Return the jobs whose attempt has run longer than its timeout, for the caller to stop."""
        late = []
        while self._deadlines and self._deadlines[0][0] <= now:
            _, _, job, attempt = heapq.heappop(self._deadlines)
            if job.status is Status.RUNNING and len(job.attempts) == attempt:
                late += self._stop(job, "Job attempt duration exceeded timeout", now)
        return late

    def next_deadline(self) -> float | None:
        """When `expire` next has something to do."""
        return self._deadlines[0][0] if self._deadlines else None


def _new_job(job_id: str, spec: JobSpec, now: float) -> AnyJob:
    if spec.size is None:
        return Job(job_id, spec, now)
    parent = ArrayJob(job_id, spec, now)
    parent.children = [Job(f"{job_id}:{index}", spec, now, index, parent) for index in range(spec.size)]
    parent.counts[Status.SUBMITTED] = spec.size
    return parent


def _status_reason(ending: Ending) -> str:
    if ending.exit_code is None:
        return f"Task failed to start: {ending.reason}"
    return "Essential container in task exited"
