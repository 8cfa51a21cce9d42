"""Gap: what moto's API of CloudWatch lacks, or answers otherwise than AWS.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.cloudwatch.exceptions import (
    DashboardInvalidInputError,
    InvalidFormat,
    InvalidParameterCombination,
    InvalidParameterValue,
    ResourceNotFound,
    ValidationError,
)
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from constructs_lib.local.metrics.alarms.rules import RuleError, rule
from constructs_lib.local.metrics.backend import CloudWatchBackend, seconds
from constructs_lib.local.metrics.dashboards import DashboardError, problems
from constructs_lib.local.metrics.expressions.evaluation import calls, named
from constructs_lib.local.metrics.expressions.values import ExpressionError, Times, TimeSeries
from constructs_lib.local.metrics.queries.answers import answers, listed
from constructs_lib.local.metrics.series.metric import Metric
from constructs_lib.local.metrics.series.statistics import statistic
from constructs_lib.local.patching import Patch

_STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
_SHORT_PERIODS = (1, 5, 10, 20, 30)
_MINUTE, _MOST_POINTS, _PAGE = 60, 1440, 500
_TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
_COMPARISONS = {
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
}

Params = Mapping[str, Any]


def patches() -> list[Patch]:
    """Let the API answer as AWS's."""
    replaced: dict[str, Callable[[Any], ActionResult]] = {
        "put_metric_alarm": _put_metric_alarm,
        "describe_alarms": _describe_alarms,
        "describe_alarms_for_metric": _describe_alarms_for_metric,
        "set_alarm_state": _set_alarm_state,
        "get_metric_data": _get_metric_data,
        "get_metric_statistics": _get_metric_statistics,
        "list_metrics": _list_metrics,
        "put_dashboard": _put_dashboard,
    }
    added: dict[str, Callable[[Any], ActionResult]] = {
        "put_composite_alarm": _put_composite_alarm,
        "describe_alarm_history": _describe_alarm_history,
    }
    return [
        *(Patch(CloudWatchResponse, name, function) for name, function in replaced.items()),
        *(Patch(CloudWatchResponse, name, function, adds=True) for name, function in added.items()),
    ]


def _backend(self: Any) -> CloudWatchBackend:
    backend: CloudWatchBackend = self.cloudwatch_backend
    return backend


def _params(self: Any) -> dict[str, Any]:
    found: dict[str, Any] = self._get_params()
    return found


def _put_metric_alarm(self: Any) -> ActionResult:
    params = _params(self)
    _check_alarm(params)
    _backend(self).put_alarm(params, params.get("Tags"))
    return EmptyResult()


