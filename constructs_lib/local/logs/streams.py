"""Log streams whose events are in a file, beside those of PutLogEvents, which moto keeps in memory.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
"""

import logging
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

from moto.core.utils import unix_time_millis, utcfromtimestamp
from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogEvent
from moto.logs.models import LogStream as MotoStream

from constructs_lib.limits import (
    CLOUDWATCH_LOGS_EVENT_OVERHEAD_BYTES,
    CLOUDWATCH_LOGS_PAGE_BYTES,
    CLOUDWATCH_LOGS_PAGE_EVENTS,
)
from constructs_lib.local.logs.events import Event, Events
from constructs_lib.local.logs.log_file import LogFile
from constructs_lib.local.logs.patterns import Message, parsed
from constructs_lib.local.logs.runtime import CURRENT
from constructs_lib.local.metrics.series.metric import Metric

_TOKEN = re.compile(r"(?P<direction>[fb])/(?P<position>\d{1,56})", re.ASCII)
_LOG = logging.getLogger(__name__)
_AT_ONCE = 1 << 23
"""So many bytes of a stream are looked at before the others have their turn."""
_MILLISECONDS = 1000
_numbers = count(1)

Description = dict[str, Any]


class LogStream(MotoStream):
    """A stream; what it has of a file is never in memory as a whole."""

    def __init__(self, log_group: Any, name: str) -> None:
        super().__init__(log_group, name)
        self.number = next(_numbers)
        """No other stream has it; later ones have higher ones."""
        self._file: LogFile | None = None
        self._taking = threading.Lock()

    def follow(self, path: Path) -> None:
        """Have what is written to a file from now on, whenever `take` is called."""
        self._file = LogFile(path)

    def take(self, now: float, *, ended: bool = False) -> bool:
        """Take in what was written to the file.

        Args:
            now: the time.
            ended: whether nothing more will be written.

        Returns:
            Whether there is more to take in.
        """
        with self._taking:  # who waits for the end of a job comes beside who looks again and again
            return self._file is not None and self._take(self._file, now, ended=ended)

    def _take(self, file: LogFile, now: float, *, ended: bool) -> bool:
        before, size = len(file), file.size
        has_more = file.grow(int(now * _MILLISECONDS), _AT_ONCE, ended=ended)
        self.stored_bytes += file.size - size
        if len(file) > before:
            self._ingest(len(file) - before, file.size - size)
            self._tell_of_file(file, before)
        return has_more

    def put_log_events(self, log_events: list[Description]) -> str:
        """Take in events by PutLogEvents."""
        sizes = sum(len(event["message"].encode(errors="replace")) for event in log_events)
        self.stored_bytes += sizes
        self._ingest(len(log_events), sizes)
        ingested = int(unix_time_millis(self.last_ingestion_time))
        events = [LogEvent(ingested, event) for event in log_events]
        self.events += events
        self._tell([{"id": event.event_id, "timestamp": event.timestamp, "message": event.message} for event in events])
        return f"{self.upload_sequence_token:056d}"

    def _ingest(self, events: int, size: int) -> None:
        """Note when events came, and measure how many there are."""
        now = CURRENT.runtime.clock.now()
        self.last_ingestion_time = utcfromtimestamp(now)
        self.upload_sequence_token += 1
        store = CURRENT.runtime.store(self.account_id, self.region)
        for dimensions in ((), (("LogGroupName", self.log_group.name),)):
            store.put(Metric("AWS/Logs", "IncomingLogEvents", dimensions), now, events, "None")
            store.put(Metric("AWS/Logs", "IncomingBytes", dimensions), now, size, "Bytes")

    @property
    def last_time(self) -> int:
        """The time of its last event, in milliseconds; 0 if it has none."""
        times = self._file.times if self._file else None
        put = max((int(event.timestamp) for event in self.events), default=0)
        return max(put, times[1] if times else 0)

    def snapshot(self) -> Events:
        """Its events as they are now."""
        return Events(self._file, sorted(self.events, key=lambda event: event.timestamp))

    def event_id(self, position: int) -> str:
        """The id of the event at a position."""
        return f"{self.number:016}{position:040}"

    def to_describe_dict(self) -> Description:
        """One entry of DescribeLogStreams."""
        described: Description = super().to_describe_dict()
        if self._file and (times := self._file.times):
            known = [described[name] for name in ("firstEventTimestamp", "lastEventTimestamp") if name in described]
            described |= {
                "firstEventTimestamp": min(*known, *times),
                "lastEventTimestamp": max(*known, *times),
                "lastIngestionTime": int(unix_time_millis(self.last_ingestion_time)),
                "uploadSequenceToken": str(self.upload_sequence_token),
            }
        return described

    def get_log_events(
        self,
        start_time: int | None,
        end_time: int | None,
        limit: int | None,
        next_token: str | None,
        start_from_head: bool,
    ) -> tuple[list[Description], str, str]:
        """GetLogEvents: a page, and the tokens of those before and behind it."""
        events = self.snapshot()
        begin = events.position(start_time) if start_time else 0
        end = events.position(end_time) if end_time else len(events)
        most = min(limit or CLOUDWATCH_LOGS_PAGE_EVENTS, CLOUDWATCH_LOGS_PAGE_EVENTS)
        token = _TOKEN.fullmatch(next_token) if next_token else None
        if next_token and not token:
            raise InvalidParameterException("The specified nextToken is invalid.")
        at = int(token["position"]) if token else begin if start_from_head else end
        if token["direction"] == "f" if token else start_from_head:
            first = max(begin, at)
            page = list(_beginning(events.read(first, min(first + most, end))))
        else:
            last = min(at, end)
            first = max(begin, last - most, events.floor(last, CLOUDWATCH_LOGS_PAGE_BYTES))
            page = _end(events.read(first, last))
            first = last - len(page)
        back, forth = f"b/{first:056d}", f"f/{first + len(page):056d}"
        return [described(event) for event in page], back, forth

    def _tell_of_file(self, file: LogFile, first: int) -> None:
        """Tell of new events of the file; they are not read if nobody wants them."""
        if not self.log_group.subscription_filters and not self.log_group.metric_filters:
            return
        new = zip(count(first), file.read(first, len(file)), strict=False)
        while sent := list(islice(new, CLOUDWATCH_LOGS_PAGE_EVENTS)):
            self._tell(
                [
                    {"id": self.event_id(position), "timestamp": event.timestamp, "message": event.message}
                    for position, event in sent
                ]
            )

    def _tell(self, events: list[Description]) -> None:
        """Give new events to the metric filters of the group, and to those whom its subscription filters name."""
        filters = list(self.log_group.metric_filters.values())
        subscriptions = list(self.log_group.subscription_filters.values())
        if not filters and not subscriptions:
            return
        read = [(int(event["timestamp"]), Message(event["message"])) for event in events]
        store = CURRENT.runtime.store(self.account_id, self.region)
        for each in filters:
            each.put(read, store)
        for subscription in subscriptions:
            pattern = parsed(subscription.filter_pattern)
            found = [event for event, (_, message) in zip(events, read, strict=True) if pattern.find(message)]
            if not found:
                continue
            service = subscription.destination_arn.split(":")[2]
            try:
                self._send_log_events(service, subscription.destination_arn, subscription.name, found)
            except Exception:  # noqa: BLE001 the job that writes, and others that do, must not suffer for it
                _LOG.exception("subscription filter %s of %s", subscription.name, self.log_group.name)


def described(event: Event) -> Description:
    """An event as GetLogEvents has it."""
    # What is written to a file is ingested when it is seen, which is its time, too.
    ingested = getattr(event, "ingestion_time", event.timestamp)
    return {"ingestionTime": ingested, "message": event.message, "timestamp": event.timestamp}


def size(event: Event) -> int:
    """How many bytes an event counts."""
    return len(event.message.encode(errors="replace")) + CLOUDWATCH_LOGS_EVENT_OVERHEAD_BYTES


def _beginning(events: Iterable[Event]) -> Iterator[Event]:
    """The first ones, as many as one answer holds, at least one."""
    total = 0
    for event in events:
        total += size(event)
        if total > CLOUDWATCH_LOGS_PAGE_BYTES and total > size(event):
            return
        yield event


def _end(events: Iterable[Event]) -> list[Event]:
    """The last ones, as many as one answer holds, at least one."""
    found: deque[Event] = deque()
    total = 0
    for event in events:
        found.append(event)
        total += size(event)
        while total > CLOUDWATCH_LOGS_PAGE_BYTES and len(found) > 1:
            total -= size(found.popleft())
    return list(found)
