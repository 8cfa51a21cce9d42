"""Runs WeatherStack in the embedded AWS and prints its figures: what `make demo` does."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

YEARS = [2012, 2013, 2014, 2015]
SAVED = Path("build/weather.json")


def main() -> None:
    """Run the pipeline, save the figures of every year and print them."""
    report = run()["output"]["report"]
    SAVED.parent.mkdir(exist_ok=True)
    SAVED.write_text(json.dumps(report, indent=2) + "\n")
    Console().print(table(report))
    print(f"saved to {SAVED}")


def run() -> dict[str, Any]:
    """What ``constructs-lib local run --json`` prints: output, jobs and results."""
    command = [Path(sys.executable).parent / "constructs-lib", "local", "run", "WeatherStack", "--items", "-", "--json"]
    process = subprocess.run(command, input=json.dumps(YEARS), stdout=subprocess.PIPE, text=True, check=False)
    if process.returncode != 0:
        sys.exit(process.returncode)
    printed: dict[str, Any] = json.loads(process.stdout)
    return printed


def table(report: dict[str, Any]) -> Table:
    """One row per year."""
    made = Table("year", "days", "mean °C", "highest °C", "lowest °C", "rain mm", "mostly", title="Weather of Seattle")
    for year, figures in report.items():
        made.add_row(
            year,
            str(figures["days"]),
            f"{figures['mean_temperature']:.2f}",
            f"{figures['highest']['temperature']:.1f} on {figures['highest']['date'][5:]}",
            f"{figures['lowest']['temperature']:.1f} on {figures['lowest']['date'][5:]}",
            f"{figures['rain_mm']:.1f}",
            figures["most_frequent_weather"],
        )
    return made


if __name__ == "__main__":
    main()
