"""One attempt of a job of several containers.

Each starts when those before it have started or ended, as Amazon ECS does it; the end of an essential one stops the
others. The job runs when all have started, and has ended when all have.
Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
"""

import shutil
import threading
from pathlib import Path

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.runners import SIGKILL_AFTER_SECONDS, Ending, OnEnd, OnStart, Run, Runner
from constructs_lib.local.runners.several.part_job import PartJob, part_job
from constructs_lib.local.scheduler.jobs.attempt import EXITED
from constructs_lib.local.scheduler.jobs.job import Job, Part

_NEVER_STARTED = Ending(None, "stopped before it started")


class SeveralRun:
    """One attempt.

    Args:
        job: the job; its last attempt is the one to run.
        runner: runs its containers.
        shared: a directory of its own, for what its containers share.
        clock: what tells when containers start and end.
        on_start: called when all containers have started.
        on_end: called when all containers have ended.
    """

    def __init__(
        self, job: Job, runner: Runner, shared: Path, clock: Clock, *, on_start: OnStart, on_end: OnEnd
    ) -> None:
        self._parts = {part.name: part for part in job.spec.parts}
        self._jobs = {name: part_job(job, part, shared) for name, part in self._parts.items()}
        self._runner = runner
        self._shared = shared
        self._clock = clock
        self._on_start: OnStart | None = on_start
        self._on_end: OnEnd | None = on_end
        self._waiting = list(self._parts)
        self._runs: dict[str, Run] = {}
        self._started: set[str] = set()
        self._endings: dict[str, Ending] = {}
        self._problem: Ending | None = None
        self._stopped = False
        self._lock = threading.Lock()
        self._telling = threading.Lock()
        job.attempts[-1].containers = tuple((name, made.attempts[-1]) for name, made in self._jobs.items())

    def begin(self) -> None:
        """Start the containers that come first; what was stopped meanwhile ends at once."""
        with self._lock:
            self._start_ready()
            is_over = self._stopped
        if is_over:
            self._tell()

    def stop(self, grace: float) -> None:
        """Stop all containers, and start no others."""
        with self._lock:
            self._stop(grace)

    def _start_ready(self) -> None:
        for name in list(self._waiting):
            if not self._stopped and self._is_ready(self._parts[name]):
                self._waiting.remove(name)
                self._runs[name] = self._start(name, self._jobs[name])

    def _start(self, name: str, job: PartJob) -> Run:
        return self._runner.start(job, lambda: self._has_started(name), lambda ending: self._has_ended(name, ending))

    def _is_ready(self, part: Part) -> bool:
        for other, condition in part.after.items():
            ending = self._endings.get(other)
            if condition == "SUCCESS" and ending and ending.exit_code:
                reason = f"{part.name} needs the success of {other}, which ended with exit code {ending.exit_code}"
                self._problem = Ending(None, reason, EXITED)  # a program failed by itself, and not its start
                self._stop(SIGKILL_AFTER_SECONDS)
                return False
            if other not in self._started or (condition != "START" and ending is None):
                return False
        return True

    def _has_started(self, name: str) -> None:
        with self._lock:
            self._started.add(name)
            self._jobs[name].attempts[-1].started_at = self._clock.now()
            self._start_ready()
        self._tell()

    def _has_ended(self, name: str, ending: Ending) -> None:
        with self._lock:
            self._endings[name] = ending
            self._jobs[name].attempts[-1].end(ending, None, self._clock.now())
            if ending.exit_code is None and not self._stopped:
                self._problem = ending
            if self._problem or self._parts[name].essential:
                self._stop(SIGKILL_AFTER_SECONDS)
            self._start_ready()
        self._tell()

    def _stop(self, grace: float) -> None:
        self._stopped = True
        for name, run in self._runs.items():
            if name not in self._endings:
                run.stop(grace)

    def _tell(self) -> None:
        """Tell of the start and of the end, in this order; whoever is told takes a lock that `stop` is called with."""
        with self._telling:
            with self._lock:
                is_over = len(self._endings) == len(self._runs) and (self._stopped or not self._waiting)
                has_run = any(ending.exit_code is not None for ending in self._endings.values())
                is_running = len(self._started) == len(self._parts) or (is_over and has_run and not self._problem)
                ending = self._ending() if is_over else None
                on_start, on_end = self._on_start if is_running else None, self._on_end if ending else None
                self._on_start = None if on_start else self._on_start
                self._on_end = None if on_end else self._on_end
            if on_start:
                on_start()
            if on_end and ending:
                shutil.rmtree(self._shared, ignore_errors=True)
                on_end(ending)

    def _ending(self) -> Ending:
        """How the job has ended: as its essential containers have, the first that failed if any did."""
        if self._problem:
            return self._problem
        endings = [
            ending
            for name, ending in self._endings.items()
            if self._parts[name].essential and ending.exit_code is not None
        ]
        failed = [ending for ending in endings if ending.exit_code]
        return [*failed, *endings, _NEVER_STARTED][0]
