"""Decides which job runs where and when: pure, driven by the caller's clock, without I/O.

Every method takes ``now`` in seconds. The caller starts what `place` returns, stops what `terminate` and `expire`
return, and reports back with `running` and `ended`; so the same code runs jobs in real time and simulates them.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from constructs_lib.local.scheduler.environments.compute_environments import Environments
from constructs_lib.local.scheduler.jobs.attempt import Attempt, Ending
from constructs_lib.local.scheduler.jobs.consumables import Consumables
from constructs_lib.local.scheduler.jobs.deadlines import Deadlines
from constructs_lib.local.scheduler.jobs.dependencies import FAILED, Dependencies
from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob, Job, JobQueue, JobSpec, Status, new_job
from constructs_lib.local.scheduler.jobs.retry import retries
from constructs_lib.local.scheduler.model.resources import Resources
from constructs_lib.local.scheduler.queues.job_queues import Queue, Queues
from constructs_lib.local.scheduler.queues.stuck import NO_CAPACITY, Stuck, cancelled

_TIMED_OUT = "Job attempt duration exceeded timeout"


class Scheduler:
    """Queues, placements, attempts and ends of jobs.

    Args:
        resources: environments, queues, policies and consumable resources; read at every placement, so that an update
            takes effect at once.
        on_final: called with every job, child and array job when it has ended.
        on_waiting: called with every job and child that becomes RUNNABLE, for its first attempt or a further one.
        on_blocked: called with every job and child that can never be placed, when it gets to the head of its queue.
        has_capacity: whether AWS has capacity for a job. Default: for every job that its environments have room for.
        impatient: cancel at once what a queue's time limit would cancel because it can never run. Default: True.
    """

    def __init__(
        self,
        resources: Resources,
        on_final: Callable[[AnyJob], None],
        *,
        on_waiting: Callable[[Job], None] = lambda _: None,
        on_blocked: Callable[[Job], None] = lambda _: None,
        has_capacity: Callable[[Job], bool] = lambda _: True,
        impatient: bool = True,
    ) -> None:
        self._on_final = on_final
        self._on_waiting = on_waiting
        self._has_capacity = has_capacity
        self._environments = Environments(resources)
        self._queues = Queues(resources)
        self._consumables = Consumables(resources.consumables)
        self._dependencies = Dependencies(self.find)
        self._stuck = Stuck(impatient, on_blocked)
        self._deadlines = Deadlines()
        self._instance_types: dict[str, str] = {}
        self.jobs: dict[str, AnyJob] = {}

    def submit(self, job_id: str, spec: JobSpec, now: float) -> AnyJob:
        """Take a job, or an array job with all its children, into its queue."""
        job = new_job(job_id, spec, now)
        self.jobs[job_id] = job
        leaves = _leaves(job)
        queue = self._queues.of(spec)
        queue.jobs.append(job)
        queue.order.submitted(leaves[0], len(leaves))
        for leaf in leaves:
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
            child = job.children[int(index)]
            return child if child.id == job_id else None
        return None

    def jobs_of(self, queue: JobQueue) -> Sequence[AnyJob]:
        """Every job of a queue in the order of submission, an array job once."""
        return self._queues.jobs(queue)

    def moved_at(self, queue: JobQueue) -> float:
        """When a job last left those that wait in a queue, and let the others move up; 0 if none has."""
        return self._queues.moved_at(queue)

    def _release(self, job: Job, now: float, *, can_run: bool) -> None:
        """Go on with a job whose dependencies have ended."""
        if reason := _failure(job, can_run=can_run):
            self._finish(job, Status.FAILED, reason, now)
        else:
            self._enqueue(job, now)

    def _enqueue(self, job: Job, now: float) -> None:
        job.move(Status.RUNNABLE)
        job.runnable_at = now
        self._queues.of(job.spec).order.add(job)
        self._on_waiting(job)

    def place(self, now: float) -> list[Job]:
        """Give capacity to the jobs that fit now, by queue priority, then in the order of each queue."""
        self._environments.refresh()
        return [job for queue in self._queues.by_priority() for job in self._place_from(queue, now)]

    def _place_from(self, queue: Queue, now: float) -> Iterator[Job]:
        while (job := queue.order.head(now)) is not None:
            if not self._consumables.available(job):
                return
            has_capacity = self._has_capacity(job)
            if has_capacity and self._environments.take(job, queue, now):
                queue.order.started(job, now)
                self._start(job, now)
                yield job
                continue
            reason = self._environments.impossible(job, queue) or (None if has_capacity else NO_CAPACITY)
            if reason is None:
                self._unstick(job)
                return  # the head of the queue blocks it, as in AWS Batch
            limit = self._stuck.limit(job, reason, queue.settings.time_limits, now)
            if limit is None:
                return
            if limit > now:
                self._deadlines.remind(job, limit)
                return
            self._unstick(job)
            self._finish(job, Status.FAILED, cancelled(reason), now)

    def _unstick(self, job: Job) -> None:
        self._stuck.resolved(job)
        self._deadlines.forget(job)

    def used(self, environment: str) -> float:
        """How many vCPUs of an environment jobs hold."""
        return self._environments.used(environment)

    def instance_type(self, instance_id: str) -> str | None:
        """The type of an instance that jobs were placed on, also of one that has gone; None if there was none."""
        return self._instance_types.get(instance_id)

    def consumed(self, resource: str) -> int:
        """How many of a consumable resource jobs hold, or have used up."""
        return self._consumables.used[resource]

    def stuck(self) -> list[str]:
        """What the jobs say that block their queue because no environment can ever hold them."""
        return [f"{job.spec.name}: {job.status_reason}" for job in self._stuck.jobs()]

    def _start(self, job: Job, now: float) -> None:
        self._unstick(job)
        self._queues.of(job.spec).moved_at = now
        self._consumables.take(job)
        stream = f"{job.spec.log_prefix}{job.id.replace(':', '-')}-{len(job.attempts) + 1}"
        held = self._environments.instances(job)
        self._instance_types.update((instance.id, instance.shape.name) for instance in held)
        job.attempts.append(Attempt(job.environment, stream, tuple(instance.id for instance in held)))
        job.move(Status.STARTING)

    def running(self, job: Job, now: float) -> None:
        """Note that the container of a placed job has started."""
        job.move(Status.RUNNING)
        job.attempts[-1].started_at = now
        if job.spec.timeout_seconds is not None:
            self._deadlines.time_out(job, now + job.spec.timeout_seconds)

    def ended(self, job: Job, ending: Ending, now: float) -> None:
        """Note that the container of a placed job has ended, or could not be started."""
        attempt = job.attempts[-1]
        self._environments.give_back(job)
        self._consumables.give_back(job)
        self._queues.of(job.spec).order.stopped(job, now)
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
            queue = self._queues.of(job.spec)
            if job.status is Status.RUNNABLE:
                queue.moved_at = now
            job.move(status, reason)
            self._consumables.finished(job)
            queue.order.finished(job)
            self._on_final(job)
            released = self._dependencies.ended(job)
            if job.parent and job.parent.finish(now):
                self._on_final(job.parent)
                released += self._dependencies.ended(job.parent)
            for leaf, can_run in released:
                # Not by `_release`: a sequence of thousands of children fails in turn, too deep for recursion.
                if failure := _failure(leaf, can_run=can_run):
                    ends.append((leaf, Status.FAILED, failure))
                else:
                    self._enqueue(leaf, now)

    def terminate(self, job: AnyJob, reason: str, now: float) -> list[Job]:
        """End a job whatever its state; returns the placed ones, which the caller has to stop."""
        if job.status.final:
            return []
        job.terminated = True
        if isinstance(job, ArrayJob):
            job.status_reason = job.status_reason or reason
        return [leaf for leaf in _leaves(job) if self._stop(leaf, reason, now)]

    def cancel(self, job: AnyJob, reason: str, now: float) -> None:
        """End a job that does not run yet; one that already started goes on, and one that waits for others waits.

        Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_CancelJob.html
        """
        if job.status.final:
            return
        job.cancelled = True
        for leaf in _leaves(job):
            if self._dependencies.waits(leaf):
                leaf.stop_reason = leaf.stop_reason or reason
            elif not leaf.status.placed:
                self._stop(leaf, reason, now)

    def _stop(self, job: Job, reason: str, now: float) -> bool:
        """End a job that is not placed; whether it is, so that its container has to be stopped."""
        if job.status.placed:
            job.stop_reason = job.stop_reason or reason
        elif not job.status.final:
            self._unstick(job)
            self._dependencies.forget(job)
            self._finish(job, Status.FAILED, reason, now)
        return job.status.placed

    def expire(self, now: float) -> list[Job]:
        """Return the jobs whose attempt has run longer than its timeout, for the caller to stop.

        A job that is stuck longer than its queue allows is cancelled by the next `place`.
        """
        return [job for job in self._deadlines.due(now) if self._stop(job, _TIMED_OUT, now)]

    def next_deadline(self) -> float | None:
        """When `expire`, and `place` after it, next have something to do."""
        return self._deadlines.next()


def _leaves(job: AnyJob) -> list[Job]:
    return job.children if isinstance(job, ArrayJob) else [job]


def _failure(job: Job, *, can_run: bool) -> str | None:
    """Why a job fails when its dependencies have ended: it was cancelled meanwhile, or one of them failed."""
    return job.stop_reason or (None if can_run else FAILED)
