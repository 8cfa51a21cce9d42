"""Looks at the datapoints of an alarm, and says which state it is to have, in AWS's words.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

import json
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from constructs_lib.local.metrics.alarms.alarm import Alarm
from constructs_lib.local.metrics.alarms.states import ALARM, INSUFFICIENT_DATA, MORE, OK, state_of
from constructs_lib.local.metrics.expressions.evaluation import changes_by_itself
from constructs_lib.local.metrics.expressions.values import ExpressionError, Times
from constructs_lib.local.metrics.queries.answers import answers, listed, measured
from constructs_lib.local.metrics.series.metric import Metric
from constructs_lib.local.metrics.series.store import Store

_COMPARED: Final[dict[str, tuple[Callable[[float, float], bool], str]]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}
_TREATED: Final = {"breaching": "Breaching", "notBreaching": "NonBreaching", "ignore": "Ignore", "missing": "Missing"}
_LEAST, _HALF = 10.0, 0.5


@dataclass(frozen=True)
class Verdict:
    """What an evaluation says.

    Args:
        value: the state; None: it stays as it is.
        reason: why, in words.
        data: the same as JSON text.
        is_settled: whether it stays so until something is put.
    """

    value: str | None
    reason: str
    data: str
    is_settled: bool


def metrics_of(alarm: Alarm) -> list[Metric]:
    """The metrics that an alarm watches."""
    put = alarm.put
    if not put.get("Metrics"):
        return (
            [Metric.asked(put["Namespace"], put["MetricName"], put.get("Dimensions"))] if put.get("MetricName") else []
        )
    asked = [query["MetricStat"]["Metric"] for query in put["Metrics"] if "MetricStat" in query]
    return [Metric.asked(each["Namespace"], each["MetricName"], each.get("Dimensions")) for each in asked]


def evaluate(alarm: Alarm, store: Store, now: int) -> Verdict:
    """Evaluate a metric alarm with the periods that end at a moment, and before it.

    Args:
        alarm: the alarm.
        store: what was measured.
        now: the moment, in seconds.
    """
    start = now - (alarm.periods + MORE) * alarm.period
    try:
        points = _points(alarm, store, start, now)
    except ExpressionError as error:
        return Verdict(INSUFFICIENT_DATA, f"Insufficient Data: {error}", "{}", is_settled=True)
    compare, _ = _COMPARED.get(str(alarm.put.get("ComparisonOperator")), _COMPARED["GreaterThanThreshold"])
    threshold = float(alarm.put.get("Threshold") or 0.0)
    times = range(start, now, alarm.period)
    breaching = [compare(points[time], threshold) if time in points else None for time in times]
    value = state_of(breaching, alarm.periods, alarm.to_alarm, alarm.missing)
    if value is not None and _has_few_samples(alarm, store, start, now):
        value = None
    return Verdict(
        value,
        _reason(alarm, value, points, breaching, times),
        _data(alarm, points, times, now),
        _is_settled(alarm, store, start),
    )


def _points(alarm: Alarm, store: Store, start: int, end: int) -> Mapping[int, float]:
    """The datapoints by the first seconds of their periods."""
    queries = alarm.put.get("Metrics")
    if not queries:
        [metric] = metrics_of(alarm) or [Metric("", "")]
        times = Times.between(start, end, alarm.period)
        return measured(store, metric, alarm.statistic, times, alarm.put.get("Unit")).points
    found = answers(store, queries, start, end)
    shown = [query["Id"] for query in queries if query.get("ReturnData", True)]
    series = listed(found[shown[-1]]) if shown else []
    return series[0].points if len(series) == 1 else {}


def _is_settled(alarm: Alarm, store: Store, start: int) -> bool:
    if any(
        changes_by_itself(query["Expression"]) for query in alarm.put.get("Metrics") or () if query.get("Expression")
    ):
        return False
    last = [store.last(metric) for metric in metrics_of(alarm)]
    return all(moment is None or moment < start for moment in last)


def _has_few_samples(alarm: Alarm, store: Store, start: int, end: int) -> bool:
    """Whether a percentile is made of so few samples that it is not to count."""
    name = alarm.statistic
    if alarm.put.get("EvaluateLowSampleCountPercentile") != "ignore" or not name.startswith("p"):
        return False
    share = float(name[1:]) / 100
    least = _LEAST / (1 - share) if share >= _HALF and share < 1 else _LEAST / share if share < _HALF else 0
    [metric] = metrics_of(alarm)
    samples = store.between(metric, start, end)
    return samples is not None and samples.count < least


def _reason(
    alarm: Alarm, value: str | None, points: Mapping[int, float], breaching: list[bool | None], times: range
) -> str:
    used = [time for time in times if time in points][-alarm.periods :]
    lacking = alarm.periods - len(used)
    if value == INSUFFICIENT_DATA:
        return f"Insufficient Data: {_many(lacking, 'datapoint')} {'was' if lacking == 1 else 'were'} unknown."
    treatment = _TREATED.get(alarm.missing, alarm.missing)
    treated = f"{_many(lacking, 'missing datapoint')} {'was' if lacking == 1 else 'were'} treated as [{treatment}]"
    if not used:
        return f"Threshold Crossed: no datapoints were received for {_many(alarm.periods, 'period')} and {treated}."
    state = dict(zip(times, breaching, strict=True))
    wanted = value == ALARM
    fitting = [time for time in used if state[time] is wanted]
    shown = ", ".join(f"{points[time]} ({_short(time)})" for time in reversed(fitting))
    _, words = _COMPARED.get(str(alarm.put.get("ComparisonOperator")), _COMPARED["GreaterThanThreshold"])
    least = alarm.to_alarm if wanted else alarm.periods - alarm.to_alarm + 1
    change = "OK -> ALARM" if wanted else "ALARM -> OK"
    verb = ("was" if len(fitting) == 1 else "were") + ("" if wanted else " not")
    missing = f" and {treated}" if lacking else ""
    return (
        f"Threshold Crossed: {len(fitting)} out of the last {alarm.periods} datapoints [{shown}] {verb} {words} the "
        f"threshold ({float(alarm.put.get('Threshold') or 0.0)}){missing} (minimum {_many(least, 'datapoint')} for "
        f"{change} transition)."
    )


def _data(alarm: Alarm, points: Mapping[int, float], times: range, now: int) -> str:
    used = [time for time in times if time in points][-alarm.periods :]
    told: dict[str, Any] = {
        "version": "1.0",
        "queryDate": timestamp(now),
        **({"startDate": timestamp(used[0])} if used else {}),
        **({} if alarm.put.get("Metrics") else {"statistic": alarm.statistic}),
        "period": alarm.period,
        "recentDatapoints": [points[time] for time in used],
        "threshold": float(alarm.put.get("Threshold") or 0.0),
        "evaluatedDatapoints": [{"timestamp": timestamp(time), "value": points[time]} for time in reversed(used)],
    }
    return json.dumps(told)


def timestamp(seconds: float) -> str:
    """A time as alarms tell it."""
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"


def _short(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, tz=UTC):%d/%m/%y %H:%M:%S}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


__all__ = ["OK", "Verdict", "evaluate", "metrics_of", "timestamp"]
