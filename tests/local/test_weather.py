"""The demo on its real data: every figure of every year, against figures computed here from the CSV in another way."""

import csv
import json
from fractions import Fraction
from pathlib import Path
from statistics import mode
from typing import Any

import pytest

from docs.examples import weather_demo

pytestmark = pytest.mark.local

ROOT = Path(__file__).parents[2]
YEARS = ["2012", "2013", "2014", "2015"]


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """What the command prints with --json, as the demo runs it."""
    return weather_demo.run()


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


def test_the_demo_prints_and_saves_them(
    printed: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(weather_demo, "run", lambda: printed)
    weather_demo.main()
    shown = capsys.readouterr().out
    for year in YEARS:
        figures = independent_figures(year)
        assert f"{figures['mean_temperature']:.2f}" in shown
        assert f"{figures['highest']['temperature']:.1f} on {figures['highest']['date'][5:]}" in shown
    assert json.loads((tmp_path / weather_demo.SAVED).read_text()) == printed["output"]["report"]
