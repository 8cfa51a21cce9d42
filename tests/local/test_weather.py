"""The demo on its real data: every figure of every year, against figures computed here from the CSV in another way."""

import csv
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from statistics import mode
from typing import Any

import pytest

pytestmark = pytest.mark.local

ROOT = Path(__file__).parents[2]
YEARS = ["2012", "2013", "2014", "2015"]


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """What the command prints with --json."""
    command = [str(Path(sys.executable).parent / "constructs-lib"), "local", "run", "WeatherStack"]
    items = json.dumps([int(year) for year in YEARS])
    process = subprocess.run(
        [*command, "--items", "-", "--json"], input=items, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr
    printed: dict[str, Any] = json.loads(process.stdout)
    return printed


def independent_figures(year: str) -> dict[str, Any]:
    with (ROOT / "data" / "weather" / "seattle-weather.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["date"].startswith(year)]
    means = [(Fraction(row["temp_max"]) + Fraction(row["temp_min"])) / 2 for row in rows]
    highest = max(rows, key=lambda row: Fraction(row["temp_max"]))
    lowest = min(rows, key=lambda row: Fraction(row["temp_min"]))
    return {
        "days": len(rows),
        "mean_temperature": float(round(sum(means) / len(rows), 2)),
        "highest": {"temperature": float(highest["temp_max"]), "date": highest["date"].replace("/", "-")},
        "lowest": {"temperature": float(lowest["temp_min"]), "date": lowest["date"].replace("/", "-")},
        "rain_mm": float(sum(Fraction(row["precipitation"]) for row in rows)),
        "most_frequent_weather": mode(row["weather"] for row in rows),
    }


def test_every_year_is_reported(printed: dict[str, Any]) -> None:
    assert list(printed["output"]["report"]) == YEARS
    assert sum(figures["days"] for figures in printed["output"]["report"].values()) == 1_461


@pytest.mark.parametrize("year", YEARS)
def test_the_figures_are_those_of_the_csv(printed: dict[str, Any], year: str) -> None:
    assert printed["output"]["report"][year] == independent_figures(year)


def test_there_is_one_child_per_month(printed: dict[str, Any]) -> None:
    months = [job for job in printed["jobs"] if job["name"] == "Months"]
    assert [job["index"] for job in months] == list(range(48))
    assert {job["status"] for job in printed["jobs"]} == {"SUCCEEDED"}
    results = [printed["results"][str(index)] for index in range(48)]
    assert [result["month"] for result in results] == [f"{year}-{m:02}" for year in YEARS for m in range(1, 13)]
