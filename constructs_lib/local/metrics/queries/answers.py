"""The answers to queries of metrics: statistics by periods, and what expressions make of them.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from constructs_lib.local.metrics.expressions.evaluation import Surroundings, calls, evaluate, named
from constructs_lib.local.metrics.expressions.values import Answers, ExpressionError, Times, TimeSeries, Value
from constructs_lib.local.metrics.queries.searches import search
from constructs_lib.local.metrics.series.metric import Metric
from constructs_lib.local.metrics.series.statistics import statistic
from constructs_lib.local.metrics.series.store import Store

Query = Mapping[str, Any]
"""One of ``MetricDataQueries``."""

_SELECT = "SELECT"


def answers(store: Store, queries: Sequence[Query], start: int, end: int) -> dict[str, Value]:
    """What each query answers, by its id.

    Args:
        store: the metrics.
        queries: those that ask for a metric, and expressions of others in any order.
        start: the first second.
        end: the one behind the last.

    Raises:
        ExpressionError: an expression is none, names what is not there, or itself.
    """
    found: dict[str, Value] = {}
    for query in queries:
        if "MetricStat" in query:
            found[query["Id"]] = _measured(store, query, start, end)
    metrics = list(found)
    for query in _in_order([query for query in queries if "MetricStat" not in query], found):
        period = _period(query, found)
        around = Surroundings(
            Answers(found, metrics),
            Times.between(start, end, period),
            lambda text, name, each: _searched(store, text, name, Times.between(start, end, each)),
        )
        found[query["Id"]] = _labelled(evaluate(query["Expression"], around), query, period)
    return found


def _measured(store: Store, query: Query, start: int, end: int) -> TimeSeries:
    asked = query["MetricStat"]
    metric = asked["Metric"]
    which = Metric.asked(metric["Namespace"], metric["MetricName"], metric.get("Dimensions"))
    label = query.get("Label") or metric["MetricName"]
    times = Times.between(start, end, int(asked["Period"]))
    return measured(store, which, asked["Stat"], times, asked.get("Unit"), label=label, query=query["Id"])


def measured(
    store: Store, metric: Metric, name: str, times: Times, unit: str | None = None, *, label: str = "", query: str = ""
) -> TimeSeries:
    """A statistic of a metric at each of some times.

    Raises:
        ExpressionError: there is no such statistic.
    """
    made = statistic(name)
    if made is None:
        raise ExpressionError(f"The value {name} for parameter Stat is not supported.")
    windows = store.windows(metric, times.all, times.period, unit)
    found = {begin: made(samples) for begin, samples in windows.items()}
    points = {begin: value for begin, value in found.items() if value is not None}
    return TimeSeries(points, label or metric.name, query, times.period)


def _searched(store: Store, text: str, name: str, times: Times) -> list[TimeSeries]:
    found = [(metric, measured(store, metric, name, times)) for metric in search(text, store.metrics())]
    return [replace(series, label=_called(metric)) for metric, series in found if series.points]


def _called(metric: Metric) -> str:
    return " ".join([*(value for _, value in metric.dimensions), metric.name])


def _in_order(queries: list[Query], known: Iterable[str]) -> list[Query]:
    """Expressions, each behind those that it names."""
    done, left, ordered = set(known), list(queries), list[Query]()
    ids = {query["Id"] for query in queries}
    while left:
        ready = [query for query in left if not (named(query["Expression"]) & ids) - done]
        if not ready:
            raise ExpressionError(f"The expressions {', '.join(query['Id'] for query in left)} name each other")
        ordered += ready
        done |= {query["Id"] for query in ready}
        left = [query for query in left if query not in ready]
    return ordered


def _period(query: Query, found: Mapping[str, Value]) -> int:
    """The period of an expression: its own, or the longest of those that it names."""
    if query.get("Period"):
        return int(query["Period"])
    expression = query["Expression"]
    names = set(found) if "METRICS" in calls(expression) else named(expression)
    return max((each.period for name in names for each in listed(found.get(name))), default=60)


def _labelled(value: Value, query: Query, period: int) -> Value:
    label = query.get("Label")
    if isinstance(value, TimeSeries):
        return TimeSeries(value.points, label or query["Id"], query["Id"], value.period or period)
    if isinstance(value, list):
        return [
            TimeSeries(each.points, f"{label} {each.label}" if label else each.label, query["Id"], each.period)
            for each in value
        ]
    return value


def listed(value: Value | None) -> list[TimeSeries]:
    """The time series that a value is."""
    if isinstance(value, TimeSeries):
        return [value]
    return value if isinstance(value, list) else []
