"""Statistics of samples, whichever way they were put."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.metrics.series.metric import Metric
from constructs_lib.local.metrics.series.samples import Samples
from constructs_lib.local.metrics.series.statistics import statistic
from constructs_lib.local.metrics.series.store import Store
from constructs_lib.local.metrics.series.timeline import Gauge

METRIC = Metric("Shop", "Sold")
VALUES = st.lists(st.integers(-1000, 1000), min_size=1, max_size=40)


def samples(values: list[int]) -> Samples:
    made = Samples()
    for value in values:
        made.put(float(value))
    return made


def told(name: str, values: list[int]) -> float | None:
    made = statistic(name)
    assert made, name
    return made(samples(values))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SampleCount", 100),
        ("Sum", 5050),
        ("Average", 50.5),
        ("Minimum", 1),
        ("Maximum", 100),
        ("p0", 1),
        ("p50", 50.5),
        ("p100", 100),
        ("TC(10:20)", 10),
        ("TS(98:)", 199),
        ("PR(:30)", 30),
        ("PR(90:)", 10),
        ("TM(10%:90%)", 50.5),
        ("tm90", 45.5),
        ("IQM", 50.5),
        ("WM(:99%)", 50.5 - (100 - 99.01) / 100),
    ],
)
def test_a_statistic_of_the_numbers_to_a_hundred(name: str, expected: float) -> None:
    assert told(name, list(range(1, 101))) == pytest.approx(expected, abs=0.011)


@pytest.mark.parametrize("name", ["", "p", "p101", "average", "TM", "TM()", "TM(:)", "XX(1:2)"])
def test_there_is_no_other_one(name: str) -> None:
    assert statistic(name) is None


@given(VALUES)
def test_a_percentile_lies_between_its_neighbours(values: list[int]) -> None:
    median = told("p50", values)
    assert median == pytest.approx(statistics.median(values))
    shares = [told(f"p{share}", values) for share in (0, 10, 50, 90, 99, 100)]
    assert shares == sorted(value for value in shares if value is not None)


@given(VALUES, VALUES)
def test_two_stretches_together_are_as_one(first: list[int], second: list[int]) -> None:
    together, one = Samples.together([samples(first), samples(second)]), samples(first + second)
    assert together
    for name in ("SampleCount", "Sum", "Minimum", "Maximum", "p90"):
        made = statistic(name)
        assert made
        assert made(together) == pytest.approx(made(one))


def test_no_percentile_is_told_of_values_that_nobody_has_told() -> None:
    store = Store()
    store.put_statistics(METRIC, 60.0, {"SampleCount": 2, "Sum": 5, "Minimum": 1, "Maximum": 4})
    found = store.between(METRIC, 60, 120)
    percentile, average = statistic("p50"), statistic("Average")
    assert found
    assert percentile
    assert average
    assert (percentile(found), average(found)) == (None, 2.5)


def test_values_are_in_the_minute_that_they_were_put_in() -> None:
    store = Store()
    for moment in (59.9, 60.0, 119.9, 30.0):
        store.put(METRIC, moment, 1.0)
    counts = {begin: found.count for begin, found in store.windows(METRIC, range(0, 180, 60), 60).items()}
    assert counts == {0: 2, 60: 2}
    assert store.last(METRIC) == 60


def test_a_default_is_the_value_of_a_minute_in_which_nothing_is_put() -> None:
    store = Store()
    store.default(METRIC, 10.0, 0.0)
    store.default(METRIC, 20.0, 0.0)
    store.default(METRIC, 70.0, 0.0)
    store.put(METRIC, 80.0, 5.0)
    store.default(METRIC, 90.0, 0.0)
    found = {begin: (each.count, each.total) for begin, each in store.windows(METRIC, range(0, 120, 60), 60).items()}
    assert found == {0: (1, 0.0), 60: (1, 5.0)}


def test_a_gauge_is_read_at_the_end_of_each_minute_while_it_is_there() -> None:
    store = Store()
    store.gauge(METRIC, Gauge(lambda moment: moment / 60 if moment > 60 else None, "Count", lambda: 250.0))
    found = {begin: each.total for begin, each in store.windows(METRIC, range(0, 600, 60), 60).items()}
    assert found == {60: 2.0, 120: 3.0, 180: 4.0}
    assert store.metrics() == [METRIC]


def test_only_values_of_a_unit_are_told_of_when_it_is_asked_for() -> None:
    store = Store()
    store.put(METRIC, 0.0, 1.0, "Count")
    assert store.between(METRIC, 0, 60, "Seconds") is None
    assert store.between(METRIC, 0, 60, "Count")
