"""Decides which job runs where and when: pure, driven by the caller's clock, without I/O.

Every method takes ``now`` in seconds. The caller starts what `place` returns, stops what `terminate` and `expire`
return, and reports back with `running` and `ended`; so the same code runs jobs in real time and simulates them.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterator

from constructs_lib.local.scheduler.consumables import Consumables
from constructs_lib.local.scheduler.dependencies import FAILED, Dependencies
from constructs_lib.local.scheduler.environments import Environments
from constructs_lib.local.scheduler.job import AnyJob, ArrayJob, Attempt, Ending, Job, JobSpec, Status, new_job
from constructs_lib.local.scheduler.queues import Queue, Queues
from constructs_lib.local.scheduler.resources import Resources
from constructs_lib.local.scheduler.retry import retries
from constructs_lib.local.scheduler.stuck import Stuck, cancelled


class Scheduler:
    """Queues, placements, attempts and ends of jobs.

    Args:
        resources: environments, queues, policies and consumable resources; read at every placement, so that an update
            takes effect at once.
        on_final: called with every job, child and array job when it has ended.
        impatient: cancel at once what a queue's time limit would cancel because it can never run. Default: True.
    """

    def __init__(self, resources: Resources, on_final: Callable[[AnyJob], None], *, impatient: bool = True) -> None:
        self._on_final = on_final
        self._environments = Environments(resources)
        self._queues = Queues(resources)
        self._consumables = Consumables(resources.consumables)
        self._dependencies = Dependencies(self.find)
        self._stuck = Stuck(impatient)
        self._deadlines: list[tuple[float, int, Job, int]] = []
        self._limits: dict[Job, float] = {}
        self._order = itertools.count()
        self.jobs: dict[str, AnyJob] = {}

    def submit(self, job_id: str, spec: JobSpec, now: float) -> AnyJob:
        """Take a job, or an array job with all its children, into its queue."""
        job = new_job(job_id, spec, now)
        self.jobs[job_id] = job
        for leaf in job.children if isinstance(job, ArrayJob) else [job]:
            leaf.move(Status.PENDING)
        for leaf, can_run in self._dependencies.add(job):
            self._release(leaf, now, can_run=can_run)
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

    def _release(self, job: Job, now: float, *, can_run: bool) -> None:
        if can_run:
            self._enqueue(job, now)
        elif not job.status.final:
            self._finish(job, Status.FAILED, FAILED, now)

    def _enqueue(self, job: Job, now: float) -> None:
        job.move(Status.RUNNABLE)
        job.runnable_at = now
        self._queues.of(job).order.add(job)

    def place(self, now: float) -> list[Job]:
        """Give capacity to the jobs that fit now, by queue priority, then in the order of each queue."""
        return [job for queue in self._queues.by_priority() for job in self._place_from(queue, now)]

    def _place_from(self, queue: Queue, now: float) -> Iterator[Job]:
        while (job := queue.order.head(now)) is not None:
            if not self._consumables.available(job):
                return
            if self._environments.take(job, queue):
                queue.order.started(job, now)
                self._start(job)
                yield job
                continue
            reason = self._environments.impossible(job, queue)
            if reason is None:
                self._unstick(job)
                return  # the head of the queue blocks it, as in AWS Batch
            limit = self._stuck.limit(job, reason, queue.time_limits, now)
            if limit is None or limit > now:
                self._remind(job, limit)
                return
            self._unstick(job)
            self._finish(job, Status.FAILED, cancelled(reason), now)

    def _remind(self, job: Job, limit: float | None) -> None:
        if limit is not None and self._limits.get(job) != limit:
            self._limits[job] = limit
            heapq.heappush(self._deadlines, (limit, next(self._order), job, -1))

    def _unstick(self, job: Job) -> None:
        self._stuck.resolved(job)
        self._limits.pop(job, None)

    def used(self, environment: str) -> float:
        """How many vCPUs of an environment jobs hold."""
        return self._environments.used(environment)

    def consumed(self, resource: str) -> int:
        """How many of a consumable resource jobs hold, or have used up."""
        return self._consumables.used[resource]

    def stuck(self) -> list[str]:
        """What the jobs say that block their queue because no environment can ever hold them."""
        return [f"{job.spec.name}: {job.status_reason}" for job in self._stuck.jobs()]

    def _start(self, job: Job) -> None:
        self._unstick(job)
        self._consumables.take(job)
        stream = f"{job.spec.definition.name}/default/{job.id.replace(':', '-')}-{len(job.attempts) + 1}"
        job.attempts.append(Attempt(job.environment, stream))
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
        self._environments.give_back(job)
        self._consumables.give_back(job)
        self._queues.of(job).order.ended(job, now)
        attempt.end(ending, job.stop_reason, now)
        if ending.exit_code == 0 and job.stop_reason is None:
            self._finish(job, Status.SUCCEEDED, attempt.status_reason, now)
        elif job.stop_reason is None and retries(
            attempt,
            made=len(job.attempts),
            allowed=job.spec.attempts,
            conditions=job.spec.evaluate_on_exit,
        ):
            self._enqueue(job, now)
        else:
            self._finish(job, Status.FAILED, attempt.status_reason, now)

    def _finish(self, job: Job, status: Status, reason: str | None, now: float) -> None:
        """End a job, then what ends with it: its array, and the jobs whose dependency it was."""
        ends: deque[tuple[Job, Status, str | None]] = deque([(job, status, reason)])
        while ends:
            job, status, reason = ends.popleft()
            job.move(status, reason)
            self._on_final(job)
            released = self._dependencies.ended(job)
            if job.parent and job.parent.finish(now):
                self._on_final(job.parent)
                released += self._dependencies.ended(job.parent)
            for leaf, can_run in released:
                if can_run:
                    self._enqueue(leaf, now)
                elif not leaf.status.final:
                    ends.append((leaf, Status.FAILED, FAILED))

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
            self._unstick(job)
            self._dependencies.forget(job)
            self._finish(job, Status.FAILED, reason, now)
        return []

    def expire(self, now: float) -> list[Job]:
        """Return the jobs whose attempt has run longer than its timeout, for the caller to stop.

        A job that is stuck longer than its queue allows is cancelled by the next `place`.
        """
        late = []
        while self._deadlines and self._deadlines[0][0] <= now:
            _, _, job, attempt = heapq.heappop(self._deadlines)
            if job.status is Status.RUNNING and len(job.attempts) == attempt:
                late += self._stop(job, "Job attempt duration exceeded timeout", now)
        return late

    def next_deadline(self) -> float | None:
        """When `expire`, and `place` after it, next have something to do."""
        return self._deadlines[0][0] if self._deadlines else None
