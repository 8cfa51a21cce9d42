"""Runs all benchmarks and prints one table, and where the time of one run goes: ``make bench``."""

import sys

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks import (
    checks,
    deployment,
    fan_outs,
    imports,
    local_run,
    looking,
    many_jobs,
    places,
    reviewing,
    scheduler,
    signatures,
    size,
    start_up,
    synth,
    templates,
    worker_jobs,
)

console = Console()


def main() -> None:
    """Measure, print, and fail when a goal is missed."""
    benchmarks = [
        *(imports, synth, size, start_up, deployment, fan_outs, worker_jobs, places, scheduler),
        *(many_jobs, looking, signatures, templates, checks, reviewing),
    ]
    measured = track(benchmarks, "measuring", console=Console(stderr=True), transient=True)
    rows = [row for benchmark in measured for row in benchmark.rows()]
    table = Table("what", "ours", "baseline", "", "ratio", "goal")
    for row in rows:
        color = "green" if row.ratio <= row.goal else "red"
        ours, baseline = (_amount(value, row.unit) for value in (row.ours, row.baseline))
        table.add_row(row.name, ours, row.baseline_name, baseline, f"[{color}]{row.ratio:.2f}", f"{row.goal:.2f}")
    console.print(table)
    console.print(local_run.table(local_run.phases()))
    if any(row.ratio > row.goal for row in rows):
        sys.exit("a goal is missed")


def _amount(value: float, unit: str) -> str:
    return f"{value:.2f} s" if unit == "s" else f"{value:,.0f} {unit}".strip()


if __name__ == "__main__":
    main()
