"""The days that a cron expression means: of a month, or of a week.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date

from constructs_lib.local.timetables.fields import Field

Days = Callable[[date], bool]
"""Whether a day is meant."""

_MONTH = Field(1, 31)
_WEEK = Field(1, 7, {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)})
_SATURDAY, _SUNDAY = 7, 1
_NEAREST = re.compile(r"(\d+|L)W", re.IGNORECASE)
_NTH = re.compile(r"(\w+)#([1-5])")
_LAST = re.compile(r"(\w+)L", re.IGNORECASE)


def days_of_month(text: str) -> Days:
    """The days that a text such as ``1,15``, ``L`` or ``3W`` means.

    Raises:
        FieldError: it means none.
    """
    if text.upper() == "L":
        return lambda day: day.day == _length(day)
    if nearest := _NEAREST.fullmatch(text):
        wanted = None if nearest[1].upper() == "L" else _MONTH.number(nearest[1])
        return lambda day: day.day == _nearest_weekday(day, wanted or _length(day))
    numbers = _MONTH.numbers(text)
    return lambda day: day.day in numbers


def days_of_week(text: str) -> Days:
    """The days that a text such as ``MON-FRI``, ``6L`` (the last Friday) or ``3#2`` (the second Tuesday) means.

    Raises:
        FieldError: it means none.
    """
    if text.upper() == "L":
        return lambda day: _number(day) == _SATURDAY
    if nth := _NTH.fullmatch(text):
        number, count = _WEEK.number(nth[1]), int(nth[2])
        return lambda day: _number(day) == number and (day.day + 6) // 7 == count
    if last := _LAST.fullmatch(text):
        of_last = _WEEK.number(last[1])
        return lambda day: _number(day) == of_last and day.day > _length(day) - 7
    numbers = _WEEK.numbers(text)
    return lambda day: _number(day) in numbers


def _number(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _nearest_weekday(month: date, wanted: int) -> int:
    """The day from Monday to Friday that is nearest to one of a month, and in the same month; 0 if that day is none."""
    length = _length(month)
    if wanted > length:
        return 0
    number = _number(month.replace(day=wanted))
    if number == _SATURDAY:
        return wanted - 1 if wanted > 1 else wanted + 2
    if number == _SUNDAY:
        return wanted + 1 if wanted < length else wanted - 2
    return wanted
