"""What attempts write, in CloudWatch Logs: a stream for each, filled while it runs and complete when it has ended.

An attempt writes into a file, which its stream is read from.
Source: https://docs.aws.amazon.com/batch/latest/userguide/using_awslogs.html
"""

import threading
from collections.abc import Callable
from pathlib import Path

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.logs import LogStream
from constructs_lib.local.runners.log_groups import LogService, group_of, location_of_logs
from constructs_lib.local.scheduler.jobs.job import Job

__all__ = ["LogStream", "LogStreams"]

_EVERY_SECONDS = 0.25


class LogStreams:
    """The streams of all attempts that run.

    Args:
        service: finds CloudWatch Logs in an account and region.
        clock: what tells the time of a line.
        may_write: whether IAM lets the output of a job in; what it does not is lost, as in AWS. Default: all of it.
    """

    def __init__(
        self,
        service: Callable[[Location], LogService],
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
        service = self._service(location_of_logs(job))
        with self._changed:
            group = group_of(service, job)
            if group is None:
                return None
            name = job.attempts[-1].log_stream
            service.create_log_stream(group, name)
            if not self._may_write(job):
                return None
            stream: LogStream = service.groups[group].streams[name]
            stream.follow(path)
            self._open.add(stream)
            if len(self._open) == 1:
                self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="log-streams", daemon=True)
                self._thread.start()
        return stream

    def end(self, stream: LogStream) -> None:
        """Take in what is left; the stream is complete."""
        with self._changed:
            self._open.discard(stream)
        while stream.take(self._clock.now(), ended=True):
            pass

    def close(self) -> None:
        """Follow no file any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join()

    def _follow(self) -> None:
        has_more = False
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._open or self._closed)
                self._changed.wait_for(lambda: self._closed, 0 if has_more else _EVERY_SECONDS)
                if self._closed:
                    return
                streams = list(self._open)
            # All have their turn, however much one of them has to be read.
            left = [stream.take(self._clock.now()) for stream in streams]
            has_more = any(left)
