"""Schedule expressions: ``cron(…)``, ``rate(…)`` and ``at(…)``.

Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html and, for rules,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from constructs_lib.local.timetables.cron import Cron
from constructs_lib.local.timetables.fields import FieldError

_FORM = re.compile(r"(cron|rate|at)\((.*)\)")
_RATE = re.compile(r"(\d+) +(minute|hour|day)(s?)")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_SECONDS = {"minute": 60, "hour": 60 * 60, "day": 24 * 60 * 60}


class ExpressionError(ValueError):
    """A text is no schedule expression."""


class Timetable(Protocol):
    """When a schedule is due."""

    def after(self, moment: float, zone: tzinfo, start: float) -> float | None:
        """The first moment after another one, in seconds since the epoch; None if there is none.

        Args:
            moment: in seconds since the epoch.
            zone: whose clocks are meant.
            start: from when it counts, in seconds since the epoch.
        """


@dataclass(frozen=True, slots=True)
class Rate:
    """Again and again, after the same time, from the start on, whatever clocks do in spring.

    Args:
        seconds: the time.
    """

    seconds: int

    def after(self, moment: float, zone: tzinfo, start: float) -> float | None:
        """See `Timetable`."""
        del zone
        if moment < start:
            return start
        return start + self.seconds * ((moment - start) // self.seconds + 1)


@dataclass(frozen=True, slots=True)
class At:
    """Once.

    Args:
        local: the time on the clocks of the zone.
    """

    local: datetime

    def after(self, moment: float, zone: tzinfo, start: float) -> float | None:
        """See `Timetable`."""
        del start
        found = self.local.replace(tzinfo=zone).timestamp()
        return found if found > moment else None


@dataclass(frozen=True, slots=True)
class _OfCron:
    cron: Cron

    def after(self, moment: float, zone: tzinfo, start: float) -> float | None:
        del start
        return self.cron.after(moment, zone)


def schedule_expression(text: str) -> Timetable:
    """Read the expression of a schedule of EventBridge Scheduler.

    Raises:
        ExpressionError: it is none.
    """
    return _read(text, {"cron": _cron, "rate": _rate, "at": _at})


def rule_expression(text: str) -> Timetable:
    """Read the expression of a rule: its unit is plural except for 1, and none is for once.

    Raises:
        ExpressionError: it is none.
    """
    return _read(text, {"cron": _cron, "rate": _strict_rate})


def _read(text: str, forms: dict[str, Callable[[str], Timetable]]) -> Timetable:
    found = _FORM.fullmatch(text)
    if found is None or found[1] not in forms:
        raise ExpressionError(text)
    try:
        return forms[found[1]](found[2])
    except FieldError:
        raise ExpressionError(text) from None


def _cron(text: str) -> Timetable:
    return _OfCron(Cron(text))


def _rate(text: str) -> Timetable:
    found = _RATE.fullmatch(text)
    if found is None or not int(found[1]):
        raise FieldError(text)
    return Rate(int(found[1]) * _SECONDS[found[2]])


def _strict_rate(text: str) -> Timetable:
    rate = _rate(text)
    is_one = text.partition(" ")[0].lstrip("0") == "1"
    if is_one == text.endswith("s"):
        raise FieldError(text)
    return rate


def _at(text: str) -> Timetable:
    if not _AT.fullmatch(text):
        raise FieldError(text)
    try:
        return At(datetime.fromisoformat(text))
    except ValueError:
        raise FieldError(text) from None
