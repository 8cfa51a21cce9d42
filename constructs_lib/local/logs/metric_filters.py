"""Metric filters: what they make of the events that are written to their group.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html and
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from constructs_lib.local.logs.patterns import Found, Message, Pattern, parsed
from constructs_lib.local.logs.patterns.operands import number, shown
from constructs_lib.local.metrics.series.metric import Metric
from constructs_lib.local.metrics.series.store import NO_UNIT, Store

_MILLISECONDS: Final = 1000


@dataclass(frozen=True)
class MetricFilter:
    """A metric filter.

    Args:
        name: its name.
        text: its pattern.
        transformations: what it puts, as PutMetricFilter has it.

    Raises:
        PatternError: it has no pattern.
    """

    name: str
    text: str
    transformations: tuple[Mapping[str, Any], ...]

    @cached_property
    def pattern(self) -> Pattern:
        """Its pattern, read."""
        return parsed(self.text)

    def put(self, events: Iterable[tuple[int, Message]], store: Store) -> None:
        """Put what it makes of events.

        Args:
            events: each with its time, in milliseconds.
            store: takes the values.
        """
        for timestamp, message in events:
            found = self.pattern.find(message)
            for transformation in self.transformations:
                _put(transformation, found, timestamp / _MILLISECONDS, store)


def _put(transformation: Mapping[str, Any], found: Found | None, moment: float, store: Store) -> None:
    namespace, name = transformation["metricNamespace"], transformation["metricName"]
    if found is None:
        default = transformation.get("defaultValue")
        if default is not None:
            store.default(Metric(namespace, name), moment, float(default))
        return
    value = _value(str(transformation["metricValue"]), found)
    dimensions = {key: shown(found.at(selector)) for key, selector in (transformation.get("dimensions") or {}).items()}
    if value is None or any(not each for each in dimensions.values()):
        return  # what the event does not say is not put
    known = {key: str(each) for key, each in dimensions.items()}
    store.put(Metric.of(namespace, name, known), moment, value, transformation.get("unit") or NO_UNIT)


def _value(text: str, found: Found) -> float | None:
    if not text.startswith("$"):
        return number(text)
    value = found.at(text)
    if isinstance(value, bool):
        return None
    return float(value) if isinstance(value, int | float) else number(value) if isinstance(value, str) else None
