"""Jobs in virtual time: the same scheduler, with a function in place of containers."""

import heapq
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import AnyJob, Job, JobSpec
from constructs_lib.local.scheduler.model.resources import Resources
from constructs_lib.local.scheduler.scheduler import Scheduler

Behavior = Callable[[Job], tuple[float, Ending]]
"""What an attempt does: how many seconds it takes, and how it ends."""


@dataclass(slots=True)
class Submission:
    """A job that is submitted at a time.

    Args:
        at: seconds from the start.
        job_id: its id.
        spec: what is submitted.
    """

    at: float
    job_id: str
    spec: JobSpec


@dataclass(slots=True)
class Simulation:
    """Runs jobs through the scheduler in virtual time.

    Args:
        resources: environments, queues, policies and consumable resources.
        behavior: what each attempt does.
        start_seconds: from placement until the container runs. Default: none.
    """

    resources: Resources
    behavior: Behavior
    start_seconds: float = 0.0
    now: float = 0.0
    events: int = 0
    """Changes of state that jobs went through."""
    scheduler: Scheduler = field(init=False)
    _ends: list[tuple[float, int, Job, Ending, int]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        """Start with no jobs."""
        self.scheduler = Scheduler(self.resources, lambda _: None, impatient=False)

    def run(self, submissions: Iterable[Submission], *, until: float = float("inf")) -> list[AnyJob]:
        """Submit jobs at their times and go on until all have ended, none can, or the time is over.

        Args:
            submissions: in the order of their times, which begin at `now`.
            until: when to stop.

        Returns:
            The jobs in the order of submission; their attempts tell when they ran.
        """
        waiting = iter(submissions)
        upcoming = next(waiting, None)
        while True:
            times = (
                upcoming.at if upcoming else None,
                self._ends[0][0] if self._ends else None,
                self.scheduler.next_deadline(),
            )
            moment = min((item for item in times if item is not None), default=None)
            if moment is None or moment > until or moment == float("inf"):  # what is left hangs forever
                break
            self.now = max(self.now, moment)
            while upcoming and upcoming.at <= self.now:
                self.events += 2 * (upcoming.spec.size or 1)  # SUBMITTED and RUNNABLE
                self.scheduler.submit(upcoming.job_id, upcoming.spec, self.now)
                upcoming = next(waiting, None)
            self._end_attempts()
            for job in self.scheduler.expire(self.now):
                self._end(job, Ending(137))
            self._place()
        if until != float("inf"):
            self.now = until
        return list(self.scheduler.jobs.values())

    def _place(self) -> None:
        for job in self.scheduler.place(self.now):
            seconds, ending = self.behavior(job)
            start = self.now + self.start_seconds
            self.scheduler.running(job, start)
            self.events += 2  # STARTING and RUNNING
            heapq.heappush(self._ends, (start + seconds, next(self._order), job, ending, len(job.attempts)))

    def _end_attempts(self) -> None:
        while self._ends and self._ends[0][0] <= self.now:
            _, _, job, ending, attempt = heapq.heappop(self._ends)
            # One that was stopped before its time has ended already.
            if job.status.placed and len(job.attempts) == attempt:
                self._end(job, ending)

    def _end(self, job: Job, ending: Ending) -> None:
        self.events += 1  # SUCCEEDED, FAILED, or RUNNABLE again
        self.scheduler.ended(job, ending, self.now)

    def stop(self, job: AnyJob, reason: str) -> None:
        """Terminate a job."""
        for placed in self.scheduler.terminate(job, reason, self.now):
            self._end(placed, Ending(137))
        self._place()

    def update(self) -> None:
        """Place what an update of the resources makes room for."""
        self._place()
