"""What attempts write, in CloudWatch Logs: a stream for each, filled while it runs and complete when it has ended.

An attempt writes into a file; here its lines are read from there and put into its stream.
Source: https://docs.aws.amazon.com/batch/latest/userguide/using_awslogs.html
"""

import threading
from collections.abc import Callable
from pathlib import Path

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.runners.log_groups import LogService, group_of
from constructs_lib.local.scheduler.jobs.job import Job

_EVERY_SECONDS = 0.25
_MILLISECONDS = 1000


class LogStream:
    """The stream of one attempt.

    Args:
        service: where it is.
        group: its group.
        name: its name.
        path: the file that the attempt writes to.
    """

    def __init__(self, service: LogService, group: str, name: str, path: Path) -> None:
        self._service = service
        self._group = group
        self._name = name
        self._path = path
        self._read = path.stat().st_size if path.exists() else 0
        self._rest = b""
        self._lock = threading.Lock()

    def ship(self, now: float, *, is_last: bool = False) -> None:
        """Put the lines in that were written since the last time; a line without an end only when it is the last."""
        with self._lock:
            *lines, self._rest = (self._rest + self._written()).split(b"\n")
            if is_last and self._rest:
                lines, self._rest = [*lines, self._rest], b""
            if lines:
                timestamp = int(now * _MILLISECONDS)
                events = [{"timestamp": timestamp, "message": line.decode(errors="replace")} for line in lines]
                self._service.put_log_events(self._group, self._name, events)

    def _written(self) -> bytes:
        if not self._path.exists() or self._path.stat().st_size == self._read:
            return b""
        with self._path.open("rb") as file:
            file.seek(self._read)
            written = file.read()
        self._read += len(written)
        return written


class LogStreams:
    """The streams of all attempts that run.

    Args:
        service: finds CloudWatch Logs.
        clock: what tells the time of a line.
        may_write: whether IAM lets the output of a job in; what it does not is lost, as in AWS. Default: all of it.
    """

    def __init__(
        self,
        service: Callable[[], LogService],
        clock: Clock,
        may_write: Callable[[Job], bool] = lambda _: True,
    ) -> None:
        self._service = service
        self._clock = clock
        self._may_write = may_write
        self._open: set[LogStream] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def open(self, job: Job, path: Path) -> LogStream | None:
        """Make the stream of a job's last attempt; None if its output goes nowhere.

        Raises:
            CannotStartError: its log group does not exist.
        """
        service = self._service()
        with self._changed:
            group = group_of(service, job)
            if group is None:
                return None
            name = job.attempts[-1].log_stream
            service.create_log_stream(group, name)
            if not self._may_write(job):
                return None
            stream = LogStream(service, group, name, path)
            self._open.add(stream)
            if len(self._open) == 1:
                self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="log-streams", daemon=True)
                self._thread.start()
        return stream

    def end(self, stream: LogStream) -> None:
        """Put in what is left; the stream is complete."""
        with self._changed:
            self._open.discard(stream)
        stream.ship(self._clock.now(), is_last=True)

    def close(self) -> None:
        """Follow no file any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join()

    def _follow(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._open or self._closed)
                if self._closed:
                    return
                self._changed.wait_for(lambda: self._closed, _EVERY_SECONDS)
                streams = list(self._open)
            for stream in streams:
                stream.ship(self._clock.now())
