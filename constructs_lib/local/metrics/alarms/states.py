"""Which state the datapoints of an alarm give it, also where some are missing.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from collections.abc import Sequence
from typing import Final

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"
MISSING, IGNORE, BREACHING, NOT_BREACHING = "missing", "ignore", "breaching", "notBreaching"

MORE: Final = 2
"""So many more datapoints than the evaluation periods are looked at."""


def state_of(points: Sequence[bool | None], periods: int, to_alarm: int, missing: str) -> str | None:
    """The state by the datapoints of the evaluation range.

    Args:
        points: whether each is breaching, the oldest first; None for those that are missing.
        periods: the evaluation periods.
        to_alarm: how many have to be breaching.
        missing: how those that are missing are treated.

    Returns:
        None: the alarm stays as it is.
    """
    there = [point for point in points if point is not None]
    if len(there) >= periods:
        return _by(sum(there[-periods:]), to_alarm)
    breaching = sum(there)
    if missing == BREACHING:
        return _by(breaching + periods - len(there), to_alarm)
    if missing == NOT_BREACHING or breaching >= to_alarm or breaching < len(there):
        return _by(breaching, to_alarm)
    if missing == IGNORE:
        return None
    # All that are there are breaching. If the oldest is so old that an alarm could be due by now, it is.
    is_old = bool(there) and len(points) - list(points).index(True) >= to_alarm
    return ALARM if is_old else INSUFFICIENT_DATA


def _by(breaching: int, to_alarm: int) -> str:
    return ALARM if breaching >= to_alarm else OK
