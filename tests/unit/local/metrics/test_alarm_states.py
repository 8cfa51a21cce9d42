"""The tables of AWS's page about missing data, and what holds for any datapoints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.metrics.alarms.states import state_of

KEPT = None
INSUFFICIENT = "INSUFFICIENT_DATA"
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


def points(text: str) -> list[bool | None]:
    return [{"0": False, "X": True, "-": None}[point] for point in text.split()]


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("0 - X - X", ("OK", "OK", "OK", "OK")),
        ("- - - - 0", ("OK", "OK", "OK", "OK")),
        ("- - - - -", (INSUFFICIENT, KEPT, "ALARM", "OK")),
        ("0 X X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("- - X - -", ("ALARM", KEPT, "ALARM", "OK")),
        ("0 - - - -", ("OK", "OK", "OK", "OK")),
        ("X - - - -", ("ALARM", KEPT, "ALARM", "OK")),
        ("- - - - X", (INSUFFICIENT, KEPT, "ALARM", "OK")),
    ],
)
def test_three_of_three(text: str, states: tuple[str | None, ...]) -> None:
    assert tuple(state_of(points(text), 3, 3, each) for each in TREATMENTS) == states


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("0 - X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 0 X 0 X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 - X - -", ("OK", "OK", "ALARM", "OK")),
        ("- - - - 0", ("OK", "OK", "ALARM", "OK")),
        ("- - - X -", ("ALARM", KEPT, "ALARM", "OK")),
    ],
)
def test_two_of_three(text: str, states: tuple[str | None, ...]) -> None:
    assert tuple(state_of(points(text), 3, 2, each) for each in TREATMENTS) == states


@given(
    st.integers(1, 5).flatmap(lambda periods: st.tuples(st.just(periods), st.integers(1, periods))),
    st.lists(st.sampled_from([True, False, None]), min_size=7, max_size=7),
)
def test_missing_datapoints_make_no_difference_when_enough_are_there(
    of: tuple[int, int], found: list[bool | None]
) -> None:
    periods, to_alarm = of
    there = [point for point in found if point is not None]
    states = {state_of(found, periods, to_alarm, each) for each in TREATMENTS}
    if len(there) >= periods:
        assert states == {"ALARM" if sum(there[-periods:]) >= to_alarm else "OK"}
    if sum(there) >= to_alarm and len(there) < periods:
        assert states == {"ALARM"}
