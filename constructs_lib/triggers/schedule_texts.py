"""Schedules as text: what EventBridge Scheduler reads, checked before it refuses it.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import available_timezones

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule

_CALL: Final = re.compile(r"(rate|cron|at)\((.*)\)", re.DOTALL)
_RATE: Final = re.compile(r"([1-9]\d*) +(minute|hour|day)s?")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_OFFSET: Final = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
_UNIX_FIELDS: Final = 5

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
"""In the order of their numbers, from 1."""


@dataclass(frozen=True)
class _Field:
    """A field of a cron expression: its name, its numbers, and what else may stand in it."""

    name: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()
    special: str = r"(?!)"
    """What has a form of its own, as a pattern."""

    def takes(self, text: str) -> bool:
        """Whether each part between commas is a value, a range, a step or a form of its own."""
        return all(self._part(part) for part in text.split(","))

    @property
    def expected(self) -> str:
        """The values, for a message."""
        also = f" or {self.names[0]}-{self.names[-1]}" if self.names else ""
        return f"{self.lowest}-{self.highest}{also}"

    def _part(self, part: str) -> bool:
        if re.fullmatch(self.special, part):
            return True
        what, slash, step = part.partition("/")
        if slash and not (step.isdecimal() and int(step) > 0):
            return False
        first, dash, last = what.partition("-")
        if not dash:
            return what == "*" or self._number(what) is not None
        low, high = self._number(first), self._number(last)
        return low is not None and high is not None and low <= high

    def _number(self, text: str) -> int | None:
        if text.upper() in self.names:
            return self.names.index(text.upper()) + 1
        number = int(text) if text.isdecimal() and text.isascii() else -1
        return number if self.lowest <= number <= self.highest else None


_DAY_OF_MONTH: Final = _Field("day of the month", 1, 31, special=r"L|L-([1-9]|[12]\d|30)|LW|([1-9]|[12]\d|3[01])W")
_DAY_OF_WEEK: Final = _Field(
    "day of the week", 1, 7, _DAYS, special=r"(?i:L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))"
)
_FIELDS: Final = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _DAY_OF_MONTH,
    _Field("month", 1, 12, _MONTHS),
    _DAY_OF_WEEK,
    _Field("year", 1970, 2199),
)


def check_schedule(place: ArgumentPath, text: str) -> None:
    """Refuse text that is no rate, cron or at expression, or one that never comes."""
    if not resolved(text):
        return
    call = _CALL.fullmatch(text)
    if call is None:
        raise Rule.SCHEDULE.error(
            place,
            got=repr(text),
            expected="a schedule is rate(value unit), cron(six fields) or at(yyyy-mm-ddThh:mm:ss)",
            fix=_instead(text),
        )
    _CHECKS[call[1]](place, text, call[2])


def check_time_zone(place: ArgumentPath, name: str | None) -> None:
    """Refuse a name that is in no database of time zones."""
    if name is None or not resolved(name):
        return
    known = available_timezones()
    if known and name not in known:
        raise Rule.TIME_ZONE.error(
            place,
            got=repr(name),
            expected="a time zone has a name of the IANA database",
            fix=_named_like(name, known),
        )


def _check_rate(place: ArgumentPath, text: str, inside: str) -> None:
    if not _RATE.fullmatch(inside.strip()):
        raise Rule.SCHEDULE.error(
            place,
            got=repr(text),
            expected="a rate is a whole number, 1 or more, of minutes, hours or days",
            fix="Write it as in 'rate(5 minutes)' or 'rate(1 day)'.",
        )


def _check_time(place: ArgumentPath, text: str, inside: str) -> None:
    inside = inside.strip()
    offset = _OFFSET.search(inside)
    if offset and _TIME.fullmatch(inside.removesuffix(offset[0])):
        raise Rule.SCHEDULE.error(
            place,
            got=repr(text),
            expected=f"EventBridge Scheduler reads a time without an offset, and this one has {offset[0]}",
            fix=f"Write 'at({inside.removesuffix(offset[0])})', and pass the zone as time_zone.",
        )
    if not (_TIME.fullmatch(inside) and _is_time(inside)):
        raise Rule.SCHEDULE.error(
            place,
            got=repr(text),
            expected="a time is a day and a second that exist, as yyyy-mm-ddThh:mm:ss",
            fix="Write it as in 'at(2027-01-31T03:00:00)'.",
        )


def _check_cron(place: ArgumentPath, text: str, inside: str) -> None:
    given = inside.split()
    if len(given) != len(_FIELDS):
        raise Rule.CRON_FIELDS.error(
            place,
            got=f"{text!r}, with {len(given)} fields",
            expected="a cron expression has six: minute, hour, day of the month, month, day of the week, year",
            fix=_instead(inside),
        )
    for one, value in zip(_FIELDS, given, strict=True):
        is_day = one in (_DAY_OF_MONTH, _DAY_OF_WEEK)
        if not one.takes(value) and not (is_day and value == "?"):
            raise Rule.CRON_FIELDS.error(
                place,
                got=f"{value!r} as the {one.name} in {text!r}",
                expected=f"it is {one.expected}, or a list, a range or a step of these",
                fix=_FIX.get(value, "Write a value in this range, or * for any."),
            )
    _check_days(place, text, given)


def _check_days(place: ArgumentPath, text: str, given: list[str]) -> None:
    of_month, of_week = given[2], given[4]
    if (of_month == "?") == (of_week == "?"):
        both = "?" if of_month == "?" else "*" if "*" in (of_month, of_week) else None
        days = ["?", of_week] if of_month == "*" != of_week else [of_month, "?"]
        days = ["*", "?"] if both == "?" else days
        better = " ".join([*given[:2], days[0], given[3], days[1], given[5]])
        raise Rule.CRON_FIELDS.error(
            place,
            got=f"{of_month!r} as the day of the month and {of_week!r} as that of the week in {text!r}",
            expected="one of them says which days, and the other one is ?",
            fix=f"Write 'cron({better})'.",
        )


def _instead(text: str) -> str:
    """What somebody may have meant by text that is no schedule: five fields are those of Unix."""
    fields = text.split()
    if len(fields) == _UNIX_FIELDS and all(re.fullmatch(r"[\w*/,?#-]+", each) for each in fields):
        minute, hour, of_month, month, of_week = fields
        if of_week == "*" or of_month != "*":
            return f"Write 'cron({minute} {hour} {of_month} {month} ? *)'."
        return f"Write 'cron({minute} {hour} ? {month} {of_week} *)', where Sunday is 1 or SUN."
    bare = re.sub(r"^cron\((.*)\)$", r"\1", " ".join(fields), flags=re.IGNORECASE)
    if len(bare.split()) == len(_FIELDS) and "(" not in bare:
        return f"Write 'cron({bare.strip()})'."
    return "Write it as in 'rate(1 day)', 'cron(0 3 * * ? *)' or 'at(2027-01-31T03:00:00)'."


def _named_like(name: str, known: set[str]) -> str:
    wanted = name.replace(" ", "_").rpartition("/")[2].casefold()
    like = sorted(each for each in known if wanted and each.rpartition("/")[2].casefold() == wanted)
    return f"Pass {like[0]!r}." if like else "Pass a name such as 'Europe/Berlin'."


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


_FIX: Final = {"?": "Write * for any; only the day of the month or of the week may be ?."}
_CHECKS: Final[Mapping[str, Callable[[ArgumentPath, str, str], None]]] = {
    "rate": _check_rate,
    "cron": _check_cron,
    "at": _check_time,
}