def _check_alarm(params: Params) -> None:
    comparison = params.get("ComparisonOperator")
    if comparison not in _COMPARISONS:
        raise _constraint(
            comparison, "comparisonOperator", f"Member must satisfy enum value set: {sorted(_COMPARISONS)}"
        )
    extended = params.get("ExtendedStatistic")
    if extended and statistic(extended) is None:
        raise InvalidParameterValue(f"The value {extended} for parameter ExtendedStatistic is not supported.")
    low = params.get("EvaluateLowSampleCountPercentile")
    if low and low not in ("evaluate", "ignore"):
        raise ValidationError(
            f"Option {low} is not supported. "
            "Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore."
        )
    missing = params.get("TreatMissingData")
    if missing and missing not in _TREATMENTS:
        options = ", ".join(_TREATMENTS)
        raise ValidationError(
            f"Option {missing} is not supported. Supported options for parameter TreatMissingData are {options}."
        )
    periods, to_alarm = params.get("EvaluationPeriods"), params.get("DatapointsToAlarm")
    if to_alarm and periods and int(to_alarm) > int(periods):
        raise ValidationError("The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
    if params.get("Metrics"):
        _check_queries(params["Metrics"])
    elif params.get("Period"):
        _check_period(int(params["Period"]))


def _check_queries(queries: Iterable[Params]) -> None:
    shown = [query for query in queries if query.get("ReturnData", True)]
    if not shown:
        raise ValidationError("Exactly one element of the metrics list should return data.")
    for query in queries:
        if not query.get("Expression"):
            continue
        try:
            named(query["Expression"])
        except ExpressionError as error:
            raise ValidationError(str(error)) from None
        if "SEARCH" in calls(query["Expression"]):
            raise ValidationError("SEARCH is not supported in alarms: an alarm watches one time series.")


def _check_period(period: int) -> None:
    if period < 1 or (period not in _SHORT_PERIODS and period % _MINUTE):
        raise InvalidParameterValue("The parameter Period must be 10, 20, 30 or a multiple of 60.")


def _constraint(value: Any, member: str, told: str) -> ValidationError:
    return ValidationError(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {told}"
    )


def _put_composite_alarm(self: Any) -> ActionResult:
    params = _params(self)
    try:
        read = rule(params["AlarmRule"])
    except RuleError as error:
        raise ValidationError(str(error)) from None
    known = _backend(self).book.alarms
    if lacking := sorted(read.names - known.keys()):
        raise ValidationError(
            f"Could not save the composite alarm as alarms [{', '.join(lacking)}] in the alarm rule do not exist"
        )
    _backend(self).put_alarm(params, params.get("Tags"))
    return EmptyResult()


def _describe_alarms(self: Any) -> ActionResult:
    params = _params(self)
    book = _backend(self).book
    kinds = params.get("AlarmTypes") or ["MetricAlarm"]
    found = [alarm for _, alarm in sorted(book.alarms.items()) if alarm.kind in kinds and _is_asked(alarm, params)]
    if parents_of := params.get("ParentsOfAlarmName"):
        found = [
            alarm for _, alarm in sorted(book.alarms.items()) if alarm.rule and parents_of in rule(alarm.rule).names
        ]
    if children_of := params.get("ChildrenOfAlarmName"):
        parent = book.alarms.get(children_of)
        names = rule(parent.rule).names if parent and parent.rule else frozenset[str]()
        found = [alarm for name, alarm in sorted(book.alarms.items()) if name in names]
    page, token = _page(found, params, "MaxRecords", 50)
    return ActionResult(
        {
            "MetricAlarms": [alarm.described() for alarm in page if alarm.rule is None],
            "CompositeAlarms": [alarm.described() for alarm in page if alarm.rule is not None],
            **({"NextToken": token} if token else {}),
        }
    )


def _is_asked(alarm: Any, params: Params) -> bool:
    names, prefix = params.get("AlarmNames"), params.get("AlarmNamePrefix")
    state, action = params.get("StateValue"), params.get("ActionPrefix")
    return (
        (not names or alarm.name in names)
        and (not prefix or alarm.name.startswith(prefix))
        and (not state or alarm.state.value == state)
        and (not action or any(arn.startswith(action) for arn in alarm.alarm_actions))
    )


def _page(found: list[Any], params: Params, size: str, default: int) -> tuple[list[Any], str | None]:
    token = str(params.get("NextToken") or "0")
    if not token.isdecimal():
        raise InvalidParameterValue("Request parameter NextToken is invalid")
    first, most = int(token), int(params.get(size) or default)
    return found[first : first + most], str(first + most) if first + most < len(found) else None


def _describe_alarms_for_metric(self: Any) -> ActionResult:
    params = _params(self)
    wanted = Metric.asked(params["Namespace"], params["MetricName"], params.get("Dimensions"))
    found = []
    for alarm in _backend(self).book.alarms.values():
        put = alarm.put
        own = (
            Metric.asked(put["Namespace"], put["MetricName"], put.get("Dimensions")) if put.get("MetricName") else None
        )
        narrower = ("Statistic", "ExtendedStatistic", "Period", "Unit")
        if own == wanted and all(not params.get(name) or params[name] == put.get(name) for name in narrower):
            found.append(alarm.described())
    return ActionResult({"MetricAlarms": found})


def _set_alarm_state(self: Any) -> ActionResult:
    params, backend = _params(self), _backend(self)
    data, value = params.get("StateReasonData"), params.get("StateValue")
    alarm = backend.book.alarms.get(params["AlarmName"])
    if data is not None and not _is_json(data):
        raise InvalidFormat("Unknown")
    if alarm is None:
        raise ResourceNotFound
    if value not in _STATES:
        raise _constraint(value, "stateValue", "Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]")
    backend.book.set_state(alarm, value, params.get("StateReason") or "", data, backend.now)
    return EmptyResult()


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _describe_alarm_history(self: Any) -> ActionResult:
    params = _params(self)
    kinds = params.get("AlarmTypes") or ["MetricAlarm", "CompositeAlarm"]
    start = seconds(params["StartDate"]) if params.get("StartDate") else float("-inf")
    end = seconds(params["EndDate"]) if params.get("EndDate") else float("inf")
    name, kind = params.get("AlarmName"), params.get("HistoryItemType")
    found = [
        item.described()
        for item in list(_backend(self).book.history)
        if (not name or item.alarm == name)
        and (not kind or item.kind == kind)
        and item.alarm_kind in kinds
        and start <= item.moment <= end
    ]
    if params.get("ScanBy") != "TimestampAscending":
        found.reverse()
    page, token = _page(found, params, "MaxRecords", 100)
    return ActionResult({"AlarmHistoryItems": page, **({"NextToken": token} if token else {})})


def _get_metric_data(self: Any) -> ActionResult:
    params = _params(self)
    start, end = seconds(params["StartTime"]), seconds(params["EndTime"])
    if start > end:
        raise ValidationError("The parameter EndTime must be greater than StartTime.")
    if start == end:
        raise ValidationError("The parameter StartTime must not equal parameter EndTime.")
    queries = params.get("MetricDataQueries") or []
    for number, query in enumerate(queries, 1):
        if "MetricStat" not in query and not query.get("Expression"):
            # AWS also returns the empty line
            raise ValidationError(f"The parameter MetricDataQueries.member.{number}.MetricStat is required.\n")
        if "MetricStat" in query:
            _check_period(int(query["MetricStat"]["Period"]))
    asked = {query["MetricStat"]["Metric"]["Namespace"] if "MetricStat" in query else "" for query in queries}
    shortest = min((int(query["MetricStat"]["Period"]) for query in queries if "MetricStat" in query), default=_MINUTE)
    first = int(start // min(shortest, _MINUTE) * min(shortest, _MINUTE))
    try:
        found = answers(_backend(self).provided(asked), queries, first, int(end))
    except ExpressionError as error:
        raise ValidationError(str(error)) from None
    results = []
    for query in queries:
        if not query.get("ReturnData", True):
            continue
        value = found[query["Id"]]
        if not isinstance(value, TimeSeries | list):
            raise ValidationError(f"Error in expression '{query['Id']}': the result is a number, and no time series")
        results += [_result(query["Id"], series, params) for series in listed(value)]
    return ActionResult({"MetricDataResults": results, "Messages": []})


def _result(name: str, series: TimeSeries, params: Params) -> dict[str, Any]:
    times = sorted(series.points, reverse=params.get("ScanBy") != "TimestampAscending")
    return {
        "Id": name,
        "Label": series.label or name,
        "Timestamps": times,
        "Values": [series.points[time] for time in times],
        "StatusCode": "Complete",
    }


def _get_metric_statistics(self: Any) -> ActionResult:
    params = _params(self)
    names, extended = params.get("Statistics") or [], params.get("ExtendedStatistics") or []
    if not names and not extended:
        raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
    start, end, period = seconds(params["StartTime"]), seconds(params["EndTime"]), int(params["Period"])
    if int(start) >= int(end):
        raise InvalidParameterValue("The parameter StartTime must be less than the parameter EndTime.")
    _check_period(period)
    for name in extended:
        if statistic(name) is None:
            raise InvalidParameterValue(f"The value {name} for parameter ExtendedStatistics.member.1 is not supported.")
    first = int(start // min(period, _MINUTE) * min(period, _MINUTE))
    times = Times.between(first, int(end), period)
    asked = len(times.all)
    if asked > _MOST_POINTS:
        raise InvalidParameterCombination(
            f"You have requested up to {asked:,} datapoints, which exceeds the limit of 1,440. You may reduce the "
            "datapoints requested by increasing Period, or decreasing the time range."
        )
    metric = Metric.asked(params["Namespace"], params["MetricName"], params.get("Dimensions"))
    store = _backend(self).provided({metric.namespace})
    windows = store.windows(metric, times.all, period, params.get("Unit"))
    points = []
    for begin, samples in windows.items():
        told = {name: made(samples) for name in names if (made := statistic(name))}
        more = {name: made(samples) for name in extended if (made := statistic(name))}
        known = {name: value for name, value in more.items() if value is not None}
        unit = params.get("Unit") or next(iter(sorted(samples.units)), "None")
        points.append({"Timestamp": begin, "Unit": unit, **told, **({"ExtendedStatistics": known} if known else {})})
    return ActionResult({"Label": metric.name, "Datapoints": points})


def _list_metrics(self: Any) -> ActionResult:
    params = _params(self)
    namespace, name = params.get("Namespace"), params.get("MetricName")
    wanted = [(each["Name"], each.get("Value")) for each in params.get("Dimensions") or ()]
    found = [
        metric
        for metric in _backend(self).provided({namespace or ""}).metrics()
        if (not namespace or metric.namespace == namespace)
        and (not name or metric.name == name)
        and all(any(key == own and value in (None, "", of) for own, of in metric.dimensions) for key, value in wanted)
    ]
    page, token = _page(found, params, "", _PAGE)
    return ActionResult({"Metrics": [metric.described() for metric in page], **({"NextToken": token} if token else {})})


def _put_dashboard(self: Any) -> ActionResult:
    params = _params(self)
    try:
        told = problems(params["DashboardBody"])
    except DashboardError as error:
        raise DashboardInvalidInputError(str(error)) from None
    _backend(self).put_dashboard(params["DashboardName"], params["DashboardBody"])
    return ActionResult({"DashboardValidationMessages": told})
