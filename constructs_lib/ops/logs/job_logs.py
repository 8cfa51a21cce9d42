"""What jobs wrote, in CloudWatch Logs: the lines of some streams by time, their ends, or what is new.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from constructs_lib.core.container_contract import item_index
from constructs_lib.local.client.logs import streams_of
from constructs_lib.local.runs.job_outcomes import variables_of
from constructs_lib.local.runs.report.containers import containers_of
from constructs_lib.ops.account import Account

_MOST_STREAMS: Final = 100
"""As many one call reads together."""
_LATE: Final = 15_000
"""Lines may arrive so many milliseconds after others that were written later."""
_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class LogSource:
    """A stream of a job.

    Attributes:
        job: the id of the job; for a task of Amazon ECS its ARN.
        name: what a person calls the job.
        index: of its item in the list, or of a child in its array.
        attempt: which attempt wrote it, from 1.
        container: its name, if the attempt has several.
        group: the log group.
        stream: the log stream.
    """

    job: str
    name: str
    index: int | None
    attempt: int
    container: str | None
    group: str
    stream: str

    @property
    def shown(self) -> str:
        """What a person calls it: ``render[17]``, with the container of several."""
        index = "" if self.index is None else f"[{self.index}]"
        return f"{self.name}{index}{f'/{self.container}' if self.container else ''}"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that a job wrote.

    Attributes:
        time: when.
        text: the line.
        source: who wrote it.
    """

    time: datetime
    text: str
    source: LogSource


def sources_of(job: Mapping[str, Any], attempt: int | None = None) -> list[LogSource]:
    """The streams of a described job.

    Args:
        job: as DescribeJobs has it.
        attempt: only those of this attempt, from 1; -1 is the last. Default: all.
    """
    found = [
        LogSource(
            job["jobId"],
            job["jobName"],
            item_index(variables_of(job), job.get("arrayProperties", {}).get("index")),
            stream.attempt,
            stream.container,
            stream.group,
            stream.name,
        )
        for stream in streams_of(job)
    ]
    wanted = max((source.attempt for source in found), default=0) if attempt == -1 else attempt
    return [source for source in found if wanted in (None, source.attempt)]


def why_none(job: Mapping[str, Any]) -> str:
    """Why a described job has no lines in CloudWatch Logs, in one line."""
    drivers = {
        container["logConfiguration"].get("logDriver")
        for container in containers_of(job)
        if container.get("logConfiguration")
    }
    others = sorted(driver for driver in drivers - {"awslogs"} if driver)
    name = f"{job['jobName']} ({job['jobId']})"
    if others:
        return f"{name} writes by the log driver {', '.join(others)}: its lines are not in CloudWatch Logs"
    if job["status"] in ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING"):
        return f"{name} is {job['status']}, and has not written anything yet"
    return f"{name} has never started, so that it wrote nothing: {job.get('statusReason', job['status'])}"


@dataclass
class Logs:
    """Reads the lines of streams.

    Args:
        account: where they are.

    Attributes:
        missing: what is not there, a line for each: log groups that were deleted, and streams.
    """

    account: Account
    missing: dict[str, None] = field(default_factory=dict, init=False)

    def lines(self, sources: Sequence[LogSource], since: int = 0) -> Iterator[LogLine]:
        """Their lines by time.

        Args:
            sources: the streams.
            since: from this time on, in milliseconds since the epoch.
        """
        chunks = [self._chunk(group, chunk, since) for group, chunk in _chunks(sources)]
        return heapq.merge(*chunks, key=lambda line: line.time)

    def last(self, source: LogSource, lines: int) -> list[LogLine]:
        """The last lines of a stream."""
        try:
            page = self.account.client("logs").get_log_events(
                logGroupName=source.group, logStreamName=source.stream, limit=lines, startFromHead=False
            )
        except ClientError as error:
            self._note_missing(error, source.group, [source])
            return []
        return [_line(event, source) for event in page["events"]]

    def _chunk(self, group: str, sources: Sequence[LogSource], since: int) -> Iterator[LogLine]:
        return (line for _, line in self.chunk(group, sources, since))

    def chunk(self, group: str, sources: Sequence[LogSource], since: int) -> Iterator[tuple[str, LogLine]]:
        """The lines of at most 100 streams of a group by time, each with the id of its event."""
        of = {source.stream: source for source in sources}
        pages = self.account.client("logs").get_paginator("filter_log_events")
        try:
            for page in pages.paginate(
                logGroupName=group, logStreamNames=[*of], startTime=since, PaginationConfig={"PageSize": _PAGE}
            ):
                for event in page["events"]:
                    yield event["eventId"], _line(event, of[event["logStreamName"]])
        except ClientError as error:
            self._note_missing(error, group, sources)
            if len(sources) > 1 and "log group" not in str(error):
                # One stream that is not there refuses all of them.
                half = len(sources) // 2
                halves = (self.chunk(group, part, since) for part in (sources[:half], sources[half:]))
                yield from heapq.merge(*halves, key=lambda found: found[1].time)

    def _note_missing(self, error: ClientError, group: str, sources: Sequence[LogSource]) -> None:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise error
        if "log group" in str(error):
            self.missing[f"the log group {group} does not exist (any more), so that nothing can be read of it"] = None
        elif len(sources) == 1:
            self.missing[f"{sources[0].shown}: the log stream {sources[0].stream} does not exist (yet)"] = None


@dataclass
class Tail:
    """Reads what is new in streams, again and again.

    Args:
        logs: reads them.
        since: lines before this time are left out, in milliseconds since the epoch.
    """

    logs: Logs
    since: int = 0
    _from: dict[str, int] = field(default_factory=dict, init=False)
    _seen: dict[str, int] = field(default_factory=dict, init=False)

    def new(self, sources: Iterable[LogSource]) -> list[LogLine]:
        """The lines that were not there at the last call, by time."""
        found: list[LogLine] = []
        groups: dict[int, list[LogSource]] = {}
        for source in sources:
            groups.setdefault(self._from.get(source.stream, self.since), []).append(source)
        for begin, together in groups.items():
            for group, chunk in _chunks(together):
                found += self._read(group, chunk, begin)
        oldest = min(self._from.values(), default=0)
        self._seen = {event: time for event, time in self._seen.items() if time >= oldest}
        return sorted(found, key=lambda line: line.time)

    def _read(self, group: str, sources: Sequence[LogSource], begin: int) -> Iterator[LogLine]:
        for event, line in self.logs.chunk(group, sources, begin):
            time = int(line.time.timestamp() * 1000)
            stream = line.source.stream
            self._from[stream] = max(self._from.get(stream, self.since), time - _LATE)
            if event not in self._seen:
                self._seen[event] = time
                yield line


def _chunks(sources: Sequence[LogSource]) -> Iterator[tuple[str, list[LogSource]]]:
    groups: dict[str, list[LogSource]] = {}
    for source in sources:
        groups.setdefault(source.group, []).append(source)
    for group, together in groups.items():
        for first in range(0, len(together), _MOST_STREAMS):
            yield group, together[first : first + _MOST_STREAMS]


def _line(event: Mapping[str, Any], source: LogSource) -> LogLine:
    return LogLine(datetime.fromtimestamp(event["timestamp"] / 1000, UTC), event["message"], source)
