"""Times cut to periods: by ``bin(5m)``, ``datefloor(@timestamp, 1d)``, ``dateceil``."""

from datetime import UTC, datetime
from typing import Any, Final

from constructs_lib.local.logs.insights.values import Moment, number

_DAY: Final = 86_400_000
_UNITS: Final = {
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 1),
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1000),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60_000),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3_600_000),
    **dict.fromkeys(("d", "day", "days"), _DAY),
    **dict.fromkeys(("w", "wk", "week", "weeks"), 7 * _DAY),
}
_MONTHS: Final = {
    **dict.fromkeys(("mo", "mon", "month", "months"), 1),
    **dict.fromkeys(("q", "qtr", "quarter", "quarters"), 3),
    **dict.fromkeys(("y", "yr", "year", "years"), 12),
}
_YEAR, _EPOCH_DAY = 12, 3 * _DAY
"""The first day of weeks is Monday, and the first one of all was a Thursday."""


class Period:
    """A period.

    Args:
        count: how many units it has.
        unit: such as ``m``.

    Raises:
        KeyError: there is no such unit.
    """

    def __init__(self, count: int, unit: str) -> None:
        if unit not in _UNITS and unit not in _MONTHS:
            raise KeyError(unit)
        self._months = count * _MONTHS.get(unit, 0)
        self._milliseconds = count * _UNITS.get(unit, 0)
        self._shift = _EPOCH_DAY if unit.startswith("w") else 0
        if count < 1:
            raise KeyError(unit)

    def floor(self, value: Any) -> Moment | None:
        """The beginning of the period that a time is in."""
        own = number(value)
        if own is None:
            return None
        if not self._months:
            return Moment((own + self._shift) // self._milliseconds * self._milliseconds - self._shift)
        moment = datetime.fromtimestamp(own / 1000, tz=UTC)
        months = (moment.year * _YEAR + moment.month - 1) // self._months * self._months
        return _month(months)

    def ceil(self, value: Any) -> Moment | None:
        """The end of the period that a time is in; a beginning is its own end."""
        begin, own = self.floor(value), number(value)
        if begin is None or own == begin:
            return begin
        if not self._months:
            return Moment(begin + self._milliseconds)
        moment = datetime.fromtimestamp(begin / 1000, tz=UTC)
        return _month(moment.year * _YEAR + moment.month - 1 + self._months)


def _month(months: int) -> Moment:
    year, month = divmod(months, _YEAR)
    return Moment(datetime(year, month + 1, 1, tzinfo=UTC).timestamp() * 1000)
