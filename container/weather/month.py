"""Step two, once per month: the figures of a month that suffice for those of a year."""

from collections import Counter
from typing import Any

from weather.days import read_days
from worker import s3
from worker.context import Context


def handler(item: dict[str, Any], _context: Context) -> dict[str, object]:
    """The figures of one month.

    Args:
        item: ``{"month": "2012-01", "uri": "s3://bucket/prefix/2012-01.csv"}``.

    Returns:
        ``days``; ``sums_in_tenths`` of highest and lowest temperatures and of rain; the ``highest`` and ``lowest``
        temperature with its first date; the number of days of each kind of ``weather``.

    Raises:
        ValueError: the file is empty or has a day of another month.
    """
    days = list(read_days(s3.read(item["uri"])))
    if {day.month for day in days} != {item["month"]}:
        raise ValueError(f"{item['uri']} must have days of {item['month']} and of no other month")
    hottest = min(days, key=lambda day: (-day.highest, day.date))
    coldest = min(days, key=lambda day: (day.lowest, day.date))
    return {
        "month": item["month"],
        "days": len(days),
        "sums_in_tenths": {
            "highest": sum(day.highest for day in days),
            "lowest": sum(day.lowest for day in days),
            "rain": sum(day.rain for day in days),
        },
        "highest": {"temperature": hottest.highest / 10, "date": hottest.date.isoformat()},
        "lowest": {"temperature": coldest.lowest / 10, "date": coldest.date.isoformat()},
        "weather": dict(sorted(Counter(day.weather for day in days).items())),
    }
