"""What jobs wrote, by CloudWatch Logs: a stream per attempt.

Source: https://docs.aws.amazon.com/batch/latest/userguide/using_awslogs.html
"""

from collections.abc import Iterator
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
        groups = {container.get("name"): _group(container) for container in containers_of(job)}
        for label, name, stream in _streams(job):
            for line in self._read(groups.get(name, DEFAULT_GROUP), stream):
                yield label, line

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


def _group(container: dict[str, Any]) -> str:
    options = container.get("logConfiguration", {}).get("options", {})
    return str(options.get("awslogs-group", DEFAULT_GROUP))


def _streams(job: dict[str, Any]) -> Iterator[tuple[str, str | None, str]]:
    """What to call each stream, the name of its container, and its own; those of the attempt that runs at last."""
    known = set()
    attempts = [containers_of(attempt) for attempt in job.get("attempts", [])]
    for number, containers in enumerate([*attempts, containers_of(job)], 1):
        for container in containers:
            stream = container.get("logStreamName")
            if stream and stream not in known:
                known.add(stream)
                name = container.get("name")
                several = f", container {name}" if len(containers) > 1 else ""
                yield f"attempt {number}{several}", name, stream
