"""Round numbers beside an axis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.runs.report.scales import Scale, duration, ticks, time_ticks


@given(st.floats(1e-3, 1e7), st.integers(2, 12))
def test_ticks_are_few_even_and_inside(high: float, at_most: int) -> None:
    for made in (ticks(high, at_most), time_ticks(high, at_most)):
        assert made[0] == 0
        assert made[-1] <= high * (1 + 1e-9)
        assert len(made) <= at_most + 1


@pytest.mark.parametrize(
    ("high", "expected"),
    [(4, [0, 1, 2, 3, 4]), (20, [0, 5, 10, 15, 20]), (0.9, [0, 0.2, 0.4, 0.6, 0.8]), (0, [0])],
)
def test_ticks_of_vcpus(high: float, expected: list[float]) -> None:
    assert ticks(high, 5) == expected


def test_long_times_are_in_minutes_and_hours() -> None:
    assert time_ticks(600, 8) == [0, 120, 240, 360, 480, 600]
    assert time_ticks(4 * 3600, 8) == [1800.0 * number for number in range(9)]


def test_a_scale_without_a_span_stays_at_its_start() -> None:
    assert Scale(3, 3, 10, 90)(3) == 10
    assert Scale(0, 4, 100, 0)(1) == 75


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0"),
        (0.25, "250 ms"),
        (4.2, "4.2 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (7200, "2 h"),
        (7500, "2 h 5 min"),
    ],
)
def test_durations_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text
