"""Schedules as text: what EventBridge Scheduler takes passes, what it refuses is refused in words that mend it."""

import re
from datetime import datetime, timedelta

import pytest
from aws_cdk import App, Stack
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import ConfigurationError
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.triggers.schedule_texts import check_schedule, check_time_zone

PLACE = ArgumentPath("ScheduleTrigger", Stack(App(analytics_reporting=False), "Stack"), "Nightly", "schedule")

# From https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html and
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
OF_THE_PAGES = [
    "rate(5 minutes)",
    "rate(1 hour)",
    "rate(1 hours)",
    "rate(30 days)",
    "cron(15 10 ? * 6L 2019-2022)",
    "cron(0 10 * * ? *)",
    "cron(15 12 * * ? *)",
    "cron(0 18 ? * MON-FRI *)",
    "cron(0 8 1 * ? *)",
    "cron(0/10 * ? * MON-FRI *)",
    "cron(0/5 8-17 ? * MON-FRI *)",
    "cron(0 9 ? * 2#1 *)",
    "cron(0 0 ? * THU#5 *)",
    "cron(0 0 L * ? *)",
    "cron(0 0 LW * ? *)",
    "cron(0 0 3W * ? *)",
    "cron(0 0 L-2 * ? *)",
    "cron(0 20 ? JAN,JUL SUN 2027/2)",
    "cron(30 0 1,15 */3 ? *)",
    "at(2022-11-20T13:00:00)",
    "at(2028-02-29T23:59:59)",
]
# Text, what the message names, and the words that mend it.
REFUSED = {
    "": ("''", "rate(1 day)"),
    "daily": ("'daily'", "rate(1 day)"),
    "0 3 * * *": ("'0 3 * * *'", "'cron(0 3 * * ? *)'"),
    "0 3 1 * *": ("'0 3 1 * *'", "'cron(0 3 1 * ? *)'"),
    "0 3 * * MON-FRI": ("'0 3 * * MON-FRI'", "'cron(0 3 ? * MON-FRI *)'"),
    "0 3 * * ? *": ("'0 3 * * ? *'", "'cron(0 3 * * ? *)'"),
    " cron(0 3 * * ? *) ": ("a schedule is", "Write 'cron(0 3 * * ? *)'"),
    "CRON( 0 3 * * ? * )": ("a schedule is", "Write 'cron(0 3 * * ? *)'"),
    "rate(0 minutes)": ("'rate(0 minutes)'", "'rate(5 minutes)'"),
    "rate(-1 days)": ("'rate(-1 days)'", "'rate(5 minutes)'"),
    "rate(1.5 hours)": ("'rate(1.5 hours)'", "'rate(5 minutes)'"),
    "rate(30 seconds)": ("'rate(30 seconds)'", "'rate(5 minutes)'"),
    "rate(1 week)": ("'rate(1 week)'", "'rate(5 minutes)'"),
    "Rate(1 day)": ("'Rate(1 day)'", "rate(1 day)"),
    "cron(0 3 * * *)": ("with 5 fields", "'cron(0 3 * * ? *)'"),
    "cron()": ("with 0 fields", "cron(0 3 * * ? *)"),
    "cron(0 3 * * * *)": ("'*' as the day of the month and '*' as that of the week", "'cron(0 3 * * ? *)'"),
    "cron(0 3 * * MON *)": ("and 'MON' as that of the week", "'cron(0 3 ? * MON *)'"),
    "cron(0 3 1 * MON *)": ("'1' as the day of the month", "'cron(0 3 1 * ? *)'"),
    "cron(0 3 ? * ? *)": ("'?' as the day of the month", "'cron(0 3 * * ? *)'"),
    "cron(60 3 * * ? *)": ("'60' as the minute", "0-59"),
    "cron(0 24 * * ? *)": ("'24' as the hour", "0-23"),
    "cron(0 3 32 * ? *)": ("'32' as the day of the month", "1-31"),
    "cron(0 3 0 * ? *)": ("'0' as the day of the month", "1-31"),
    "cron(0 3 * 13 ? *)": ("'13' as the month", "1-12 or JAN-DEC"),
    "cron(0 3 ? * 0 *)": ("'0' as the day of the week", "1-7 or SUN-SAT"),
    "cron(0 3 ? * MON#6 *)": ("'MON#6' as the day of the week", "1-7"),
    "cron(0 3 * * ? 1969)": ("'1969' as the year", "1970-2199"),
    "cron(5-1 3 * * ? *)": ("'5-1' as the minute", "0-59"),
    "cron(0/0 3 * * ? *)": ("'0/0' as the minute", "0-59"),
    "cron(? 3 * * ? *)": ("'?' as the minute", "Write * for any"),
    "cron(0,, 3 * * ? *)": ("'0,,' as the minute", "0-59"),
    "at(2027-01-31)": ("'at(2027-01-31)'", "'at(2027-01-31T03:00:00)'"),
    "at(2027-02-29T03:00:00)": ("'at(2027-02-29T03:00:00)'", "a day and a second that exist"),
    "at(2027-01-31T24:00:00)": ("'at(2027-01-31T24:00:00)'", "a day and a second that exist"),
    "at(2027-01-31T03:00:00Z)": ("this one has Z", "'at(2027-01-31T03:00:00)'"),
    "at(2027-01-31T03:00:00+02:00)": ("this one has +02:00", "pass the zone as time_zone"),
    "at(2027-01-31 03:00:00)": ("'at(2027-01-31 03:00:00)'", "yyyy-mm-ddThh:mm:ss"),
    "at(2027-01-31T03:00:00.5)": ("'at(2027-01-31T03:00:00.5)'", "yyyy-mm-ddThh:mm:ss"),
}


