"""Schedule expressions mean the moments that AWS's pages say, whatever clocks do in spring and autumn."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.timetables import ExpressionError, rule_expression, schedule_expression

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def moments(text: str, begin: str, count: int, zone: ZoneInfo | None = None) -> list[str]:
    """The next moments after one that is told as the zone's clocks show it, told in the same way."""
    return list(_moments(text, begin, count, zone or ZoneInfo("UTC")))


def _moments(text: str, begin: str, count: int, zone: ZoneInfo) -> Iterator[str]:
    timetable = schedule_expression(text)
    moment = start = datetime.fromisoformat(begin).replace(tzinfo=zone).timestamp()
    for _ in range(count):
        found = timetable.after(moment, zone, start)
        if found is None:
            return
        yield f"{datetime.fromtimestamp(found, tz=zone):%Y-%m-%d %H:%M %a}"
        moment = found


@pytest.mark.parametrize(
    ("text", "begin", "expected"),
    [
        ("0 2 * * ? *", "2026-01-31 02:00", ["2026-02-01 02:00 Sun", "2026-02-02 02:00 Mon"]),
        ("0/20 8-9 ? * MON-FRI *", "2026-01-30 09:20", ["2026-01-30 09:40 Fri", "2026-02-02 08:00 Mon"]),
        ("15 12 1,15 JAN,7 ? *", "2026-01-02 00:00", ["2026-01-15 12:15 Thu", "2026-07-01 12:15 Wed"]),
        ("0 8 L * ? *", "2026-01-31 09:00", ["2026-02-28 08:00 Sat", "2026-03-31 08:00 Tue"]),
        ("0 8 L 2 ? *", "2026-03-01 00:00", ["2027-02-28 08:00 Sun", "2028-02-29 08:00 Tue"]),
        ("0 8 1W * ? *", "2026-07-31 00:00", ["2026-08-03 08:00 Mon", "2026-09-01 08:00 Tue"]),
        ("0 8 31W * ? *", "2026-05-01 00:00", ["2026-05-29 08:00 Fri", "2026-07-31 08:00 Fri"]),
        ("0 8 LW * ? *", "2026-01-31 00:00", ["2026-02-27 08:00 Fri", "2026-03-31 08:00 Tue"]),
        ("0 8 ? * 6L *", "2026-01-01 00:00", ["2026-01-30 08:00 Fri", "2026-02-27 08:00 Fri"]),
        ("0 8 ? * FRIL *", "2026-01-01 00:00", ["2026-01-30 08:00 Fri", "2026-02-27 08:00 Fri"]),
        ("0 8 ? * L *", "2026-01-01 00:00", ["2026-01-03 08:00 Sat", "2026-01-10 08:00 Sat"]),
        ("0 8 ? * 3#2 *", "2026-01-01 00:00", ["2026-01-13 08:00 Tue", "2026-02-10 08:00 Tue"]),
        ("0 8 ? * 2#5 *", "2026-01-01 00:00", ["2026-03-30 08:00 Mon", "2026-06-29 08:00 Mon"]),
        ("0 0 29 2 ? *", "2026-01-01 00:00", ["2028-02-29 00:00 Tue", "2032-02-29 00:00 Sun"]),
        ("0 0 1 1 ? 2027-2028", "2026-01-01 00:00", ["2027-01-01 00:00 Fri", "2028-01-01 00:00 Sat"]),
        ("0 0 1 1 ? 2025", "2026-01-01 00:00", []),
        ("0 0 30 2 ? *", "2026-01-01 00:00", []),
        ("/30 0 * * ? *", "2026-01-01 00:00", ["2026-01-01 00:30 Thu", "2026-01-02 00:00 Fri"]),
        ("5/30,7 0 ? * 1 *", "2026-01-01 00:00", ["2026-01-04 00:05 Sun", "2026-01-04 00:07 Sun"]),
    ],
)
def test_what_a_cron_expression_means(text: str, begin: str, expected: list[str]) -> None:
    assert moments(f"cron({text})", begin, len(expected) or 1) == expected


def test_a_local_time_that_there_is_not_is_skipped() -> None:
    assert moments("cron(30 2 * * ? *)", "2026-03-28 00:00", 2, BERLIN) == [
        "2026-03-28 02:30 Sat",
        "2026-03-30 02:30 Mon",  # on the 29th clocks go from 02:00 to 03:00
    ]


