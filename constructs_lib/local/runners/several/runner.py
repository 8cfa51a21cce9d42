"""A runner in front of another one: it runs the containers of a job side by side."""

import threading
from collections import deque
from pathlib import Path

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.runners import Ending, OnEnd, OnStart, Run, Runner
from constructs_lib.local.runners.several.run import SeveralRun
from constructs_lib.local.scheduler.jobs.job import Job


class MultiContainerRunner:
    """Runs jobs of several containers; all others go straight to the other runner.

    Jobs begin when all of their containers have a place: containers may wait for each other, and would for ever if jobs
    had half of theirs.

    Args:
        others: runs the containers.
        directory: where the directories are that they share.
        places: how many containers the other runner runs at once; None for any number.
        clock: what tells the time.
    """

    def __init__(self, others: Runner, directory: Path, places: int | None, clock: Clock) -> None:
        self._others = others
        self._directory = directory.absolute()
        self._places = places
        self._clock = clock
        self._taken = 0
        self._waiting: deque[tuple[SeveralRun, int]] = deque()
        self._lock = threading.Lock()

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Run:
        """Run an attempt."""
        count = len(job.spec.parts)
        if not count:
            return self._others.start(job, on_start, on_end)

        def ended(ending: Ending) -> None:
            self._give_back(count)
            on_end(ending)

        shared = self._directory / job.attempts[-1].log_stream.rpartition("/")[2]
        run = SeveralRun(job, self._others, shared, self._clock, on_start=on_start, on_end=ended)
        with self._lock:
            begins = not self._waiting and self._fits(count)
            if begins:
                self._taken += count
            else:
                self._waiting.append((run, count))
        if begins:
            run.begin()
        return run

    def close(self, grace: float) -> None:
        """Stop everything, and return when the last of it is gone."""
        with self._lock:
            self._waiting.clear()
        self._others.close(grace)

    def _give_back(self, count: int) -> None:
        ready = []
        with self._lock:
            self._taken -= count
            while self._waiting and self._fits(self._waiting[0][1]):
                run, needed = self._waiting.popleft()
                self._taken += needed
                ready.append(run)
        for run in ready:
            run.begin()

    def _fits(self, count: int) -> bool:
        """Whether so many containers have a place; a job that never can have all of its places begins alone."""
        return self._places is None or not self._taken or self._taken + count <= self._places