@pytest.mark.parametrize("text", OF_THE_PAGES)
def test_what_the_pages_of_aws_show_passes(text: str) -> None:
    check_schedule(PLACE, text)


@pytest.mark.parametrize("text", REFUSED)
def test_what_aws_refuses_is_refused_with_what_mends_it(text: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        check_schedule(PLACE, text)
    got, told = REFUSED[text]
    assert got in str(refused.value)
    assert told in str(refused.value)
    assert refused.value.where == "ScheduleTrigger 'Stack/Nightly' schedule"


def test_what_mends_a_schedule_is_itself_right() -> None:
    for text in REFUSED:
        with pytest.raises(ConfigurationError) as refused:
            check_schedule(PLACE, text)
        for better in re.findall(r"'((?:cron|rate|at)\([^']*\))'", refused.value.fix):
            check_schedule(PLACE, better)


def numbers(lowest: int, highest: int) -> st.SearchStrategy[str]:
    """The parts of a field, as lists of numbers, ranges and steps."""
    number = st.integers(lowest, highest)
    a_range = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    step = st.tuples(st.one_of(number.map(str), st.just("*"), a_range), st.integers(1, 9)).map("{0[0]}/{0[1]}".format)
    return st.lists(st.one_of(number.map(str), a_range, step), min_size=1, max_size=3).map(",".join) | st.just("*")


DAYS = st.one_of(
    st.tuples(numbers(1, 31), st.just("?")),
    st.tuples(st.just("?"), numbers(1, 7)),
)


@given(numbers(0, 59), numbers(0, 23), DAYS, numbers(1, 12), numbers(1970, 2199))
def test_every_cron_expression_in_range_passes(
    minute: str, hour: str, days: tuple[str, str], month: str, year: str
) -> None:
    check_schedule(PLACE, f"cron({minute} {hour} {days[0]} {month} {days[1]} {year})")


@given(st.integers(0, 5), st.integers(-5, 3000))
def test_a_number_out_of_its_range_is_refused_in_every_field(at: int, number: int) -> None:
    fields = ["0", "0", "1", "*", "?", "*"]
    if at == 4:
        fields[2:5] = ["?", "*", "1"]
    lowest, highest = [(0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199)][at]
    fields[at] = str(number)
    text = f"cron({' '.join(fields)})"
    if lowest <= number <= highest:
        check_schedule(PLACE, text)
    else:
        with pytest.raises(ConfigurationError, match="TRIG002"):
            check_schedule(PLACE, text)


@given(st.integers(1, 10**6), st.sampled_from(["minute", "minutes", "hour", "hours", "day", "days"]))
def test_every_whole_rate_passes(value: int, unit: str) -> None:
    check_schedule(PLACE, f"rate({value} {unit})")


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31)), st.sampled_from(["Z", "+00:00", "-0500"]))  # noqa: DTZ001 - without a zone
def test_a_time_passes_without_an_offset_and_not_with_one(time: datetime, offset: str) -> None:
    text = (time - timedelta(microseconds=time.microsecond)).isoformat()
    check_schedule(PLACE, f"at({text})")
    with pytest.raises(ConfigurationError, match=re.escape(f"Write 'at({text})'")):
        check_schedule(PLACE, f"at({text}{offset})")


@given(st.text(max_size=40))
def test_any_text_is_right_or_refused_and_never_a_traceback(text: str) -> None:
    for whole in (text, f"cron({text})", f"at({text})", f"rate({text})"):
        try:
            check_schedule(PLACE, whole)
        except ConfigurationError as error:
            assert error.code in {"TRIG001", "TRIG002"}  # noqa: PT017 - it may be right, too


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", None, "${Token[Zone.1]}"])
def test_names_of_time_zones_and_tokens_pass(name: str | None) -> None:
    check_time_zone(PLACE, name)


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Berlin", "'Europe/Berlin'"),
        ("new york", "'America/New_York'"),
        ("CEST", "'Europe/Berlin'"),
        ("+02:00", "such"),
    ],
)
def test_another_name_is_refused_with_one_that_is_meant(name: str, better: str) -> None:
    with pytest.raises(ConfigurationError, match=better) as refused:
        check_time_zone(PLACE, name)
    assert refused.value.code == "TRIG003"
