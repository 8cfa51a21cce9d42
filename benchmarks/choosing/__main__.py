"""Measures all strategies, prints the table, and with --write puts it into docs/choosing.md: ``make choosing``."""

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.choosing.account import Measured, account
from benchmarks.measure import ROOT

PAGE = ROOT / "docs" / "choosing.md"
COUNTS = [10, 1_000, 10_000, 100_000]
MACHINES = {
    "MapFanOut": "ours map",
    "ArrayFanOut": "ours array",
    "DistributedFanOut": "ours distributed",
    "a Map by hand": "by hand map",
    "an array job by hand": "by hand array",
    "a Distributed Map by hand": "by hand distributed",
}
COLUMNS = [
    "",
    "items",
    "outcome",
    "state transitions",
    "SubmitJob calls",
    "longest history",
    "bytes read by a job",
    "dollars",
    "seconds",
]
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"


def main() -> None:
    """Measure and show."""
    rows = list(_rows())
    table = Table(*COLUMNS, width=160)
    for row in rows:
        table.add_row(*row)
    Console(width=160).print(table)
    if "--write" in sys.argv[1:]:
        text = PAGE.read_text()
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        lines = [COLUMNS, ["---"] * len(COLUMNS), *rows]
        measured = "".join(f"| {' | '.join(line)} |\n" for line in lines)
        PAGE.write_text(before + BEGIN + measured + END + after)


def _rows() -> Iterator[list[str]]:
    with account() as opened:
        runs = [(name, machine, count) for name, machine in MACHINES.items() for count in COUNTS]
        for name, machine, count in track(runs, "running", console=Console(stderr=True), transient=True):
            yield [name, f"{count:,}", *_cells(opened.run(machine, count))]


def _cells(measured: Measured) -> list[str]:
    if measured.problem:
        jobs = "a job" if measured.submits == 1 else f"{measured.submits:,} jobs"
        when = f"fails after {jobs}" if measured.submits else "refused"
        return [f"{when}: {measured.problem}", *[""] * (len(COLUMNS) - 3)]
    return [
        "succeeds",
        f"{measured.transitions:,}",
        f"{measured.submits:,}",
        f"{measured.events:,}",
        f"{measured.bytes_read:,}",
        f"{measured.dollars:.4f}",
        f"{measured.seconds:.1f}",
    ]


if __name__ == "__main__":
    main()
