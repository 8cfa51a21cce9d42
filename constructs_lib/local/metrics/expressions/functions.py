"""The functions of metric math.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from constructs_lib.local.metrics.expressions.values import ExpressionError, Text, Times, TimeSeries, Value

Given = Value | Text


Function = Callable[[Times, list[Given]], Value]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _deviation(values: Sequence[float]) -> float:
    return statistics.pstdev(values)


def _summary(reduce: Callable[[Sequence[float]], float], *, missing: float | None) -> Function:
    """A function that makes a number of one time series, and one time series of several."""

    def made(times: Times, given: list[Given]) -> Value:
        [value] = given
        if isinstance(value, TimeSeries):
            return reduce(list(value.points.values())) if value.points else 0.0
        if isinstance(value, list):
            return _together(value, times, reduce, missing)
        return _number(value)

    return made


def _together(
    found: list[TimeSeries], times: Times, reduce: Callable[[Sequence[float]], float], missing: float | None
) -> TimeSeries:
    points = {}
    for time in sorted({time for each in found for time in each.points}):
        there = [each.points.get(time, missing) for each in found]
        points[time] = reduce([value for value in there if value is not None])
    return TimeSeries(points, period=found[0].period if found else times.period)


def _each(change: Callable[[TimeSeries], TimeSeries]) -> Function:
    """A function of one time series, or of each of several."""

    def made(_: Times, given: list[Given]) -> Value:
        [value] = given
        if isinstance(value, list):
            return [change(each) for each in value]
        return change(_series(value))

    return made


def _point(change: Callable[[float], float | None]) -> Function:
    return _each(lambda series: series.each(change))


def _steps(change: Callable[[float, int], float]) -> Function:
    """A function of each value and the one before it: of their difference, and the seconds between them."""

    def changed(series: TimeSeries) -> TimeSeries:
        order = sorted(series.points)
        found = {
            after: change(series.points[after] - series.points[before], after - before)
            for before, after in pairwise(order)
        }
        return replace(series, points=found, id="")

    return _each(changed)


def _running_sum(series: TimeSeries) -> TimeSeries:
    total, found = 0.0, {}
    for time in sorted(series.points):
        total += series.points[time]
        found[time] = total
    return replace(series, points=found, id="")


def _calendar(part: Callable[[datetime], float]) -> Function:
    def made(times: Times, given: list[Given]) -> Value:
        series = _series(given[0])
        found = {time: part(datetime.fromtimestamp(time, tz=UTC)) for time in times.all}
        return replace(series, points=found, id="")

    return made


def _fill(times: Times, given: list[Given]) -> Value:
    value, filler = given
    if isinstance(value, list):
        return [_filled(each, filler, times) for each in value]
    return _filled(_series(value), filler, times)


def _filled(series: TimeSeries, filler: Given, times: Times) -> TimeSeries:
    known = series.points
    if isinstance(filler, Text):
        if filler.text not in ("REPEAT", "LINEAR"):
            raise ExpressionError(f"FILL: got {filler.text}, expected a number, a time series, REPEAT or LINEAR")
        found = _repeated(known, times) if filler.text == "REPEAT" else _linear(known, times)
    elif isinstance(filler, TimeSeries):
        found = {time: known.get(time, filler.points.get(time)) for time in times.all}
    else:
        found = {time: known.get(time, _number(filler)) for time in times.all}
    return replace(series, points={time: value for time, value in found.items() if value is not None}, id="")


def _repeated(known: Mapping[int, float], times: Times) -> dict[int, float | None]:
    found, last = dict[int, float | None](), None
    for time in times.all:
        last = known.get(time, last)
        found[time] = last
    return found


def _linear(known: Mapping[int, float], times: Times) -> dict[int, float | None]:
    order, found = sorted(known), dict[int, float | None]()
    for time in times.all:
        before = max((each for each in order if each <= time), default=None)
        after = min((each for each in order if each >= time), default=None)
        if before is None or after is None:
            found[time] = None
        else:
            share = (time - before) / (after - before) if after != before else 0.0
            found[time] = known[before] + (known[after] - known[before]) * share
    return found


def _if(times: Times, given: list[Given]) -> Value:
    condition, yes, *rest = given
    no = rest[0] if rest else None
    if not isinstance(condition, TimeSeries):
        chosen = yes if _number(condition) else no
        if chosen is None:
            return TimeSeries({}, period=times.period)
        return (
            chosen if isinstance(chosen, TimeSeries | list) else TimeSeries(dict.fromkeys(times.all, _number(chosen)))
        )
    found = {}
    for time, holds in condition.points.items():
        if holds:
            found[time] = yes.points.get(time, 0.0) if isinstance(yes, TimeSeries) else _number(yes)
        elif isinstance(no, TimeSeries):
            if time in no.points:
                found[time] = no.points[time]
        elif no is not None:
            found[time] = _number(no)
    label = yes.label if isinstance(yes, TimeSeries) else ""
    return TimeSeries(found, label, period=condition.period)


def _sort(times: Times, given: list[Given]) -> Value:  # noqa: ARG001 as all others
    found, by, order, *most = given
    if not isinstance(by, Text) or not isinstance(order, Text) or by.text not in _SUMMARIES:
        raise ExpressionError("SORT: expected AVG, MIN, MAX or SUM, and ASC or DESC")
    reduce = _SUMMARIES[by.text]
    ordered = sorted(
        _several(found),
        key=lambda series: reduce(list(series.points.values())) if series.points else -math.inf,
        reverse=order.text == "DESC",
    )
    return ordered[: int(_number(most[0]))] if most else ordered


def _slice(times: Times, given: list[Given]) -> Value:  # noqa: ARG001 as all others
    found, first, *rest = given
    chosen = _several(found)[int(_number(first)) : int(_number(rest[0])) if rest else None]
    return chosen[0] if len(chosen) == 1 and rest else chosen


def _count(times: Times, given: list[Given]) -> Value:
    [value] = given
    if isinstance(value, list):
        return _together(value, times, lambda values: float(len(values)), None)
    return float(len(_series(value).points))


def _one_of(place: int) -> Function:
    def made(times: Times, given: list[Given]) -> Value:
        found = _several(given[0])
        return found[place] if found else TimeSeries({}, period=times.period)

    return made


_SUMMARIES: Final[dict[str, Callable[[Sequence[float]], float]]] = {
    "AVG": _mean,
    "MAX": max,
    "MIN": min,
    "SUM": sum,
    "STDDEV": _deviation,
}

FUNCTIONS: Final[dict[str, tuple[Function, int, int]]] = {
    **{name: (_summary(made, missing=0.0 if name == "AVG" else None), 1, 1) for name, made in _SUMMARIES.items()},
    "ABS": (_point(abs), 1, 1),
    "CEIL": (_point(math.ceil), 1, 1),
    "FLOOR": (_point(math.floor), 1, 1),
    "LOG": (_point(lambda value: math.log(value) if value > 0 else None), 1, 1),
    "LOG10": (_point(lambda value: math.log10(value) if value > 0 else None), 1, 1),
    "DIFF": (_steps(lambda difference, _: difference), 1, 1),
    "DIFF_TIME": (_steps(lambda _, seconds: float(seconds)), 1, 1),
    "RATE": (_steps(lambda difference, seconds: difference / seconds), 1, 1),
    "RUNNING_SUM": (_each(_running_sum), 1, 1),
    "DATAPOINT_COUNT": (_count, 1, 1),
    "METRIC_COUNT": (lambda _, given: float(len(_several(given[0]))), 1, 1),
    "REMOVE_EMPTY": (lambda _, given: [each for each in _several(given[0]) if each.points], 1, 1),
    "PERIOD": (lambda _, given: float(_series(given[0]).period), 1, 1),
    "TIME_SERIES": (
        lambda times, given: TimeSeries(dict.fromkeys(times.all, _number(given[0])), period=times.period),
        1,
        1,
    ),
    "FILL": (_fill, 2, 2),
    "IF": (_if, 2, 3),
    "SORT": (_sort, 3, 4),
    "SLICE": (_slice, 2, 3),
    "FIRST": (_one_of(0), 1, 1),
    "LAST": (_one_of(-1), 1, 1),
    "MINUTE": (_calendar(lambda moment: moment.minute), 1, 1),
    "HOUR": (_calendar(lambda moment: moment.hour), 1, 1),
    "DAY": (_calendar(lambda moment: moment.isoweekday()), 1, 1),
    "DATE": (_calendar(lambda moment: moment.day), 1, 1),
    "MONTH": (_calendar(lambda moment: moment.month), 1, 1),
    "YEAR": (_calendar(lambda moment: moment.year), 1, 1),
    "EPOCH": (_calendar(lambda moment: moment.timestamp()), 1, 1),
}
"""By name: the function, and how many arguments it takes at least and at most."""

OF_TIME: Final = frozenset({"DATE", "DAY", "EPOCH", "HOUR", "MINUTE", "MONTH", "YEAR"})
"""Functions whose values change as time goes on, whatever is measured."""


def _series(value: Given) -> TimeSeries:
    if isinstance(value, TimeSeries):
        return value
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    raise ExpressionError("expected a time series")


def _several(value: Given) -> list[TimeSeries]:
    return value if isinstance(value, list) else [_series(value)]


def _number(value: Given) -> float:
    if isinstance(value, int | float):
        return float(value)
    raise ExpressionError("expected a number")
