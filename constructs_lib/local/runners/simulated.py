"""Attempts that nothing runs: a function says how long each one takes and how it ends."""

import heapq
import itertools
import threading

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.runners import Ending, OnEnd, OnStart
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.scheduler.simulation import Behavior

_TERMINATED = Ending(143)


class SimulatedRun:
    """One attempt.

    Args:
        runner: ends it when its time has come.
        ending: how it ends if nobody stops it.
    """

    def __init__(self, runner: "SimulatedRunner", ending: Ending, on_start: OnStart, on_end: OnEnd) -> None:
        self._runner = runner
        self.ending = ending
        self.on_start = on_start
        self.on_end = on_end
        self.is_over = False

    def stop(self, grace: float) -> None:  # noqa: ARG002 - it goes at once
        """End it as a program does that SIGTERM ends at once."""
        self._runner.stop(self)


class SimulatedRunner:
    """Lets jobs take their time by a clock, without any program; any number at a time.

    Args:
        behavior: for an attempt of a job, its seconds and its ending.
        clock: goes on meanwhile; a `VirtualClock` jumps.
    """

    def __init__(self, behavior: Behavior, clock: Clock) -> None:
        self._behavior = behavior
        self._clock = clock
        self._lock = threading.Lock()
        self._order = itertools.count()
        self._starts: list[tuple[SimulatedRun, float]] = []
        self._ends: list[tuple[float, int, SimulatedRun]] = []
        self._changed = clock.event()
        self._is_closed = False
        self._thread = clock.thread(self._live, name="simulated-jobs")
        self._thread.start()

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> SimulatedRun:
        """Start an attempt."""
        seconds, ending = self._behavior(job)
        run = SimulatedRun(self, ending, on_start, on_end)
        with self._lock:
            self._starts.append((run, seconds))
        self._changed.set()
        return run

    def stop(self, run: SimulatedRun) -> None:
        """End an attempt before its time."""
        with self._lock:
            run.ending = _TERMINATED
            self._end_at(run, self._clock.now())
        self._changed.set()

    def close(self, grace: float) -> None:  # noqa: ARG002 - they go at once
        """End all attempts."""
        with self._lock:
            self._is_closed = True
            ends, self._ends = self._ends, []
            for _, _, run in ends:
                run.ending = _TERMINATED
                self._end_at(run, self._clock.now())
        self._changed.set()
        self._thread.join()

    def _live(self) -> None:
        while True:
            with self._lock:
                self._changed.clear()
                starts, self._starts = self._starts, []
                now = self._clock.now()
                for run, seconds in starts:
                    self._end_at(run, now if self._is_closed else now + seconds)
                due = self._due(now)
                pause = self._ends[0][0] - now if self._ends else None
                is_over = self._is_closed and not self._ends
            for run, _ in starts:
                run.on_start()
            for run in due:
                run.on_end(run.ending)
            if is_over and not due:
                return
            if not (starts or due):
                self._clock.wait(self._changed, pause)

    def _due(self, now: float) -> list[SimulatedRun]:
        due = []
        while self._ends and self._ends[0][0] <= now:
            run = heapq.heappop(self._ends)[2]
            if not run.is_over:
                run.is_over = True
                due.append(run)
        return due

    def _end_at(self, run: SimulatedRun, at: float) -> None:
        heapq.heappush(self._ends, (at, next(self._order), run))
