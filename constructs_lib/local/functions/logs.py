"""What functions write, in CloudWatch Logs: in a file, which their streams are read from.

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.iam.functions import FunctionRights
from constructs_lib.local.logs import LogStream

_TAIL = 4096
"""How many bytes of its log an invocation answers with, when it is asked to."""


@dataclass(frozen=True, slots=True)
class FunctionLog:
    """The log of an invocation.

    Args:
        stream: the name of its stream.
        path: its file.
        served: its stream; None if the role of the function may not write into one.
    """

    stream: str
    path: Path
    served: LogStream | None


class Logs:
    """The logs of functions: a group for each, a stream for each invocation.

    Args:
        directory: where their files are.
        rights: IAM. None: not enforced.
        clock: tells the time.
    """

    def __init__(self, directory: Path, rights: FunctionRights | None, clock: Clock) -> None:
        self._directory = directory
        self._rights = rights
        self._clock = clock

    def begin(self, function: Any, request_id: str) -> FunctionLog:
        """Make the log of an invocation; here each is the first one of its process."""
        today = datetime.fromtimestamp(self._clock.now(), tz=UTC)
        name = f"{today:%Y/%m/%d}/[$LATEST]{request_id.replace('-', '')}"
        path = self._directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        log = FunctionLog(name, path, self._stream(function, name))
        if log.served:
            log.served.follow(path)
        path.write_text(f"START RequestId: {request_id} Version: $LATEST\n")
        return log

    def end(self, log: FunctionLog, function: Any, request_id: str) -> bytes:
        """Serve what an invocation has written; the end of it."""
        with log.path.open("rb+") as file:
            end = file.seek(0, 2)
            file.seek(end - 1)
            ended = b"" if file.read() == b"\n" else b"\n"
            report = f"REPORT RequestId: {request_id}\tMemory Size: {function.memory_size} MB\n"
            file.write(ended + f"END RequestId: {request_id}\n{report}".encode())
            file.seek(max(0, file.tell() - _TAIL))
            tail = file.read()
        while log.served and log.served.take(self._clock.now(), ended=True):
            pass
        if not log.served:
            log.path.unlink()  # as in AWS, it is nowhere
        return tail

    def _stream(self, function: Any, name: str) -> LogStream | None:
        group, logs = function.logs_group_name, function.logs_backend
        exists = group in logs.groups
        if self._rights is not None and not self._rights.may_log(
            function.role, function.function_arn, group, name, exists=exists
        ):
            return None
        logs.ensure_log_group(group)
        logs.create_log_stream(group, name)
        stream: LogStream = logs.groups[group].streams[name]
        return stream
