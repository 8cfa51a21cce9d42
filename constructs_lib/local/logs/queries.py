"""CloudWatch Logs Insights, as far as moto knows its queries, with no more in memory than the result.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

import heapq
from collections.abc import Iterator, Sequence
from itertools import islice
from types import SimpleNamespace
from typing import Any

from moto.core.utils import utcnow
from moto.logs.logs_query import ParsedEvent
from moto.logs.logs_query.query_parser import ParsedQuery, parse_query
from moto.logs.models import LogQuery

from constructs_lib.limits import CLOUDWATCH_LOGS_QUERY_RESULTS
from constructs_lib.local.logs.groups import LogGroup
from constructs_lib.local.logs.streams import LogStream

_MILLISECONDS = 1000


class Query(LogQuery):
    """A query, which is answered when it is made."""

    def __init__(  # not moto's: that makes all events that there are
        self, query_id: str, start_time: int, end_time: int, query: str, log_groups: Sequence[LogGroup]
    ) -> None:
        self.query_id = query_id
        self.start_time = start_time
        self.end_time = end_time
        self.query = query
        self.log_group_names = [group.name for group in log_groups]
        self.create_time = utcnow()
        self.results = _results(parse_query(query), log_groups, start_time, end_time)
        self.status = "Complete"


def _results(query: ParsedQuery, groups: Sequence[LogGroup], start: int, end: int) -> list[dict[str, Any]]:
    most = min(query.limit or CLOUDWATCH_LOGS_QUERY_RESULTS, CLOUDWATCH_LOGS_QUERY_RESULTS)
    last_first = query.sort_reversed()
    found = (
        (event, stream, group)
        for group in groups
        for stream in list(group.streams.values())
        for event in _events(stream, start * _MILLISECONDS, end * _MILLISECONDS, most, last_first=last_first)
    )
    chosen = (heapq.nlargest if last_first else heapq.nsmallest)(most, found, key=lambda each: each[0].timestamp)
    return [ParsedEvent(event, query, stream, group).fields for event, stream, group in chosen]


def _events(stream: LogStream, begin: int, end: int, most: int, *, last_first: bool) -> Iterator[Any]:
    """The events of a stream that can be among the first ones of the result: queries that moto knows choose by time."""
    events = stream.snapshot()
    first = events.position(begin) if begin else 0
    last = events.position(end + 1) if end else len(events)
    if last_first:
        first = max(first, last - most)
    for position, event in enumerate(islice(events.read(first, last), most), first):
        yield SimpleNamespace(event_id=stream.event_id(position), timestamp=event.timestamp, message=event.message)
