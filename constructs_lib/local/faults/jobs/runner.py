"""A runner in front of another one: it lets attempts fail as a plan says."""

import threading
from functools import partial

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.faults.jobs.attempts import Capacity, attempt_of, is_fargate
from constructs_lib.local.faults.jobs.cases import Case
from constructs_lib.local.faults.jobs.endings import has_program, starts, without_program
from constructs_lib.local.faults.jobs.hosts import Hosts
from constructs_lib.local.faults.jobs.runs import IdleRun, StruckRun
from constructs_lib.local.faults.kinds.job_faults import JobFault, Reclaim
from constructs_lib.local.faults.plans.occasions import StartingAttempt
from constructs_lib.local.faults.plans.plan import CurrentPlan
from constructs_lib.local.runners import Ending, OnEnd, OnStart, Run, Runner
from constructs_lib.local.scheduler.jobs.job import Job


class FaultyRunner:
    """Runs attempts by another runner, and strikes those that a plan selects.

    Args:
        plan: tells what is to go wrong at the moment.
        others: runs all attempts, also those that are struck later.
        capacity: the type of a compute environment by its ARN.
        clock: tells when to strike.
    """

    def __init__(self, plan: CurrentPlan, others: Runner, capacity: Capacity, clock: Clock) -> None:
        self._plan = plan
        self._others = others
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._idle: set[IdleRun] = set()
        self._hosts = Hosts()

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Run:
        """Run an attempt, with the fault that the plan has for it."""
        plan = self._plan()
        if plan is None:
            return self._others.start(job, on_start, on_end)
        attempt = attempt_of(job, plan, self._capacity)
        number, fault = plan.for_attempt(attempt) or (0, None)
        if fault and not has_program(fault):
            plan.struck(number, attempt, self._clock.now())
            return self._without_program(fault, attempt, on_start, on_end)
        if fault is None and not (job.instance and plan.reclaims):
            return self._others.start(job, on_start, on_end)
        case = Case(plan, number, fault, attempt) if fault else None
        return self._program(job, attempt, case, on_start, on_end)

    def close(self, grace: float) -> None:
        """Stop everything, and return when the last is gone."""
        with self._lock:
            idle = list(self._idle)
        for run in idle:
            run.stop(grace)
        self._others.close(grace)
        for run in idle:
            run.join()

    def _program(self, job: Job, attempt: StartingAttempt, case: Case | None, on_start: OnStart, on_end: OnEnd) -> Run:
        instance = job.instance  # the scheduler takes it away at the end

        def struck() -> None:
            if case:
                self._note(case, attempt)
            if case and instance and isinstance(case.fault, Reclaim):
                for other, beside in self._hosts.others(instance, run):
                    other.hit(case.strike(partial(self._note, case, beside)))

        def ended(ending: Ending) -> None:
            if instance:
                self._hosts.remove(instance, run)
            on_end(ending)

        run = StruckRun(case.strike(struck) if case else None, self._clock, on_start, ended)
        if instance:
            self._hosts.add(instance, run, attempt)
        start = self._no_program if case and case.is_at_start else self._others.start
        run.begin(lambda started, ended: start(job, started, ended))
        return run

    def _note(self, case: Case, attempt: StartingAttempt) -> None:
        case.note(attempt, self._clock.now())

    def _without_program(self, fault: JobFault, attempt: StartingAttempt, on_start: OnStart, on_end: OnEnd) -> Run:
        ending = without_program(fault, fargate=is_fargate(attempt))
        return self._idled(ending, on_start if starts(fault) else None, on_end)

    def _no_program(self, _job: Job, on_start: OnStart, on_end: OnEnd) -> Run:
        """What a fault strikes at its start: on a busy machine a program would do all of its work before that."""
        return self._idled(None, on_start, on_end)

    def _idled(self, ending: Ending | None, on_start: OnStart | None, on_end: OnEnd) -> Run:
        def ended(ending: Ending) -> None:
            on_end(ending)
            with self._lock:
                self._idle.discard(run)

        run = IdleRun(ending, self._clock, on_start, ended)
        with self._lock:
            self._idle.add(run)
        run.begin()
        return run
