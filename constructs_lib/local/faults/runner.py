"""A runner in front of another one: it lets attempts fail as a plan says."""

import threading

from constructs_lib.local.clock import Clock
from constructs_lib.local.faults.attempts import Capacity, attempt_of, is_fargate
from constructs_lib.local.faults.chance import instance_id
from constructs_lib.local.faults.endings import has_program, of_struck, without_program
from constructs_lib.local.faults.job_faults import JobFault, Reclaim, TimedFault
from constructs_lib.local.faults.occasions import Attempt
from constructs_lib.local.faults.plan import CurrentPlan, FaultPlan
from constructs_lib.local.faults.runs import IdleRun, Strike, StruckRun
from constructs_lib.local.runners import Ending, OnEnd, OnStart, Run, Runner
from constructs_lib.local.scheduler.job import Job


class FaultyRunner:
    """Runs attempts by another runner, and strikes those that a plan selects.

    Args:
        plan: tells what is to go wrong at the moment.
        others: runs all attempts, also those that are struck later.
        capacity: the type of a compute environment (``SPOT``, ``FARGATE``, …) by its ARN.
        clock: tells when to strike.
    """

    def __init__(self, plan: CurrentPlan, others: Runner, capacity: Capacity, clock: Clock) -> None:
        self._plan = plan
        self._others = others
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._idle: set[IdleRun] = set()

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Run:
        """Run an attempt, with the fault that the plan has for it."""
        plan = self._plan()
        attempt = attempt_of(job, plan, self._capacity) if plan else None
        found = plan.for_attempt(attempt) if plan and attempt else None
        if plan is None or attempt is None or found is None:
            return self._others.start(job, on_start, on_end)
        number, fault = found
        if has_program(fault):
            strike = self._strike(plan, number, fault, attempt)
            run = StruckRun(strike, self._clock, on_start, on_end)
            run.begin(lambda started, ended: self._others.start(job, started, ended))
            return run
        plan.struck(number, attempt, self._clock.now())
        ending = without_program(fault, fargate=is_fargate(attempt))
        starts = ending is None or ending.exit_code is not None
        return self._without_program(ending, on_start if starts else None, on_end)

    def close(self, grace: float) -> None:
        """Stop everything, and return when the last is gone."""
        with self._lock:
            idle = list(self._idle)
        for run in idle:
            run.stop(grace)
        self._others.close(grace)
        for run in idle:
            run.join()

    def _strike(self, plan: FaultPlan, number: int, fault: JobFault, attempt: Attempt) -> Strike:
        instance = instance_id(plan.seed, number, attempt.identity)
        return Strike(
            after=fault.after if isinstance(fault, TimedFault) else 0,
            grace=fault.notice if isinstance(fault, Reclaim) else 0,
            ending=of_struck(fault, fargate=is_fargate(attempt), instance=instance),
            on_strike=lambda: plan.struck(number, attempt, self._clock.now()),
            on_spared=lambda: plan.spared(number),
        )

    def _without_program(self, ending: Ending | None, on_start: OnStart | None, on_end: OnEnd) -> Run:
        def ended(ending: Ending) -> None:
            on_end(ending)
            with self._lock:
                self._idle.discard(run)

        run = IdleRun(ending, on_start, ended)
        with self._lock:
            self._idle.add(run)
        run.begin()
        return run
