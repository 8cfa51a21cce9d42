"""Step three: the figures of each year, from those of its months."""

from collections import Counter
from decimal import Decimal
from typing import Any

from worker import s3, strict_json
from worker.context import Context


def handler(item: dict[str, Any], _context: Context) -> dict[str, dict[str, object]]:
    """The figures of each year, aggregated from the results of all months.

    Args:
        item: ``{"results_uri": "s3://bucket/prefix", "total": 48}``: where the months' results are, and how many.

    Returns:
        By year: ``days``; ``mean_temperature`` (the mean over all days of the middle between a day's highest and lowest
        temperature, in degrees Celsius, rounded to two decimals, half to even); ``highest`` and ``lowest`` temperature
        with its date (the first, if there are several); ``rain_mm``; ``most_frequent_weather`` (the first in the
        alphabet, if several are equally frequent).

    Raises:
        S3Error: the result of a month is missing.
        ValueError: a month appears twice.
    """
    years: dict[str, list[dict[str, Any]]] = {}
    seen: set[str] = set()
    for index in range(item["total"]):
        month: Any = strict_json.parse(s3.read(f"{item['results_uri']}/{index}.json"))
        if month["month"] in seen:
            raise ValueError(f"{month['month']} appears twice in {item['results_uri']}")
        seen.add(month["month"])
        years.setdefault(month["month"][:4], []).append(month)
    return {year: _figures(years[year]) for year in sorted(years)}


def _figures(months: list[dict[str, Any]]) -> dict[str, object]:
    days = sum(month["days"] for month in months)
    tenths = {name: sum(month["sums_in_tenths"][name] for month in months) for name in ("highest", "lowest", "rain")}
    weather: Counter[str] = sum((Counter(month["weather"]) for month in months), Counter())
    return {
        "days": days,
        "mean_temperature": float(round(Decimal(tenths["highest"] + tenths["lowest"]) / (20 * days), 2)),
        "highest": min((m["highest"] for m in months), key=lambda day: (-day["temperature"], day["date"])),
        "lowest": min((m["lowest"] for m in months), key=lambda day: (day["temperature"], day["date"])),
        "rain_mm": tenths["rain"] / 10,
        "most_frequent_weather": min(weather, key=lambda kind: (-weather[kind], kind)),
    }