def test_a_local_time_that_there_is_twice_is_taken_the_first_time() -> None:
    timetable = schedule_expression("cron(30 1 * * ? *)")
    before = datetime(2026, 11, 1, tzinfo=NEW_YORK).timestamp()
    first = timetable.after(before, NEW_YORK, before)
    assert first is not None
    assert datetime.fromtimestamp(first, tz=UTC).hour == 5, "by summer time"
    second = timetable.after(first, NEW_YORK, before)
    assert second is not None
    assert second - first == 25 * 60 * 60


def test_every_minute_of_a_repeated_hour_comes_once() -> None:
    timetable = schedule_expression("cron(* 1 * * ? *)")
    moment = datetime(2026, 11, 1, 0, 59, tzinfo=NEW_YORK).timestamp()
    found = set()
    while (after := timetable.after(moment, NEW_YORK, 0)) is not None and len(found) < 60:
        found.add(f"{datetime.fromtimestamp(after, tz=NEW_YORK):%d %H:%M}")
        moment = after
    assert len(found) == 60
    assert {day for day, _, _ in (item.partition(" ") for item in found)} == {"01"}


def test_a_rate_is_of_days_of_24_hours_from_its_start_on() -> None:
    assert moments("rate(1 day)", "2026-03-28 12:00", 2, BERLIN) == ["2026-03-29 13:00 Sun", "2026-03-30 13:00 Mon"]
    timetable = schedule_expression("rate(5 minutes)")
    assert timetable.after(999.0, UTC, 1_000.0) == 1_000.0, "the first is at the start"
    assert timetable.after(1_000.0, UTC, 1_000.0) == 1_300.0
    assert timetable.after(1_301.0, UTC, 1_000.0) == 1_600.0


def test_once_is_by_the_clocks_of_its_zone() -> None:
    assert moments("at(2026-12-24T18:00:00)", "2026-12-24 12:00", 2, BERLIN) == ["2026-12-24 18:00 Thu"]
    timetable = schedule_expression("at(2026-12-24T18:00:00)")
    assert timetable.after(0, BERLIN, 0) == datetime(2026, 12, 24, 17, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        *("", "0 2 * * ? *", "cron()", "cron(INVALID)", "cron(0 1 * * * *)", "cron(0 1 ? * ? *)", "cron(0 1 * * ?)"),
        *("cron(7 20 * * NOT *)", "cron(0 dummy ? * MON-FRI *)", "cron(71 8 1 * ? *)", "cron(0 24 1 * ? *)"),
        *("cron(0 0 0 * ? *)", "cron(0 0 ? * 0 *)", "cron(0 0 ? * 8 *)", "cron(0 0 ? * 2#6 *)", "cron(0 0 1 13 ? *)"),
        *("cron(0 0 1 1 ? 1969)", "cron(0/0 0 1 * ? *)", "cron(30-10 0 1 * ? *)", "cron(0,, 0 1 * ? *)"),
        *("cron(0/x 0 1 * ? *)", "cron(0 0 32W * ? *)", "cron(0 0 ? * XL *)", "cron(0 0 1 * ? * )x"),
        *(
            "rate(10 seconds)",
            "rate(10 years)",
            "rate(0 minutes)",
            "rate(-1 minutes)",
            "rate(minutes)",
            "rate(1.5 hours)",
        ),
        *("at(2021-12-31)", "at(2021-12-31T23:59:59Z)", "at(2021-13-31T23:59:59)", "at(now)", "every(1 day)"),
    ],
)
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(ExpressionError):
        schedule_expression(text)


@pytest.mark.parametrize("text", ["rate(1 minutes)", "rate(5 minute)", "rate(2 day)", "at(2026-12-24T18:00:00)"])
def test_rules_take_less_than_schedules_do(text: str) -> None:
    assert schedule_expression(text)
    with pytest.raises(ExpressionError):
        rule_expression(text)


@pytest.mark.parametrize("text", ["rate(1 minute)", "rate(5 minutes)", "cron(0 2 * * ? *)"])
def test_what_rules_take(text: str) -> None:
    assert rule_expression(text).after(0, UTC, 0)


@given(
    st.integers(1_770_000_000, 1_850_000_000),
    st.integers(0, 59),
    st.integers(0, 23),
    st.sampled_from([BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")]),
)
def test_the_next_time_is_later_as_told_and_at_most_two_days_away(
    moment: float, minute: int, hour: int, zone: ZoneInfo
) -> None:
    found = schedule_expression(f"cron({minute} {hour} * * ? *)").after(moment, zone, moment)
    assert found is not None
    local = datetime.fromtimestamp(found, tz=zone)
    assert (local.hour, local.minute, local.second) == (hour, minute, 0)
    assert 0 < found - moment <= timedelta(days=2, hours=1).total_seconds()
