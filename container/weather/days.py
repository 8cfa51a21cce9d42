"""One day's measurements, as the data set has them."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

COLUMNS = ("date", "precipitation", "temp_max", "temp_min", "wind", "weather")


class Day:
    """A row of the data set: temperatures in tenths of a degree Celsius, rain in tenths of a millimetre.

    Raises:
        ValueError: a column is missing, or is not a date or a number with at most one decimal.
    """

    def __init__(self, row: dict[str, str]) -> None:
        missing = [name for name in COLUMNS if not row.get(name)]
        if missing:
            raise ValueError(f"a row without {', '.join(missing)}: {row}")
        self.row = row
        self.date = date.fromisoformat(row["date"].replace("/", "-"))
        self.rain = _tenths(row["precipitation"])
        self.highest = _tenths(row["temp_max"])
        self.lowest = _tenths(row["temp_min"])
        self.weather = row["weather"]

    @property
    def month(self) -> str:
        """The day's month, as in ``2012-01``."""
        return self.date.isoformat()[:7]


def read_days(content: bytes) -> Iterator[Day]:
    """The days of a CSV file with a header line."""
    return map(Day, csv.DictReader(io.StringIO(content.decode(), newline="")))


def write_days(days: list[Day]) -> bytes:
    """A CSV file of days, each row as it was read."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(day.row for day in days)
    return text.getvalue().encode()


def _tenths(text: str) -> int:
    try:
        tenths = Decimal(text) * 10
        if tenths == (whole := int(tenths)):
            return whole
    except (InvalidOperation, OverflowError, ValueError):
        pass  # said below, in the data's words
    raise ValueError(f"{text!r} is not a number with at most one decimal")
