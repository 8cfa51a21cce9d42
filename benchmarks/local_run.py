"""Where the time of `constructs-lib local run ArrayStack` goes, from Enter to the prompt: alone, or in `make bench`."""

import json
import statistics
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measure import command

STACK = "ArrayStack"
ITEMS = ["a", "b", "c"]
START = "start of Python, import of the command"
PHASES = {
    START: "",
    "synth": "a process of the app's own, while the embedded AWS is imported in ours",
    "embedded AWS": "what of its import was not done then, and its making",
    "deployment": "",
    "execution": f"{len(ITEMS)} jobs, a process each; and the execution around them",
    "tear-down": "of the embedded AWS, results, the table, and the end of Python",
}


def phases(runs: int = 3) -> dict[str, float]:
    """Median seconds of each phase."""
    measured = [_run() for _ in range(runs)]
    return {phase: statistics.median(run[phase] for run in measured) for phase in PHASES}


def table(seconds: dict[str, float]) -> Table:
    """The phases, and their sum."""
    found = Table(f"local run {STACK}", "seconds", "", title="from Enter to the prompt", title_justify="left")
    found.columns[1].justify = "right"
    for phase, note in PHASES.items():
        found.add_row(phase, f"{seconds[phase]:.2f}", note)
    found.add_section()
    found.add_row("in all", f"{sum(seconds.values()):.2f}", "")
    return found


def _run() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as directory:
        marks, items = Path(directory) / "marks.json", Path(directory) / "items.json"
        items.write_text(json.dumps(ITEMS))
        arguments = [str(marks), STACK, "--items", str(items), "--output", directory]
        started = time.time()
        command([sys.executable, "-m", "benchmarks.watched_run", *arguments])
        ended = time.time()
        begun = {START: started, **json.loads(marks.read_text()), "": ended}
    assert list(begun) == [*PHASES, ""], begun
    return {phase: later - earlier for (phase, earlier), (_, later) in pairwise(begun.items())}


if __name__ == "__main__":
    Console().print(table(phases()))
