"""Moments at which something has to be done about a job, unless the job has moved on by then."""

import heapq
import itertools
from collections.abc import Iterator

from constructs_lib.local.scheduler.jobs.job import Job, Status

_Entry = tuple[float, int, Job, int]
"""When, a tie breaker, the job, and which attempt has to be stopped; none when a time limit is meant."""

_NO_ATTEMPT = -1


class Deadlines:
    """Timeouts of attempts, and time limits of jobs that are stuck."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._limits: dict[Job, float] = {}
        self._order = itertools.count()

    def time_out(self, job: Job, moment: float) -> None:
        """Let the attempt that runs now be stopped at a moment."""
        heapq.heappush(self._entries, (moment, next(self._order), job, len(job.attempts)))

    def remind(self, job: Job, moment: float) -> None:
        """Let somebody look at a stuck job again at a moment."""
        if self._limits.get(job) != moment:
            self._limits[job] = moment
            heapq.heappush(self._entries, (moment, next(self._order), job, _NO_ATTEMPT))

    def forget(self, job: Job) -> None:
        """Note that a job is not stuck any more."""
        self._limits.pop(job, None)

    def due(self, now: float) -> Iterator[Job]:
        """Yield the jobs whose attempt has to be stopped; reminders that are due just go."""
        while self._entries and self._entries[0][0] <= now:
            entry = heapq.heappop(self._entries)
            if entry[3] != _NO_ATTEMPT and self._matters(entry):
                yield entry[2]

    def next(self) -> float | None:
        """When something is due that still matters."""
        while self._entries and not self._matters(self._entries[0]):
            heapq.heappop(self._entries)
        return self._entries[0][0] if self._entries else None

    def _matters(self, entry: _Entry) -> bool:
        moment, _, job, attempt = entry
        if attempt == _NO_ATTEMPT:
            return self._limits.get(job) == moment
        return job.status is Status.RUNNING and job.stop_reason is None and len(job.attempts) == attempt
