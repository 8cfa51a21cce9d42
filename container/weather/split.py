"""Step one: the data set, split into one file per month."""

from typing import Any

from weather.days import Day, read_days, write_days
from worker import s3
from worker.context import Context


def handler(item: dict[str, Any], _context: Context) -> list[dict[str, str]]:
    """Write one CSV file per month and name them: the items of the fan-out, in the order of time.

    Args:
        item: ``{"dataset": "s3://bucket/weather.csv", "years": [2012, ...], "months_uri": "s3://bucket/prefix"}``.

    Returns:
        ``[{"month": "2012-01", "uri": "s3://bucket/prefix/2012-01.csv"}, ...]``.

    Raises:
        ValueError: the data set has no day of a requested year, or has a row that cannot be read.
    """
    months: dict[str, list[Day]] = {}
    for day in read_days(s3.read(item["dataset"])):
        if day.date.year in item["years"]:
            months.setdefault(day.month, []).append(day)
    missing = sorted(set(item["years"]) - {int(month[:4]) for month in months})
    if missing:
        raise ValueError(f"{item['dataset']} has no data of {', '.join(map(str, missing))}")
    prefix = item["months_uri"].rstrip("/")
    return [_written(month, months[month], prefix) for month in sorted(months)]


def _written(month: str, days: list[Day], prefix: str) -> dict[str, str]:
    uri = f"{prefix}/{month}.csv"
    s3.write(uri, write_days(days))
    return {"month": month, "uri": uri}
