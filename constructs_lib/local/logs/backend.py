"""CloudWatch Logs of moto, over streams that may have files.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
"""

import gzip
import time
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from moto.core.model_instances import model_data
from moto.logs import urls
from moto.logs.exceptions import InvalidParameterException, LimitExceededException, ResourceNotFoundException
from moto.logs.models import ExportTask, logs_backends
from moto.logs.models import LogsBackend as MotoBackend
from moto.s3.models import MissingBucket, s3_backends

from constructs_lib.limits import (
    CLOUDWATCH_LOGS_METRIC_DIMENSIONS,
    CLOUDWATCH_LOGS_METRIC_FILTERS,
    CLOUDWATCH_LOGS_TAIL_EVENTS,
)
from constructs_lib.local.logs import filter_api, query_api
from constructs_lib.local.logs.events import Event
from constructs_lib.local.logs.filter_api import pattern_of
from constructs_lib.local.logs.groups import LogGroup, matcher
from constructs_lib.local.logs.metric_filters import MetricFilter
from constructs_lib.local.logs.queries import Query
from constructs_lib.local.logs.query_api import query_of
from constructs_lib.local.logs.runtime import CURRENT, Runtime
from constructs_lib.local.logs.streams import LogStream, described
from constructs_lib.local.patching import BackendClass, Change, Entry, Patch

_PART_BYTES = 1 << 24
"""Of an exported object, before it is compressed."""
_MILLISECONDS = 1000
_OLDEST, _NEWEST = 14 * 86_400 * _MILLISECONDS, 2 * 3_600 * _MILLISECONDS
"""How old and how new an event may be; https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html."""

Description = dict[str, Any]


# moto enters each class that is made of one of its models into a table. Ours are in it while they are in use.
_MODELS = {kind.__name__: kind for kind in (LogGroup, LogStream, Query)}
_TABLE = LogGroup.__module__.split(".")[1]
model_data.pop(_TABLE, None)


def patches(runtime: Runtime | None = None) -> list[Change]:
    """Let moto make backends of this kind.

    Args:
        runtime: what they live by. Default: the time of this machine, and metrics that nobody sees.
    """
    return [
        Patch(CURRENT, "runtime", runtime or Runtime()),
        *filter_api.patches(),
        *query_api.patches(),
        Entry(model_data, "moto.core.model_instances.model_data", _TABLE, _MODELS, adds=True),
        BackendClass(logs_backends, LogsBackend),
    ]


