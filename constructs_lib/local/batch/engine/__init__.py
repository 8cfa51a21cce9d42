"""AWS Batch at work: the scheduler over a runner, by a clock. Safe to call from any thread."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import Any

from constructs_lib.local.batch.definitions.submission import job_spec, start_problem
from constructs_lib.local.batch.engine.describe import describe, nodes_of
from constructs_lib.local.batch.errors import refuse
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.batch.resources import ConsumableResource, JobQueue
from constructs_lib.local.batch.rules.dependencies import check_dependencies
from constructs_lib.local.batch.rules.shares import ActiveShares
from constructs_lib.local.batch.rules.throttling import SubmitRate
from constructs_lib.local.batch.rules.validation import checked
from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.runners import SIGKILL_AFTER_SECONDS, Ending, Run, Runner
from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob, Job, Status
from constructs_lib.local.scheduler.scheduler import Scheduler

Description = dict[str, Any]


class Engine:
    """Takes jobs, runs them and knows how they ended.

    Args:
        registry: the compute environments, queues and definitions.
        runner: what runs the attempts.
        clock: what tells the time. Default: this machine's.
        on_change: told of each job that has got into another state, or blocks its queue. Default: nobody.
        has_capacity: whether AWS has capacity for a job. Default: for every job that its environments have room for.
    """

    def __init__(
        self,
        registry: Registry,
        runner: Runner,
        clock: Clock | None = None,
        on_change: Callable[[AnyJob], None] = lambda _: None,
        has_capacity: Callable[[Job], bool] = lambda _: True,
    ) -> None:
        self.registry = registry
        self._on_change = on_change
        self.clock = clock or RealClock()
        self.lock = threading.RLock()
        self._scheduler = Scheduler(
            registry, self._on_final, on_waiting=on_change, on_blocked=on_change, has_capacity=has_capacity
        )
        self._runner = runner
        self._wake = self.clock.event()
        self._waiting: dict[str, list[threading.Event]] = {}
        self._runs: dict[Job, Run] = {}
        self._shares = ActiveShares(self.jobs)
        self._unstartable: dict[str, str] = {}
        self._deadline: float | None = None
        self._closed = False
        self.submit_rate: SubmitRate | None = None
        """How many jobs may be submitted in a second; None, the default, lets all pass."""
        self.clock.thread(self._watch_deadlines, name="batch-deadlines").start()

    def submit_job(self, request: Description) -> Description:
        """SubmitJob, as a state machine or an event asks for it."""
        return self.submit(checked("SubmitJob", request))

    def submit(self, request: Description) -> Description:
        """SubmitJob, with a request that has been checked."""
        with self.lock:
            if self.submit_rate:
                self.submit_rate.take()
            check_dependencies(request, self._scheduler.find)
            job_id = str(uuid.uuid4())
            spec = job_spec(self.registry, request)
            self._shares.add(spec)
            if reason := start_problem(spec, job_id):
                self._unstartable[job_id] = reason
            job = self._scheduler.submit(job_id, spec, self.clock.now())
            if job.status is Status.PENDING:
                self._on_change(job)
            self._place()
            return {"jobArn": self.registry.arn("job", job.id), "jobName": job.spec.name, "jobId": job.id}

    def describe_job(self, job_id: str) -> Description | None:
        """One entry of DescribeJobs; None for a job that does not exist."""
        with self.lock:
            job = self._scheduler.find(job_id.partition("#")[0])
            if job and "#" in job_id:
                return next((node for node in nodes_of(self.registry, job) if node["jobId"] == job_id), None)
            return describe(self.registry, job) if job else None

    def job(self, job_id: str) -> AnyJob:
        """Find a job, an array job or a child, or refuse the call."""
        return self._scheduler.find(job_id) or refuse(f"Job {job_id} does not exist")

    def instance_type(self, instance_id: str) -> str | None:
        """The type of an instance that jobs ran on; None if there was none with this id."""
        return self._scheduler.instance_type(instance_id)

    def knows(self, job_id: str) -> bool:
        """Whether there is a job, array job or child with this id."""
        return self._scheduler.find(job_id) is not None

    def jobs(self) -> list[AnyJob]:
        """Every job, in the order of submission, an array job once."""
        with self.lock:
            return list(self._scheduler.jobs.values())

    def jobs_of(self, queue: JobQueue) -> Sequence[AnyJob]:
        """Every job of a queue in the order of submission, an array job once; it grows, and changes no other way."""
        with self.lock:
            return self._scheduler.jobs_of(queue)

    def wait_for_job(
        self, job_id: str, timeout: float | None = None, *, interruption: threading.Event | None = None
    ) -> Description | None:
        """Wait until a job has ended.

        Args:
            job_id: the job, array job or child.
            timeout: at most so many seconds. Default: any time.
            interruption: an event that ends the wait, too; it is also set when the job has ended. Default: none.

        Returns:
            Its description, or None when it has not ended.
        """
        changed = interruption or self.clock.event()
        with self.lock:
            job = self.job(job_id)
            if not job.status.final:
                self._waiting.setdefault(job.id, []).append(changed)
        if not job.status.final:
            self.clock.wait(changed, timeout)
        with self.lock:
            return describe(self.registry, job) if job.status.final else None

    def terminate_job(self, job_id: str, reason: str) -> None:
        """TerminateJob: end it whatever its state."""
        with self.lock:
            self._terminate(self.job(job_id), reason)
            self._place()

    def cancel_job(self, job_id: str, reason: str) -> None:
        """CancelJob: end it unless it already started."""
        with self.lock:
            self._scheduler.cancel(self.job(job_id), reason, self.clock.now())
            self._place()

    def resources_changed(self) -> None:
        """Let jobs that wait have what an update of the resources has given them."""
        with self.lock:
            self._place()
            self._wake.set()

    def waiting(self, queue: JobQueue, most: int) -> list[Job]:
        """The first jobs of a queue that are RUNNABLE: those that became so first, within a share by priority."""
        with self.lock:
            found = (job for job in _leaves(self.jobs_of(queue)) if job.status is Status.RUNNABLE)
            return nsmallest(most, found, key=lambda job: (-job.spec.priority, job.runnable_at or job.created_at))

    def moved_at(self, queue: JobQueue) -> float:
        """When the jobs that wait in a queue last moved up; 0 if they have not."""
        with self.lock:
            return self._scheduler.moved_at(queue)

    def placed(self, queue: JobQueue) -> list[Job]:
        """The jobs of a queue that hold vCPUs."""
        with self.lock:
            return [job for job in _leaves(self.jobs_of(queue)) if job.status.placed]

    def consumed(self, resource: ConsumableResource) -> int:
        """How many of a consumable resource are in use."""
        with self.lock:
            return self._scheduler.consumed(resource.arn)

    def counts(self) -> dict[str, int]:
        """How many jobs and children there are in each state."""
        with self.lock:
            totals: Counter[str] = Counter()
            for job in self._scheduler.jobs.values():
                if isinstance(job, ArrayJob):
                    totals.update(job.counts)
                else:
                    totals[job.status] += 1
            return {str(status): count for status, count in totals.items() if count}

    def stuck(self) -> list[str]:
        """Why jobs at the head of a queue can never be placed; empty when all can."""
        with self.lock:
            return self._scheduler.stuck()

    def submitted(self) -> int:
        """How many jobs were submitted so far, an array job counted once."""
        with self.lock:
            return len(self._scheduler.jobs)

    def leaves(self, first: int = 0) -> list[Job]:
        """Every job and child that runs or ran, in the order of submission, from the ``first``-th submitted job on."""
        with self.lock:
            return list(_leaves(list(self._scheduler.jobs.values())[first:]))

    def close(self, grace: float = SIGKILL_AFTER_SECONDS) -> None:
        """Start no more jobs, and stop every process of its runner."""
        self.start_no_more()
        self._runner.close(grace)

    def start_no_more(self) -> None:
        """Start no more jobs; those that run go on."""
        with self.lock:
            self._closed = True
        self._wake.set()

    def _terminate(self, job: AnyJob, reason: str) -> None:
        self._stop(self._scheduler.terminate(job, reason, self.clock.now()))

    def _place(self) -> None:
        while not self._closed and (placed := self._scheduler.place(self.clock.now())):
            for job in placed:
                if reason := self._unstartable.get(job.parent.id if job.parent else job.id):
                    self._scheduler.ended(job, Ending(None, status_reason=reason), self.clock.now())
                else:
                    self._launch(job)

    def _launch(self, job: Job) -> None:
        self._on_change(job)
        self._runs[job] = self._runner.start(
            job,
            lambda: self._on_start(job),
            lambda ending: self._on_end(job, ending),
        )

    def _on_start(self, job: Job) -> None:
        with self.lock:
            self._scheduler.running(job, self.clock.now())
            self._on_change(job)
            deadline = self._scheduler.next_deadline()
            if deadline is not None and (self._deadline is None or deadline < self._deadline):
                self._wake.set()

    def _on_end(self, job: Job, ending: Ending) -> None:
        with self.lock:
            self._runs.pop(job, None)
            self._scheduler.ended(job, ending, self.clock.now())
            self._place()
            if self._deadline is not None and self._scheduler.next_deadline() is None:
                self._wake.set()  # so that no clock goes on to a deadline of a job that has ended

    def _on_final(self, job: AnyJob) -> None:
        self._on_change(job)
        for waiting in self._waiting.pop(job.id, []):
            waiting.set()

    def _stop(self, jobs: list[Job]) -> None:
        for job in jobs:
            if run := self._runs.get(job):
                run.stop(SIGKILL_AFTER_SECONDS)

    def _watch_deadlines(self) -> None:
        while True:
            with self.lock:
                if self._closed:
                    return
                self._wake.clear()
                now = self.clock.now()
                self._stop(self._scheduler.expire(now))
                self._place()  # a queue's time limit may have cancelled its head
                deadline = self._deadline = self._scheduler.next_deadline()
            self.clock.wait(self._wake, None if deadline is None else max(0.0, deadline - now))


def _leaves(jobs: Iterable[AnyJob]) -> Iterator[Job]:
    for job in jobs:
        if isinstance(job, ArrayJob):
            yield from job.children
        else:
            yield job
