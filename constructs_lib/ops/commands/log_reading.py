"""Reads the lines of a job or an execution for the command ``logs``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rich.console import Console

from constructs_lib.ops.account import Account
from constructs_lib.ops.commands.log_lines import LinePrinter
from constructs_lib.ops.histories.started import StartedTask, started_tasks
from constructs_lib.ops.logs.ecs_logs import ecs_sources
from constructs_lib.ops.logs.job_logs import LogLine, Logs, LogSource, sources_of, why_none
from constructs_lib.ops.logs.job_selection import Wanted, described, jobs_meant, of_tasks
from constructs_lib.ops.logs.log_following import LogFollowing, follow_logs
from constructs_lib.ops.names import Kind, Named

_LAST = -1


@dataclass
class Reading:
    """What is read, and who prints it.

    Args:
        account: where it is.
        named: the job or the execution.
        wanted: which of its jobs.
        attempt: only of this attempt. Default: all.
        since: in milliseconds since the epoch.
        printer: prints lines.
    """

    account: Account
    named: Named
    wanted: Wanted
    attempt: int | None
    since: int
    printer: LinePrinter

    def all(self, check: Callable[[], None]) -> None:
        """Print all lines there are, by time."""
        read, sources, silent = Logs(self.account), [], []
        for job in self._jobs():
            check()
            found = sources_of(job, self.attempt)
            sources += found
            if not found:
                silent.append(why_none(job))
        sources += self._of_ecs()
        self.printer.know(sources)
        is_empty = True
        for line in read.lines(sources, self.since):
            check()
            self.printer.print(line)
            is_empty = False
        self._tell([*silent, *read.missing], is_empty=is_empty)

    def failed(self, lines: int, jobs: int, check: Callable[[], None]) -> None:
        """Print the last lines of the jobs that failed, one after the other."""
        read, left_out, told = Logs(self.account), 0, 0
        for job in self._jobs():
            check()
            if told == jobs:
                left_out += 1
                continue
            told += 1
            sources = sources_of(job, self.attempt or _LAST)
            self.printer.heading(_heading(job, sources))
            if not sources:
                self.printer.note(why_none(job))
            self.printer.has_prefix = False
            self.printer.know(sources)
            found = [line for source in sources for line in read.last(source, lines)]
            for line in sorted(found, key=lambda line: line.time):
                self.printer.print(line)
        more = [f"… and {left_out:,} more jobs failed: --jobs {told + left_out} prints all"] if left_out else []
        self._tell([*read.missing, *more], is_empty=not told)

    def follow(self, pause: Callable[[float], None]) -> None:
        """Print lines as they come, until all jobs have ended."""
        grace = {"grace": 1.0} if self.account.endpoint_url else {}
        following = LogFollowing(self.account, self.named, self.wanted, self.attempt, self.since, **grace)
        self.printer.has_prefix = self.named.kind is Kind.EXECUTION

        def show(lines: list[LogLine]) -> None:
            self.printer.know(list({line.source: None for line in lines}))
            for line in lines:
                self.printer.print(line)

        follow_logs(following, show, on_trouble=self.printer.note, pause=pause)
        for line in following.logs.missing:
            self.printer.note(line)

    def _jobs(self) -> Iterator[dict[str, Any]]:
        if self.named.kind is Kind.JOB:
            return jobs_meant(self.account, self.named, self.wanted)
        ids = of_tasks(self.account, self._tasks, self.wanted)
        return described(self.account, ids, failed=self.wanted.failed)

    @cached_property
    def _tasks(self) -> list[StartedTask]:
        """What the execution has started; it may take thousands of histories to know."""
        console = Console(stderr=True, emoji=False)
        if not console.is_terminal:
            return [*started_tasks(self.account, self.named.id, note=self.printer.note)]
        with console.status("reading the history") as status:
            return [
                *started_tasks(
                    self.account,
                    self.named.id,
                    note=self.printer.note,
                    seen=lambda count: status.update(f"reading histories: {count:,}"),
                )
            ]

    def _of_ecs(self) -> list[LogSource]:
        """The streams of an execution's tasks on Amazon ECS."""
        if self.named.kind is Kind.JOB:
            return []
        found = ecs_sources(self.account, self._tasks, note=self.printer.note)
        return [source for source in found if self.wanted.index in (None, source.index)]

    def _tell(self, notes: list[str], *, is_empty: bool) -> None:
        for line in notes[:10]:
            self.printer.note(line)
        if len(notes) > 10:  # noqa: PLR2004 what fills no screen
            self.printer.note(f"… and {len(notes) - 10:,} more")
        if is_empty and not notes:
            what = "no job failed" if self.wanted.failed else "its jobs have written nothing"
            index = "" if self.wanted.index is None else f", index {self.wanted.index}"
            self.printer.note(f"{self.named.shown}{index}: {what}")


def _heading(job: dict[str, Any], sources: list[LogSource]) -> str:
    index = sources[0].index if sources else job.get("arrayProperties", {}).get("index")
    item = "" if index is None else f"[{index}]"
    attempt = f" attempt {sources[-1].attempt}" if sources else ""
    code = job.get("container", {}).get("exitCode")
    ended = "" if code is None else f", exit code {code}"
    return f"{job['jobName']}{item} {job['jobId']}{attempt}: {job.get('statusReason', job['status'])}{ended}"
