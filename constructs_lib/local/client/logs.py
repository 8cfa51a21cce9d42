"""What jobs wrote, by CloudWatch Logs: a stream per attempt.

Source: https://docs.aws.amazon.com/batch/latest/userguide/using_awslogs.html
"""

from typing import Any

from constructs_lib.local.account import Clients

DEFAULT_GROUP = "/aws/batch/job"


class Logs:
    """The logs of an account's jobs; it remembers how far each stream was read.

    Args:
        clients: makes boto3 clients.
    """

    def __init__(self, clients: Clients) -> None:
        self._client = clients("logs")
        self._tokens: dict[tuple[str, str], str] = {}

    def new_lines(self, job: dict[str, Any]) -> list[tuple[int, str]]:
        """What a job wrote since it was asked for last: number of the attempt, and line."""
        group = _group(job)
        streams = [stream for stream in map(_stream, job.get("attempts", [])) if stream]
        current = job.get("container", {}).get("logStreamName")
        if current and current not in streams:
            streams.append(current)  # of the attempt that runs
        return [(number, line) for number, stream in enumerate(streams, 1) for line in self._read(group, stream)]

    def _read(self, group: str, stream: str) -> list[str]:
        lines: list[str] = []
        key = group, stream
        while True:
            position = {"nextToken": self._tokens[key]} if key in self._tokens else {"startFromHead": True}
            try:
                page = self._client.get_log_events(logGroupName=group, logStreamName=stream, **position)
            except self._client.exceptions.ResourceNotFoundException:
                return lines  # it has written nothing yet
            lines += [event["message"] for event in page["events"]]
            before, self._tokens[key] = self._tokens.get(key), page["nextForwardToken"]
            if not page["events"] or before == self._tokens[key]:
                return lines


def _group(job: dict[str, Any]) -> str:
    options = job.get("container", {}).get("logConfiguration", {}).get("options", {})
    return str(options.get("awslogs-group", DEFAULT_GROUP))


def _stream(attempt: dict[str, Any]) -> str | None:
    name: str | None = attempt.get("container", {}).get("logStreamName")
    return name
