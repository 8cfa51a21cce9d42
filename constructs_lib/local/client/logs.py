"""What jobs wrote, by CloudWatch Logs: a stream per attempt.

Source: https://docs.aws.amazon.com/batch/latest/userguide/using_awslogs.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.local.account import Clients
from constructs_lib.local.runs.report.containers import containers_of

DEFAULT_GROUP = "/aws/batch/job"


class Logs:
    """The logs of an account's jobs; it remembers how far each stream was read.

    Args:
        clients: makes boto3 clients.
    """

    def __init__(self, clients: Clients) -> None:
        self._client = clients("logs")
        self._tokens: dict[tuple[str, str], str] = {}

    def new_lines(self, job: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """What a job wrote since it was asked for last: ``attempt 1``, with the container of several, and line."""
        for stream in streams_of(job):
            several = f", container {stream.container}" if stream.container else ""
            for line in self._read(stream.group, stream.name):
                yield f"attempt {stream.attempt}{several}", line

    def _read(self, group: str, stream: str) -> Iterator[str]:
        key = group, stream
        while True:
            position = {"nextToken": self._tokens[key]} if key in self._tokens else {"startFromHead": True}
            try:
                page = self._client.get_log_events(logGroupName=group, logStreamName=stream, **position)
            except self._client.exceptions.ResourceNotFoundException:
                return  # it has written nothing yet
            before, self._tokens[key] = self._tokens.get(key), page["nextForwardToken"]
            yield from (event["message"] for event in page["events"])
            if not page["events"] or before == self._tokens[key]:
                return


@dataclass(frozen=True, slots=True)
class Stream:
    """Where a container of an attempt writes.

    Args:
        attempt: which attempt, from 1.
        container: its name, if the attempt has several.
        group: the log group.
        name: of the stream.
    """

    attempt: int
    container: str | None
    group: str
    name: str


def streams_of(job: Mapping[str, Any]) -> Iterator[Stream]:
    """The streams of a described job, attempt by attempt; those of the attempt that runs at last."""
    groups = {container.get("name"): _group(container) for container in containers_of(job)}
    known = set()
    attempts = [containers_of(attempt) for attempt in job.get("attempts", [])]
    for number, containers in enumerate([*attempts, containers_of(job)], 1):
        for container in containers:
            stream, name = container.get("logStreamName"), container.get("name")
            if stream and stream not in known:
                known.add(stream)
                several = name if len(containers) > 1 else None
                yield Stream(number, several, groups.get(name, DEFAULT_GROUP), stream)


def _group(container: Mapping[str, Any]) -> str:
    options = container.get("logConfiguration", {}).get("options", {})
    return str(options.get("awslogs-group", DEFAULT_GROUP))
