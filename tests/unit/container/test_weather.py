"""The weather handlers, against figures computed from the data set in another way."""

import csv
import json
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.unit.container.conftest import BUCKET, Objects
from weather import month, split, year
from worker import s3, s3_obstore
from worker.context import Context
from worker.errors import S3Error

DATA = Path(__file__).parents[3] / "data" / "weather" / "seattle-weather.csv"
YEARS = [2012, 2013, 2014, 2015]
HEADER = "date,precipitation,temp_max,temp_min,wind,weather\n"
CONTEXT = Context(index=0)


@pytest.fixture(autouse=True)
def _s3_of_the_tests(aws: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in aws.items():
        monkeypatch.setenv(name, value)
    s3_obstore._stores.clear()
    yield
    s3_obstore._stores.clear()


@pytest.fixture
def dataset(objects: Objects) -> str:
    return objects.put("weather/seattle-weather.csv", DATA.read_bytes())


def store_months(objects: Objects, months: list[dict[str, str]], prefix: str) -> dict[str, Any]:
    for index, item in enumerate(months):
        s3.write(f"s3://{BUCKET}/{prefix}/{index}.json", json.dumps(month.handler(item, CONTEXT)).encode())
    assert len(objects.keys(prefix)) == len(months)
    return {"results_uri": f"s3://{BUCKET}/{prefix}", "total": len(months)}


def expected_figures(days: list[dict[str, str]]) -> dict[str, Any]:
    """In fractions and over the whole year at once, where the handlers add tenths month by month."""
    hot = max(days, key=lambda day: Fraction(day["temp_max"]))
    cold = min(days, key=lambda day: Fraction(day["temp_min"]))
    middles = [(Fraction(day["temp_max"]) + Fraction(day["temp_min"])) / 2 for day in days]
    kinds = Counter(sorted(day["weather"] for day in days))
    return {
        "days": len(days),
        "mean_temperature": float(round(sum(middles, Fraction()) / len(days), 2)),
        "highest": {"temperature": float(hot["temp_max"]), "date": hot["date"].replace("/", "-")},
        "lowest": {"temperature": float(cold["temp_min"]), "date": cold["date"].replace("/", "-")},
        "rain_mm": float(sum((Fraction(day["precipitation"]) for day in days), Fraction())),
        "most_frequent_weather": kinds.most_common(1)[0][0],
    }


def test_figures_of_all_years(dataset: str, objects: Objects) -> None:
    months = split.handler({"dataset": dataset, "years": YEARS, "months_uri": f"s3://{BUCKET}/weather/months"}, CONTEXT)
    assert [item["month"] for item in months] == [f"{y}-{m:02}" for y in YEARS for m in range(1, 13)]
    figures = year.handler(store_months(objects, months, "weather/results"), CONTEXT)
    with DATA.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(entry["days"] for entry in figures.values()) == len(rows) == 1461
    assert figures == {
        str(number): expected_figures([row for row in rows if row["date"].startswith(f"{number}/")]) for number in YEARS
    }


def test_split_writes_each_requested_day_once(dataset: str, objects: Objects) -> None:
    months = split.handler({"dataset": dataset, "years": [2014], "months_uri": f"s3://{BUCKET}/once/"}, CONTEXT)
    assert len(objects.keys("once/")) == len(months) == 12
    lines = [line for item in months for line in s3.read(item["uri"]).decode().splitlines()[1:]]
    assert lines == [line for line in DATA.read_text().splitlines() if line.startswith("2014/")]
    assert months[0] == {"month": "2014-01", "uri": f"s3://{BUCKET}/once/2014-01.csv"}


def test_year_without_data_is_named(dataset: str) -> None:
    item = {"dataset": dataset, "years": [2012, 2016, 2011], "months_uri": f"s3://{BUCKET}/missing"}
    with pytest.raises(ValueError, match=r"has no data of 2011, 2016$"):
        split.handler(item, CONTEXT)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2012/01/01,0.0,12.8,5.0,4.7\n", "a row without weather"),
        ("2012/01/01,0.0,12.85,5.0,4.7,sun\n", "'12.85' is not a number with at most one decimal"),
        ("2012/01/01,0.0,warm,5.0,4.7,sun\n", "'warm' is not a number"),
        ("2012/01/01,0.0,NaN,5.0,4.7,sun\n", "'NaN' is not a number"),
        ("2012/01/01,Infinity,1,5.0,4.7,sun\n", "'Infinity' is not a number"),
        ("2012/13/01,0.0,1,5.0,4.7,sun\n", "month must be in 1..12"),
    ],
)
def test_unreadable_row_is_refused(objects: Objects, row: str, message: str) -> None:
    uri = objects.put("rows/2012-01.csv", HEADER + row)
    with pytest.raises(ValueError, match=message):
        month.handler({"month": "2012-01", "uri": uri}, CONTEXT)


@pytest.mark.parametrize("rows", ["", "2012/02/01,0.0,12.8,5.0,4.7,sun\n"])
def test_month_must_have_its_days(objects: Objects, rows: str) -> None:
    uri = objects.put("days/2012-01.csv", HEADER + rows)
    with pytest.raises(ValueError, match="must have days of 2012-01 and of no other month"):
        month.handler({"month": "2012-01", "uri": uri}, CONTEXT)


def test_ties_are_resolved_by_date_and_alphabet(objects: Objects) -> None:
    rows = {
        "2012-01": "2012/01/02,0.1,9.9,-1.0,1,sun\n2012/01/01,0.2,9.9,-1.0,1,fog\n",
        "2012-02": "2012/02/01,0.0,9.9,-1.0,1,sun\n2012/02/02,0.0,0.0,0.0,1,fog\n",
    }
    months = [{"month": name, "uri": objects.put(f"ties/{name}.csv", HEADER + text)} for name, text in rows.items()]
    assert year.handler(store_months(objects, months, "ties/results"), CONTEXT)["2012"] == {
        "days": 4,
        "mean_temperature": 3.34,  # 13.35 / 4 = 3.3375
        "highest": {"temperature": 9.9, "date": "2012-01-01"},
        "lowest": {"temperature": -1.0, "date": "2012-01-01"},
        "rain_mm": 0.3,
        "most_frequent_weather": "fog",
    }


def test_missing_result_is_an_error(objects: Objects) -> None:
    item = {"month": "2012-01", "uri": objects.put("gap/2012-01.csv", HEADER + "2012/01/01,0,1,0,1,sun\n")}
    results = store_months(objects, [item], "gap/results")
    with pytest.raises(S3Error, match=r"gap/results/1\.json"):
        year.handler(results | {"total": 2}, CONTEXT)


def test_month_that_appears_twice_is_refused(objects: Objects) -> None:
    item = {"month": "2012-01", "uri": objects.put("twice/2012-01.csv", HEADER + "2012/01/01,0,1,0,1,sun\n")}
    with pytest.raises(ValueError, match="2012-01 appears twice"):
        year.handler(store_months(objects, [item, item], "twice/results"), CONTEXT)