class LogsBackend(MotoBackend):
    """The logs of an account in a region."""

    groups: dict[str, LogGroup]
    _url_module = urls  # moto looks for it beside the module of the class

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.query_definitions: dict[str, Description] = {}

    def create_log_group(self, log_group_name: str, tags: dict[str, str], **kwargs: Any) -> LogGroup:
        """CreateLogGroup."""
        super().create_log_group(log_group_name, tags, **kwargs)
        group = self.groups[log_group_name] = LogGroup(self.account_id, self.region_name, log_group_name, **kwargs)
        return group

    def ensure_log_group(self, log_group_name: str) -> None:
        """Make a group unless there is one."""
        if log_group_name not in self.groups:
            self.groups[log_group_name] = LogGroup(self.account_id, self.region_name, log_group_name)

    def put_metric_filter(
        self, filter_name: str, filter_pattern: str, log_group_name: str, metric_transformations: Any
    ) -> None:
        """PutMetricFilter: one of the same name is replaced."""
        group = self._group(log_group_name)
        pattern_of(filter_pattern)
        for each in metric_transformations:
            if problem := _problem(each):
                raise InvalidParameterException(f"Invalid metric transformation: {problem}")
        if filter_name not in group.metric_filters and len(group.metric_filters) >= CLOUDWATCH_LOGS_METRIC_FILTERS:
            raise LimitExceededException
        self.filters.delete_filter(filter_name, log_group_name)
        self.filters.add_filter(filter_name, filter_pattern, log_group_name, metric_transformations)
        self.filters.metric_filters[-1]["creationTime"] = int(CURRENT.runtime.clock.now() * _MILLISECONDS)
        group.metric_filters[filter_name] = MetricFilter(filter_name, filter_pattern, tuple(metric_transformations))

    def delete_metric_filter(self, filter_name: str | None = None, log_group_name: str | None = None) -> None:
        """DeleteMetricFilter."""
        group = self._group(str(log_group_name))
        if group.metric_filters.pop(str(filter_name), None) is None:
            raise ResourceNotFoundException("The specified metric filter does not exist.")
        super().delete_metric_filter(filter_name, log_group_name)

    def delete_log_group(self, log_group_name: str) -> None:
        """DeleteLogGroup, with its metric filters."""
        super().delete_log_group(log_group_name)
        kept = [each for each in self.filters.metric_filters if each["logGroupName"] != log_group_name]
        self.filters.metric_filters[:] = kept

    def put_subscription_filter(
        self, log_group_name: str, filter_name: str, filter_pattern: str, destination_arn: str, role_arn: str
    ) -> None:
        """PutSubscriptionFilter."""
        pattern_of(filter_pattern)
        super().put_subscription_filter(log_group_name, filter_name, filter_pattern, destination_arn, role_arn)

    def put_log_events(
        self, log_group_name: str, log_stream_name: str, log_events: list[dict[str, Any]]
    ) -> tuple[str, dict[str, Any]]:
        """PutLogEvents: events are too old or too new by the time of the embedded AWS, and by that of this machine.

        A virtual clock is ahead of the programs that it waits for, which tell the time of the machine.
        """
        group = self._group(log_group_name)
        times = [event["timestamp"] for event in log_events]
        if times != sorted(times):
            raise InvalidParameterException(
                "Log events in a single PutLogEvents request must be in chronological order."
            )
        moments = [CURRENT.runtime.clock.now() * _MILLISECONDS, time.time() * _MILLISECONDS]
        old = bisect_left(times, min(moments) - _OLDEST)
        new = bisect_right(times, max(moments) + _NEWEST)
        rejected = {"tooOldLogEventEndIndex": old} if old else {}
        if new < len(times):
            rejected["tooNewLogEventStartIndex"] = new
        return group.put_log_events(log_stream_name, log_events[old:new]), rejected

    def start_query(
        self, log_group_names: list[str], start_time: int, end_time: int, query_string: str, limit: int | None = None
    ) -> str:
        """StartQuery: it is complete when this returns."""
        groups = [self._group(name) for name in log_group_names]
        parsed, query_id = query_of(query_string), str(uuid.uuid4())
        times = (start_time, end_time)
        self.queries[query_id] = Query(query_id, query_string, groups, parsed=parsed, times=times, limit=limit)
        return query_id

    def start_live_tail(
        self,
        log_group_identifiers: list[str],
        log_stream_names: list[str] | None,
        log_stream_name_prefixes: list[str] | None,
        log_event_filter_pattern: str | None,
    ) -> tuple[Description, Description]:
        """StartLiveTail: a session of one update, with the first events that there are."""
        start, update = super().start_live_tail(
            log_group_identifiers, log_stream_names, log_stream_name_prefixes, log_event_filter_pattern
        )
        fits = matcher(log_event_filter_pattern)
        found: list[Description] = []
        for arn in start["logGroupIdentifiers"]:
            group = self._find_live_tail_log_group(arn)
            streams = self._get_live_tail_streams(group, log_stream_names or [], log_stream_name_prefixes or [])
            found += islice(_tailed(group, streams, fits), CLOUDWATCH_LOGS_TAIL_EVENTS + 1)
        found.sort(key=lambda event: event["timestamp"])
        update["sessionMetadata"]["sampled"] = len(found) > CLOUDWATCH_LOGS_TAIL_EVENTS
        return start, {**update, "sessionResults": found[:CLOUDWATCH_LOGS_TAIL_EVENTS]}

    def create_export_task(  # noqa: PLR0917 as moto has it
        self,
        taskName: str,  # noqa: N803
        logGroupName: str,  # noqa: N803
        destination: str,
        destinationPrefix: str,  # noqa: N803
        fromTime: int,  # noqa: N803
        to: int,
    ) -> str:
        """CreateExportTask: it is complete when this returns; long streams become several objects."""
        bucket = s3_backends[self.account_id][self.partition]
        try:
            bucket.get_bucket(destination)
        except MissingBucket:
            raise InvalidParameterException(
                "The given bucket does not exist. Please make sure the bucket is valid."
            ) from None
        group = self._group(logGroupName)
        task_id = str(uuid.uuid4())
        task = ExportTask(task_id, taskName, logGroupName, destination, destinationPrefix, fromTime, to)
        self.export_tasks[task_id] = task
        bucket.put_object(destination, "aws-logs-write-test", b"Permission Check Successful")
        for stream in list(group.streams.values()) if fromTime <= to else []:
            folder = f"{destinationPrefix}/{uuid.uuid4()}/{stream.log_stream_name.replace('/', '-')}"
            for number, part in enumerate(_parts(event for _, event in group.read([stream], fromTime, to))):
                bucket.put_object(destination, f"{folder}/{number:06}.gz", gzip.compress(part))
        task.status = {"code": "COMPLETED", "message": "Completed successfully"}
        return task_id

    def _group(self, name: str) -> LogGroup:
        if name not in self.groups:
            raise ResourceNotFoundException
        return self.groups[name]

    def _find_log_group(self, log_group_id: str | None = None, log_group_name: str | None = None) -> LogGroup:
        """The group that an operation names by one of its two members; an identifier is its name or its ARN."""
        named = log_group_name or (log_group_id or "").removesuffix(":*").partition(":log-group:")[2] or log_group_id
        if not named or (log_group_name and log_group_id):
            raise InvalidParameterException("Exactly one of logGroupName and logGroupIdentifier must be given.")
        return self._group(named)


def _problem(transformation: Description) -> str | None:
    """What is wrong with the dimensions of a metric; None if nothing is."""
    dimensions = transformation.get("dimensions") or {}
    if dimensions and transformation.get("defaultValue") is not None:
        return "dimensions and default value are mutually exclusive properties."
    if len(dimensions) > CLOUDWATCH_LOGS_METRIC_DIMENSIONS:
        return f"a metric has at most {CLOUDWATCH_LOGS_METRIC_DIMENSIONS} dimensions."
    return None


def _tailed(group: LogGroup, streams: list[LogStream], fits: Callable[[str], bool]) -> Iterator[Description]:
    names = {stream.number: stream.log_stream_name for stream in streams}
    for place, event in group.read(streams, 0, None):
        if fits(event.message):
            yield {**described(event), "logGroupIdentifier": group.arn, "logStreamName": names[place.stream]}


def _parts(events: Iterable[Event]) -> Iterator[bytes]:
    """What events become in a file: a line for each, with its time; cut where an object is long enough."""
    lines, length = [], 0
    for event in events:
        moment = datetime.fromtimestamp(event.timestamp / _MILLISECONDS, tz=UTC)
        line = f"{moment:%Y-%m-%dT%H:%M:%S}.{event.timestamp % _MILLISECONDS:03}Z {event.message}\n".encode(
            errors="replace"
        )
        lines.append(line)
        length += len(line)
        if length > _PART_BYTES:
            yield b"".join(lines)
            lines, length = [], 0
    yield b"".join(lines)
