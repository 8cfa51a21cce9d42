"""Gap: moto's S3 logs a request before it answers it, where AWS delivers access logs later.

A bucket that logs its requests into itself could never be emptied: the request that empties it would fill it again.
What is held back arrives with the first request, to any bucket, when its time has come.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html#LogDeliveryBestEffort
"""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from moto.s3.models import S3Backend

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.runtime import CURRENT

DELAY: Final = 300.0
"""Seconds until a log is there. In AWS it takes up to a few hours; those who look for theirs should not wait so long.
"""

_log = S3Backend.log_incoming_request


@dataclass(frozen=True, slots=True)
class _Log:
    backend: Any
    bucket: str
    key: str
    content: Any
    due: float


class _Held:
    """The logs that are under way, in the order in which they arrive."""

    def __init__(self) -> None:
        self._logs: deque[_Log] = deque()
        self._lock = threading.Lock()

    def add(self, log: _Log) -> None:
        with self._lock:
            self._logs.append(log)

    def deliver(self, now: float) -> None:
        while log := self._next(now):
            if log.bucket in log.backend.buckets:  # otherwise it is gone, and with it what it would have got
                log.backend.put_object(log.bucket, log.key, value=log.content)

    def _next(self, now: float) -> _Log | None:
        with self._lock:
            return self._logs.popleft() if self._logs and self._logs[0].due <= now else None


class _Writer:
    """What moto takes for its backend while it writes a log."""

    def __init__(self, backend: Any, held: _Held, due: float) -> None:
        self._backend, self._held, self._due = backend, held, due

    def get_bucket(self, name: str) -> Any:
        return self._backend.get_bucket(name)

    def put_object(self, bucket: str, key: str, value: Any) -> None:
        self._held.add(_Log(self._backend, bucket, key, value, self._due))


def patches() -> list[Patch]:
    """Hold them back, for as long as these patches are in force."""
    held = _Held()

    def log_incoming_request(self: Any, request: Any, bucket_name: str) -> None:
        now = CURRENT.runtime.clock.now()
        held.deliver(now)
        _log(_Writer(self, held, now + DELAY), request, bucket_name)

    return [Patch(S3Backend, "log_incoming_request", log_incoming_request)]
