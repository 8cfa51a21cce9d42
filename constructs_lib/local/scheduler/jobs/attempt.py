"""Attempts of jobs: where and when each ran, and how it ended."""

from dataclasses import dataclass, field
from typing import NamedTuple

EXITED = "Essential container in task exited"
"""Why an attempt ended whose program ended by itself."""


class Used(NamedTuple):
    """What an attempt used.

    Args:
        seconds: of processors.
        memory: MiB, the most at any time.
    """

    seconds: float
    memory: float


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended, as its runner saw it.

    Args:
        exit_code: the container's; None when it could not be started.
        reason: the container's reason, such as ``OutOfMemoryError: Container killed due to memory usage``.
        status_reason: why the attempt ended, when it was not by itself: ``Host EC2 (instance i-…) terminated.``
        used: what it used, where that was measured.
    """

    exit_code: int | None
    reason: str | None = None
    status_reason: str | None = None
    used: Used | None = field(default=None, compare=False)


@dataclass(slots=True)
class Attempt:
    """One run of a job's container; times in seconds of the scheduler's clock."""

    environment: str
    log_stream: str
    instances: tuple[str, ...] = ()
    """Ids of the instances that it runs on: one, or one for each node; none where its environment has none."""
    started_at: float | None = None
    stopped_at: float | None = None
    exit_code: int | None = None
    reason: str | None = None
    status_reason: str | None = None
    containers: tuple[tuple[str, "Attempt"], ...] = ()
    """Those of a job that has several, by name."""

    def end(self, ending: Ending, stop_reason: str | None, now: float) -> None:
        """Note how it ended, and why: by itself, or because it was stopped."""
        self.stopped_at, self.exit_code, self.reason = now, ending.exit_code, ending.reason
        self.status_reason = stop_reason or ending.status_reason or _status_reason(ending)


def _status_reason(ending: Ending) -> str:
    if ending.exit_code is None:
        return f"Task failed to start: {ending.reason}"
    return EXITED
