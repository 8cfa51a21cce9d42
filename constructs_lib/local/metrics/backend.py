"""CloudWatch of moto, over metrics that are kept by minutes and alarms that are evaluated.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from moto.cloudwatch import urls
from moto.cloudwatch.models import CloudWatchBackend as MotoBackend
from moto.cloudwatch.models import MetricDatum, cloudwatch_backends
from moto.cloudwatch.utils import make_arn_for_alarm

from constructs_lib.local.metrics.alarms.alarm import Alarm
from constructs_lib.local.metrics.alarms.book import Book
from constructs_lib.local.metrics.runtime import CURRENT
from constructs_lib.local.metrics.series.metric import Metric
from constructs_lib.local.metrics.series.store import NO_UNIT, Store
from constructs_lib.local.metrics.series.timeline import MINUTE, Stored
from constructs_lib.local.patching import BackendClass, Change

_PLAIN = {
    "name": "AlarmName",
    "namespace": "Namespace",
    "metric_name": "MetricName",
    "comparison_operator": "ComparisonOperator",
    "evaluation_periods": "EvaluationPeriods",
    "period": "Period",
    "threshold": "Threshold",
    "statistic": "Statistic",
    "description": "AlarmDescription",
    "dimensions": "Dimensions",
    "alarm_actions": "AlarmActions",
    "ok_actions": "OKActions",
    "insufficient_data_actions": "InsufficientDataActions",
    "unit": "Unit",
    "treat_missing_data": "TreatMissingData",
}
"""Members of PutMetricAlarm, by their names where moto's other services call it."""


def patches() -> list[Change]:
    """Let moto make backends of this kind."""
    return [BackendClass(cloudwatch_backends, CloudWatchBackend)]


class CloudWatchBackend(MotoBackend):  # type: ignore[misc] # moto has no types
    """The metrics and alarms of an account in a region."""

    _url_module = urls  # moto looks for it beside the module of the class

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.store = Store()
        self.book = Book(self.store, CURRENT.runtime.listener)
        self.alarms = cast("Any", self.book.alarms)

    @property
    def now(self) -> float:
        """The time of the embedded AWS, in seconds."""
        return CURRENT.runtime.clock.now()

    def put_metric_data(self, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        """PutMetricData."""
        for number, member in enumerate(metric_data, 1):
            self._validate_parameters_put_metric_data(member, number)
        for member in metric_data:
            self._put(Metric.asked(namespace, member["MetricName"], member.get("Dimensions")), member)

    def _put(self, metric: Metric, member: Mapping[str, Any]) -> None:
        moment = seconds(member["Timestamp"]) if member.get("Timestamp") else self.now
        unit = member.get("Unit") or NO_UNIT
        resolution = 1 if member.get("StorageResolution") == 1 else MINUTE
        if member.get("Values"):
            counts = member.get("Counts") or [1.0] * len(member["Values"])
            for value, times in zip(member["Values"], counts, strict=True):
                self.store.put(metric, moment, float(value), unit, times=float(times), resolution=resolution)
        elif member.get("StatisticValues"):
            self.store.put_statistics(metric, moment, member["StatisticValues"], unit, resolution)
        else:
            self.store.put(metric, moment, float(member.get("Value", 0)), unit, resolution=resolution)

    def put_metric_alarm(self, **members: Any) -> Any:
        """PutMetricAlarm, as moto's other services call it."""
        request = {_PLAIN[name]: value for name, value in members.items() if name in _PLAIN and value is not None}
        return self.put_alarm(request, members.get("tags"))

    def put_alarm(self, request: Mapping[str, Any], tags: list[dict[str, str]] | None = None) -> Alarm:
        """Make an alarm, or change it.

        Args:
            request: the members of PutMetricAlarm, or of PutCompositeAlarm.
            tags: those of a new one.
        """
        is_new = request["AlarmName"] not in self.book.alarms
        arn = make_arn_for_alarm(self.region_name, self.account_id, request["AlarmName"])
        alarm = self.book.put(arn, request, self.now)
        if tags and is_new:
            self.tagger.tag_resource(arn, tags)
        return alarm

    def delete_alarms(self, alarm_names: list[str]) -> None:
        """DeleteAlarms."""
        for name in alarm_names:
            if alarm := self.book.alarms.get(name):
                self.tagger.delete_all_tags_for_resource(alarm.alarm_arn)
        self.book.remove(alarm_names, self.now)

    def provided(self, namespaces: Iterable[str]) -> Store:
        """The store, with what moto tells by itself of the namespaces, which is all of Amazon S3.

        Args:
            namespaces: those that are asked for; an empty one is any.
        """
        if {"", "AWS/S3"} & set(namespaces):
            lines: dict[Metric, Stored] = {}
            for datum in self.aws_metric_data:
                dimensions = {each.name: each.value for each in datum.dimensions}
                line = lines.setdefault(Metric.of(datum.namespace, datum.name, dimensions), Stored())
                if isinstance(datum, MetricDatum):
                    line.at(seconds(datum.timestamp), datum.unit or NO_UNIT).put(float(datum.value))
            self.store.provide(lines)
        return self.store


def seconds(moment: Any) -> float:
    """A time of moto's, which is UTC where it does not say, in seconds."""
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return float(moment)


def backend_of(account: str, region: str) -> CloudWatchBackend:
    """The metrics of an account and region."""
    backend: CloudWatchBackend = cloudwatch_backends[account][region]
    return backend
