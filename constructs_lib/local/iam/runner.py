"""Attempts whose roles do not let them start."""

import threading
import time
from collections.abc import Callable

from constructs_lib.local.runners import Ending, OnEnd, OnStart, Run, Runner
from constructs_lib.local.scheduler.jobs.job import Job, JobSpec

_REMEMBERED_SECONDS = 0.2  # less than a change of a policy takes in AWS
_MOST_REMEMBERED = 100


class _Refused:
    """An attempt that did not start."""

    def stop(self, grace: float) -> None:
        """There is nothing to stop."""


class RefusingRunner:
    """A runner in front of another one.

    Args:
        problem: why an attempt cannot start; None when it can.
        others: runs those that can.
    """

    def __init__(self, problem: Callable[[Job], str | None], others: Runner) -> None:
        self._problem = problem
        self._others = others
        self._cleared: dict[tuple[int, str], tuple[JobSpec, float]] = {}

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Run:
        """Run an attempt, or end it with the reason."""
        reason = self._reason(job)
        if reason is None:
            return self._others.start(job, on_start, on_end)
        # The caller holds a lock that the callback needs.
        threading.Thread(target=on_end, args=[Ending(None, reason)], name="iam", daemon=True).start()
        return _Refused()

    def _reason(self, job: Job) -> str | None:
        """Ask once for children of an array job that start together."""
        key = (id(job.spec), job.attempts[-1].environment)
        spec, until = self._cleared.get(key, (None, 0.0))
        if spec is job.spec and time.monotonic() < until:
            return None
        reason = self._problem(job)
        if reason is None:
            if len(self._cleared) == _MOST_REMEMBERED:
                self._cleared.clear()
            self._cleared[key] = (job.spec, time.monotonic() + _REMEMBERED_SECONDS)
        return reason

    def close(self, grace: float) -> None:
        """Stop everything that runs."""
        self._others.close(grace)
