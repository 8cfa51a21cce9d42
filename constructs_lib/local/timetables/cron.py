"""Cron expressions of six fields, in a time zone.

In spring a local time that there is not is skipped; in autumn one that there is twice is taken the first time.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from constructs_lib.local.timetables.days import days_of_month, days_of_week
from constructs_lib.local.timetables.fields import Field, FieldError

_FIELDS: Final = 6
_MINUTES, _HOURS, _YEARS = Field(0, 59), Field(0, 23), Field(1970, 2199)
_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = Field(1, 12, {name: number for number, name in enumerate(_NAMES, 1)})
_DAY = timedelta(days=1)


class Cron:
    """The moments that ``cron(minutes hours day-of-month month day-of-week year)`` means.

    Args:
        text: what is in the brackets.

    Raises:
        FieldError: a field is none, or of both days neither or each is ``?``.
    """

    def __init__(self, text: str) -> None:
        words = text.split()
        if len(words) != _FIELDS:
            raise FieldError(text)
        minutes, hours, of_month, months, of_week, years = words
        if (of_month == "?") == (of_week == "?"):
            raise FieldError(text)
        self._minutes = sorted(_MINUTES.numbers(minutes))
        self._hours = sorted(_HOURS.numbers(hours))
        self._months = _MONTHS.numbers(months)
        self._years = _YEARS.numbers(years)
        self._is_day = days_of_week(of_week) if of_month == "?" else days_of_month(of_month)

    def after(self, moment: float, zone: tzinfo) -> float | None:
        """The first moment after another one, in seconds since the epoch; None if there is none.

        Args:
            moment: in seconds since the epoch.
            zone: whose clocks are meant.
        """
        begin = datetime.fromtimestamp(moment, tz=zone)
        for day in self._days(begin.date()):
            for hour in self._hours:
                if day == begin.date() and hour < begin.hour:
                    continue
                for minute in self._minutes:
                    found = _moment(day, hour, minute, zone)
                    if found is not None and found > moment:
                        return found
        return None

    def _days(self, first: date) -> Iterator[date]:
        day = max(first, date(min(self._years), 1, 1))
        end = max(self._years)
        while day.year <= end:
            if day.year not in self._years or day.month not in self._months:
                day = (day.replace(day=1) + 31 * _DAY).replace(day=1)
                continue
            if self._is_day(day):
                yield day
            day += _DAY


def _moment(day: date, hour: int, minute: int, zone: tzinfo) -> float | None:
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    there = local.astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        return None  # clocks jump over it
    return there.timestamp()
