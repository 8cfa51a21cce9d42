"""Queries of CloudWatch Logs Insights, with no more in memory than they need for their result.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

from moto.core.utils import utcfromtimestamp
from moto.logs.models import LogQuery

from constructs_lib.limits import CLOUDWATCH_LOGS_QUERY_RESULTS
from constructs_lib.local.logs.events import interleaved
from constructs_lib.local.logs.groups import LogGroup
from constructs_lib.local.logs.insights import Query as Parsed
from constructs_lib.local.logs.insights import Row
from constructs_lib.local.logs.insights.values import Moment
from constructs_lib.local.logs.runtime import CURRENT
from constructs_lib.local.logs.streams import size

_MILLISECONDS = 1000

Times = tuple[int, int]
"""The first and the last second."""


class Query(LogQuery):
    """A query, which is answered when it is made.

    Args:
        query_id: its id.
        query: its text.
        log_groups: whose events are asked for.
        parsed: its text, read.
        times: of the events.
        limit: how many rows there may be. Default: as many as an answer has.
    """

    def __init__(  # not moto's: that makes all events that there are
        self,
        query_id: str,
        query: str,
        log_groups: Sequence[LogGroup],
        *,
        parsed: Parsed,
        times: Times,
        limit: int | None = None,
    ) -> None:
        self.query_id = query_id
        self.start_time, self.end_time = times
        self.query = query
        self.log_group_names = [group.name for group in log_groups]
        self.create_time = utcfromtimestamp(CURRENT.runtime.clock.now())
        self.scanned = self.scanned_bytes = 0
        most = min(limit or CLOUDWATCH_LOGS_QUERY_RESULTS, CLOUDWATCH_LOGS_QUERY_RESULTS)
        self.results = [self._shown(parsed, row) for row in parsed.run(self._rows(log_groups), most)]
        self.status = "Complete"

    def to_result_json(self) -> dict[str, Any]:
        """GetQueryResults."""
        answer: dict[str, Any] = super().to_result_json()
        counts = {
            "recordsMatched": len(self.results),
            "recordsScanned": self.scanned,
            "bytesScanned": self.scanned_bytes,
        }
        return {**answer, "queryLanguage": "CWLI", "statistics": {name: float(count) for name, count in counts.items()}}

    def _shown(self, parsed: Parsed, row: Row) -> dict[str, str]:
        pointer = {"@ptr": str(row.get("@ptr"))} if parsed.is_of_events else {}
        return {**pointer, **row.shown(parsed.names)}

    def _rows(self, groups: Sequence[LogGroup]) -> Iterator[Row]:
        streams = {stream.number: stream for group in groups for stream in list(group.streams.values())}
        snapshots = [(number, stream.snapshot()) for number, stream in streams.items()]
        begin = self.start_time * _MILLISECONDS
        # The last second is among them, as a whole.
        end = self.end_time * _MILLISECONDS + _MILLISECONDS - 1 if self.end_time else None
        now = Moment(CURRENT.runtime.clock.now() * _MILLISECONDS)
        for place, event in interleaved(snapshots, begin, end, None):
            self.scanned += 1
            self.scanned_bytes += size(event)
            stream = streams[place.stream]
            system = {
                "@timestamp": Moment(event.timestamp),
                "@message": event.message,
                "@ingestionTime": Moment(getattr(event, "ingestion_time", event.timestamp)),
                "@logStream": stream.log_stream_name,
                "@log": f"{stream.account_id}:{stream.log_group.name}",
                "@ptr": stream.event_id(place.position),
                "@now": now,
            }
            yield Row(system, event.message)
