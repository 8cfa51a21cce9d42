"""What runs the attempts of jobs: processes, containers, or nothing but a simulation of them."""

from collections.abc import Callable
from typing import Protocol

from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import Job

__all__ = ["SIGKILL_AFTER_SECONDS", "CannotStartError", "Ending", "OnEnd", "OnStart", "Run", "Runner"]

SIGKILL_AFTER_SECONDS = 30.0
"""AWS Batch sends SIGTERM, and SIGKILL to what is left 30 seconds later."""

OnStart = Callable[[], None]
OnEnd = Callable[[Ending], None]


class CannotStartError(Exception):
    """An attempt that cannot start; its message is the reason as ECS gives it."""


class Run(Protocol):
    """One attempt in the hands of a runner."""

    def stop(self, grace: float) -> None:
        """Send SIGTERM now, and SIGKILL when it still runs after ``grace`` seconds."""
        ...


class Runner(Protocol):
    """Runs the last attempt of placed jobs."""

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Run:
        """Run an attempt as soon as there is a place for it.

        Neither callback is called before this returns: both take the lock that the caller holds.

        Args:
            job: the job; its last attempt is the one to run.
            on_start: called when the container runs; never for one that could not be started.
            on_end: called once, when the attempt has ended, also when it could not be started.
        """
        ...

    def close(self, grace: float) -> None:
        """Stop everything that runs, and return when the last of it is gone; nothing starts after that."""
        ...
