"""Log groups: their streams read together, by time.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from moto.logs.exceptions import ResourceAlreadyExistsException
from moto.logs.models import LogGroup as MotoGroup

from constructs_lib.limits import CLOUDWATCH_LOGS_PAGE_BYTES, CLOUDWATCH_LOGS_PAGE_EVENTS
from constructs_lib.local.logs.events import Event, EventPosition, interleaved
from constructs_lib.local.logs.filter_api import pattern_of
from constructs_lib.local.logs.metric_filters import MetricFilter
from constructs_lib.local.logs.patterns import Message
from constructs_lib.local.logs.streams import LogStream, described, size

_TOKEN = re.compile(r"(?P<group>.+)@(?P<timestamp>\d{1,20})@(?P<stream>\d{1,20})@(?P<position>\d{1,20})", re.ASCII)
_AT_ONCE = 1 << 24
"""So many bytes are looked through for one answer; a page may have less then than there is, or nothing."""

Description = dict[str, Any]


class LogGroup(MotoGroup):
    """A group whose streams may have files."""

    streams: dict[str, LogStream]

    def __init__(self, account_id: str, region: str, name: str, **kwargs: Any) -> None:
        super().__init__(account_id, region, name, **kwargs)
        self.metric_filters: dict[str, MetricFilter] = {}

    def to_describe_dict(self) -> Description:
        """One entry of DescribeLogGroups."""
        described: Description = super().to_describe_dict()
        return {**described, "metricFilterCount": len(self.metric_filters)}

    def create_log_stream(self, log_stream_name: str) -> None:
        """CreateLogStream."""
        if log_stream_name in self.streams:
            raise ResourceAlreadyExistsException
        self.streams[log_stream_name] = LogStream(self, log_stream_name)

    def read(
        self, streams: Collection[LogStream], begin: int, end: int | None, after: EventPosition | None = None
    ) -> Iterator[tuple[EventPosition, Event]]:
        """The events of streams from one time to another, in milliseconds, by time."""
        return interleaved([(stream.number, stream.snapshot()) for stream in streams], begin, end, after)

    def describe_log_streams(  # noqa: PLR0917 as moto has it
        self,
        descending: bool,
        log_group_name: str,
        log_stream_name_prefix: str | None,
        order_by: str,
        limit: int,
        next_token: str | None = None,
    ) -> tuple[list[Description], str | None]:
        """DescribeLogStreams: a page, and the token of the next one; only the streams on it are looked at closely."""
        streams = [
            stream for name, stream in list(self.streams.items()) if name.startswith(log_stream_name_prefix or "")
        ]
        by_name = order_by == "LogStreamName"
        streams.sort(key=lambda stream: stream.log_stream_name if by_name else stream.last_time, reverse=descending)
        first = 0
        if next_token:
            group, _, last = next_token.partition("@")
            found = [number for number, stream in enumerate(streams, 1) if stream.log_stream_name == last]
            if group != log_group_name or not found:
                return [], None
            [first] = found
        page = streams[first : first + limit]
        has_more = page and first + limit < len(streams)
        token = f"{log_group_name}@{page[-1].log_stream_name}" if has_more else None
        return [stream.to_describe_dict() for stream in page], token

    def filter_log_events(  # noqa: PLR0917 as moto has it
        self,
        log_group_name: str,
        log_stream_names: list[str],
        start_time: int | None,
        end_time: int | None,
        limit: int | None,
        next_token: str | None,
        filter_pattern: str | None,
        interleaved: bool,  # noqa: ARG002 AWS ignores it: events of several streams are always interleaved
    ) -> tuple[list[Description], str | None, list[Description]]:
        """FilterLogEvents: a page, the token of the next one, and the streams."""
        named = set(log_stream_names)
        streams = {stream.number: stream for name, stream in list(self.streams.items()) if not named or name in named}
        searched = [
            {"logStreamName": stream.log_stream_name, "searchedCompletely": True} for stream in streams.values()
        ]
        token = _TOKEN.fullmatch(next_token) if next_token else None
        if next_token and (not token or token["group"] != log_group_name):
            return [], None, searched
        after = EventPosition(*(int(token[name]) for name in ("timestamp", "stream", "position"))) if token else None
        most = min(limit or CLOUDWATCH_LOGS_PAGE_EVENTS, CLOUDWATCH_LOGS_PAGE_EVENTS)
        fits = matcher(filter_pattern)
        page: list[Description] = []
        seen = answered = 0
        for place, event in self.read(streams.values(), start_time or 0, end_time or None, after):
            counts = size(event)
            is_found = fits(event.message)
            is_full = len(page) == most or (answered + counts > CLOUDWATCH_LOGS_PAGE_BYTES and page)
            if seen > _AT_ONCE or (is_found and is_full):
                return page, "@".join([log_group_name, *(str(part) for part in after)]) if after else None, searched
            seen += counts
            after = place
            if is_found:
                answered += counts
                stream = streams[place.stream]
                of_stream = {"eventId": stream.event_id(place.position), "logStreamName": stream.log_stream_name}
                page.append({**of_stream, **described(event)})
        return page, None, searched


def matcher(pattern: str | None) -> Callable[[str], bool]:
    """What tells whether a message fits a filter pattern.

    Raises:
        InvalidParameterException: it is none.
    """
    if not pattern:
        return lambda _: True
    read = pattern_of(pattern)
    return lambda message: read.find(Message(message)) is not None
