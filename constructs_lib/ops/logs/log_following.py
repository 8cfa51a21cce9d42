"""What jobs write while they run, of a job or of all jobs of an execution, until the last one has ended."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import filterfalse

from constructs_lib.local.client.jobs import FINAL, Job
from constructs_lib.ops.account import Account
from constructs_lib.ops.histories.course import RUNNING, Course
from constructs_lib.ops.histories.histories import History
from constructs_lib.ops.histories.started import started_tasks
from constructs_lib.ops.logs.job_logs import LogLine, Logs, LogSource, Tail, sources_of
from constructs_lib.ops.logs.job_selection import Wanted, described, jobs_meant, of_tasks
from constructs_lib.ops.names import Kind, Named
from constructs_lib.ops.patience import Patience

_FIRST, _TIMES, _LAST = 1.0, 3.0, 30.0
"""Seconds between two looks: three times as long as a look took, so that of many jobs AWS is not asked all the time."""
_GRACE = 5.0
"""Lines reach CloudWatch Logs some seconds after they were written, and after the job has ended."""


@dataclass
class LogFollowing:
    """The lines of jobs, as they come.

    Args:
        account: where they are.
        named: a job or an execution.
        wanted: which of its jobs.
        attempt: only of this attempt. Default: all.
        since: lines before this time are left out, in milliseconds since the epoch.
        grace: seconds after its end for which a job is asked for lines.
    """

    account: Account
    named: Named
    wanted: Wanted = field(default_factory=Wanted)
    attempt: int | None = None
    since: int = 0
    grace: float = _GRACE

    def __post_init__(self) -> None:
        self.logs = Logs(self.account)
        self._tail = Tail(self.logs, self.since)
        self._course, self._history = Course(), History(self.account, self.named.id)
        self._ended: dict[str, float] = {}
        self._done: set[str] = set()

    def look(self) -> tuple[list[LogLine], bool]:
        """The new lines by time, and whether more may come."""
        jobs = [*self._jobs()]
        sources: list[LogSource] = [source for job in jobs for source in sources_of(job, self.attempt)]
        now = time.monotonic()
        for job in jobs:
            if job["status"] in FINAL:
                self._ended.setdefault(job["jobId"], now)
        lines = self._tail.new(sources)
        self._done |= {job for job, ended in self._ended.items() if now - ended >= self.grace}
        is_open = any(job["jobId"] not in self._done for job in jobs)
        return lines, is_open or self._may_start_more()

    def _jobs(self) -> Iterator[Job]:
        if self.named.kind is Kind.JOB:
            yield from (
                job for job in jobs_meant(self.account, self.named, self.wanted) if job["jobId"] not in self._done
            )
            return
        self._course.take_all(self._history.new())
        tasks = started_tasks(self.account, self.named.id, course=self._course)
        ids = filterfalse(self._done.__contains__, of_tasks(self.account, tasks, self.wanted))
        yield from described(self.account, ids, failed=self.wanted.failed)

    def _may_start_more(self) -> bool:
        if self.named.kind is Kind.EXECUTION:
            return self._course.status == RUNNING
        found = self.account.client("batch").describe_jobs(jobs=[self.named.id])["jobs"]
        return any(job["status"] not in FINAL for job in found)


def follow_logs(
    following: LogFollowing,
    on_lines: Callable[[list[LogLine]], None],
    *,
    on_trouble: Callable[[str], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Look for lines until all jobs have ended.

    Args:
        following: the jobs.
        on_lines: gets new lines, by time.
        on_trouble: gets why AWS gives no answer at the moment, in one line.
        pause: waits so many seconds, or raises what ends the wait.

    Raises:
        OperationError: the credentials have expired.
        botocore.exceptions.ClientError: AWS refused, or has not answered for ten minutes.
    """
    name = following.named.id
    patience = Patience(following.named.shown, f"constructs-lib logs {name} --follow --since 1h", on_trouble, pause)
    while True:
        began = time.monotonic()
        lines, may_come = patience.ask(following.look)
        on_lines(lines)
        if not may_come:
            return
        pause(min(max(_FIRST, _TIMES * (time.monotonic() - began)), _LAST))
