"""Metric math: the examples of AWS's page, functions by a table, and searches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.metrics.expressions import ExpressionError, Surroundings, TimeSeries, evaluate
from constructs_lib.local.metrics.expressions.values import Answers, Times
from constructs_lib.local.metrics.queries.searches import search
from constructs_lib.local.metrics.series.metric import Metric

Points = list[float | None]


def series(points: Points) -> TimeSeries:
    return TimeSeries({60 * place: value for place, value in enumerate(points) if value is not None}, period=60)


def shown(found: object, length: int) -> Points | float | list[Points]:
    if isinstance(found, TimeSeries):
        return [found.points.get(60 * place) for place in range(length)]
    if isinstance(found, list):
        return [shown(each, length) for each in found]  # type: ignore[misc]
    assert isinstance(found, float | int)
    return found


def calculated(expression: str, **given: Points) -> Points | float | list[Points]:
    length = len(next(iter(given.values())))
    answers = Answers({name: series(points) for name, points in given.items()}, list(given))
    return shown(evaluate(expression, Surroundings(answers, Times.between(0, 60 * length, 60))), length)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 < m2", [0, 0, 1, 0]),
        ("m1 >= 30", [1, 0, 0, 0]),
        ("m1 > 15 AND m2 > 15", [1, 0, 0, 0]),
        ("m1 > 25 || m2 > 15", [1, 0, 1, 0]),
        ("m1 + m2", [50, 20, 20, 0]),
        ("m2 * 2 - 1", [39, None, 39, None]),
        ("-m2", [-20, None, -20, None]),
        ("2 ^ 3 ^ 0 * m2", [40, None, 40, None]),
        ("100 * m2 / m1", [2000 / 30, 0, None, None]),
        ("SUM([m1, m2])", [50, 20, 20, 0]),
        ("MAX(METRICS())", [30, 20, 20, 0]),
        ("AVG(METRICS())", [25, 10, 10, 0]),
        ("DATAPOINT_COUNT(METRICS())", [2, 1, 2, 1]),
        ("m1 / MAX(m1)", [1, 20 / 30, 0, 0]),
        ("m1 / PERIOD(m1) * 60", [30, 20, 0, 0]),
        ("FILL(m2, 0)", [20, 0, 20, 0]),
        ("FILL(m2, REPEAT)", [20, 20, 20, 20]),
        ("FILL(m2, LINEAR)", [20, 20, 20, None]),
        ("FILL(m2, m1)", [20, 20, 20, 0]),
        ("DIFF(m1)", [None, -10, -20, 0]),
        ("RATE(m1) * 60", [None, -10, -20, 0]),
        ("DIFF_TIME(m2)", [None, None, 120, None]),
        ("RUNNING_SUM(m1)", [30, 50, 50, 50]),
        ("ABS(m1 - 25)", [5, 5, 25, 25]),
        ("CEIL(m1 / 7)", [5, 3, 0, 0]),
        ("TIME_SERIES(METRIC_COUNT(METRICS()))", [2, 2, 2, 2]),
        ("TIME_SERIES(DATAPOINT_COUNT(m2))", [2, 2, 2, 2]),
        ("MINUTE(m2)", [0, 1, 2, 3]),
        ("DAY(m2)", [4, 4, 4, 4]),
        ("YEAR(m2)", [1970, 1970, 1970, 1970]),
        ("IF(m1 > 10, m1)", [30, 20, None, None]),
        ("IF(MINUTE(m1) < 2, m1, m2)", [30, 20, 20, None]),
        ("FIRST(SORT(METRICS(), SUM, ASC))", [20, None, 20, None]),
        ("SLICE(SORT(METRICS(), SUM, DESC), 0, 1)", [30, 20, 0, 0]),
    ],
)
def test_an_expression(expression: str, expected: Points) -> None:
    assert calculated(expression, m1=[30, 20, 0, 0], m2=[20, None, 20, None]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("SORT(METRICS(), SUM, DESC)", [[30, 20, 0, 0], [20, None, 20, None]]),
        ("SORT(METRICS(), SUM, ASC, 1)", [[20, None, 20, None]]),
        ("REMOVE_EMPTY([m1, IF(m1 > 100, m1)])", [[30, 20, 0, 0]]),
        ('METRICS("2") * 2', [[40, None, 40, None]]),
        ("[m1, m2] / 10", [[3, 2, 0, 0], [2, None, 2, None]]),
    ],
)
def test_an_expression_of_several(expression: str, expected: list[Points]) -> None:
    assert calculated(expression, m1=[30, 20, 0, 0], m2=[20, None, 20, None]) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("IF(m1, m2, m3)", [30, 0, 20, None, None]),
        ("IF(m1, 5, m3)", [5, 5, 20, None, None]),
        ("IF(m1, m2, 5)", [30, 0, 5, 5, None]),
        ("IF(1, m2, m3)", [30, None, 0, 0, 30]),
        ("IF(0, m2)", [None] * 5),
    ],
)
def test_if_as_the_tables_of_aws_have_it(expression: str, expected: Points) -> None:
    given = {"m1": [1, 1, 0, 0, None], "m2": [30, None, 0, 0, 30], "m3": [0, 0, 20, None, 20]}
    assert calculated(expression, **given) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "expression",
    ["", "m1 +", "m1 m1", "m3", "SUM(", "NOSUCH(m1)", "FILL(m1)", "m1 $ 2", "REPEAT", "[1, 2]", "SEARCH('x', 'Sum')"],
)
def test_what_cannot_be_calculated_says_so(expression: str) -> None:
    with pytest.raises(ExpressionError):
        calculated(expression, m1=[1, 2])


@given(st.lists(st.none() | st.integers(-100, 100).map(float), min_size=1, max_size=12))
def test_what_is_filled_has_a_value_for_each_time_and_keeps_its_own(points: Points) -> None:
    filled = calculated("FILL(m, 7)", m=points)
    assert filled == [7 if point is None else point for point in points]
    assert calculated("m + 0", m=points) == points


METRICS = [
    Metric.of("AWS/States", "ExecutionsFailed", {"StateMachineArn": "arn:machine:NightlyRun"}),
    Metric.of("AWS/States", "ExecutionsStarted", {"StateMachineArn": "arn:machine:NightlyRun"}),
    Metric.of("AWS/States", "ExecutionsFailed", {"StateMachineArn": "arn:machine:Weekly"}),
    Metric.of("Shop", "Sold", {}),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{AWS/States,StateMachineArn}", [0, 2, 1]),
        ('{AWS/States,StateMachineArn} MetricName="ExecutionsFailed"', [0, 2]),
        ("{AWS/States,StateMachineArn} Failed nightly", [0]),
        ("ExecutionsFailed OR Sold", [0, 2, 3]),
        ("executions NOT weekly", [0, 1]),
        ('Namespace="Shop"', [3]),
        ("{Shop}", [3]),
        ('MetricName=("ExecutionsFailed" OR "Sold")', [0, 2, 3]),
        ("nothing", []),
    ],
)
def test_a_search(text: str, found: list[int]) -> None:
    assert search(text, METRICS) == [METRICS[place] for place in found]
