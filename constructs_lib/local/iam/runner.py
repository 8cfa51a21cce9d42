"""Attempts whose roles do not let them start."""

import threading
from collections.abc import Callable

from constructs_lib.local.runners import Ending, OnEnd, OnStart, Run, Runner
from constructs_lib.local.scheduler.job import Job


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

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Run:
        """Run an attempt, or end it with the reason."""
        reason = self._problem(job)
        if reason is None:
            return self._others.start(job, on_start, on_end)
        # The caller holds a lock that the callback needs.
        threading.Thread(target=on_end, args=[Ending(None, reason)], name="iam", daemon=True).start()
        return _Refused()

    def close(self, grace: float) -> None:
        """Stop everything that runs."""
        self._others.close(grace)
