"""Puts faults in front of the parts of an embedded AWS; which ones can change while it runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIApplication

from constructs_lib.local.account import Location
from constructs_lib.local.batch.resources import ComputeEnvironment
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.faults.calls.deliveries import FaultyDeliveries
from constructs_lib.local.faults.calls.middleware import FaultMiddleware
from constructs_lib.local.faults.calls.submissions import FaultyJobs
from constructs_lib.local.faults.jobs.attempts import next_attempt
from constructs_lib.local.faults.jobs.runner import FaultyRunner
from constructs_lib.local.faults.plans.plan import FaultPlan
from constructs_lib.local.runners import Runner
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.states.jobs import JobService


class Injector:
    """What strikes the parts of one embedded AWS.

    Args:
        plan: what is to go wrong; None for nothing.
        environment: finds a compute environment by its ARN.
        clock: the time of the embedded AWS.
    """

    def __init__(
        self, plan: FaultPlan | None, environment: Callable[[str], ComputeEnvironment | None], clock: Clock
    ) -> None:
        self.plan = plan
        self._environment = environment
        self._clock = clock

    @contextmanager
    def during(self, plan: FaultPlan) -> Iterator[FaultPlan]:
        """Let a plan be at work while the context is open, instead of the one before."""
        before, self.plan = self.plan, plan
        try:
            yield plan
        finally:
            self.plan = before

    def runner(self, runner: Runner) -> Runner:
        """The runner that attempts meet."""
        return FaultyRunner(self._current, runner, self._capacity, self._clock)

    def has_capacity(self, job: Job) -> bool:
        """Whether AWS has capacity for a job that waits."""
        plan = self.plan
        if plan is None or not plan.shortages:
            return True
        queue = job.spec.queue.arn.rpartition("/")[2]
        return not plan.lacks_capacity(next_attempt(job, plan), queue, self._clock.now())

    def jobs(self, jobs: Callable[[Location], JobService]) -> Callable[[Location], JobService]:
        """The job service that state machines meet, by account and region."""
        return lambda location: FaultyJobs(self._current, jobs(location), self._clock)

    def deliveries(self) -> FaultyDeliveries:
        """What goes wrong with the deliveries of schedules, rules and pipes."""
        return FaultyDeliveries(self._current, self._clock)

    def middleware(self, application: WSGIApplication) -> WSGIApplication:
        """The application that requests over HTTP meet."""
        return FaultMiddleware(self._current, application, self._clock)

    def _current(self) -> FaultPlan | None:
        return self.plan

    def _capacity(self, arn: str) -> str:
        environment = self._environment(arn)
        return str(environment.compute.get("type", "EC2")).upper() if environment else "EC2"
