"""Bars over vCPUs: none overlap, none float, and the steps add up."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.runs.report.bars import Bar
from constructs_lib.local.runs.report.layout import held, stacked, waiting


def bar(number: int, began: int, length: int, vcpus: float) -> Bar:
    return Bar(f"job-{number}", "name", "queue", 1, vcpus, began - 1, began, began + length, "succeeded", "")


BARS = st.lists(
    st.tuples(st.integers(1, 30), st.integers(1, 10), st.sampled_from([0.25, 1.0, 2.0, 4.0])), max_size=25
).map(lambda items: [bar(number, *item) for number, item in enumerate(items)])


@given(BARS)
def test_no_two_attempts_hold_the_same_vcpu_at_the_same_time(bars: list[Bar]) -> None:
    placed, height = stacked(bars)
    assert len(placed) == len(bars)
    for one, other in combinations(placed, 2):
        same_time = one.bar.began < other.bar.stopped and other.bar.began < one.bar.stopped
        same_vcpus = one.offset < other.offset + other.bar.vcpus and other.offset < one.offset + one.bar.vcpus
        assert not (same_time and same_vcpus)
    assert height >= max((vcpus for _, vcpus in held(bars)), default=0)


@given(BARS)
def test_every_wait_and_every_vcpu_is_given_back(bars: list[Bar]) -> None:
    for series in (held(bars), waiting(bars)):
        assert all(value >= 0 for _, value in series)
        assert not series or series[-1][1] == 0


def test_equal_attempts_one_after_the_other_share_one_row() -> None:
    placed, height = stacked([bar(0, 1, 5, 2), bar(1, 6, 5, 2)])
    assert [item.offset for item in placed] == [0, 0]
    assert height == 2


def test_how_many_wait() -> None:
    series = waiting(
        [Bar("a", "n", "q", 1, 1, 0, 4, 5, "succeeded", ""), Bar("b", "n", "q", 0, 1, 2, None, 9, "waiting", "")]
    )
    assert series == [(0, 1), (2, 2), (4, 1), (9, 0)]
