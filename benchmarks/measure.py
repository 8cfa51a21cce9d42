"""What the benchmarks share: a command's wall-clock time, and a row of the table."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Row:
    """One claim: what was measured, against which baseline, and the ratio that it must not exceed."""

    name: str
    ours: float
    baseline_name: str
    baseline: float
    goal: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """Ours over the baseline; below 1 is better."""
        return self.ours / self.baseline


def python(*arguments: str) -> float:
    """Seconds that a run of this Python takes."""
    return command([sys.executable, *arguments])


def command(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> float:
    """Seconds that a command takes, from outside; one that fails raises."""
    started = time.perf_counter()
    subprocess.run(argv, cwd=ROOT, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def paired(ours: Callable[[], float], baseline: Callable[[], float], runs: int) -> tuple[float, float]:
    """Medians of two measurements taken in turn, so that a machine that gets slower is slower for both."""
    pairs = [(ours(), baseline()) for _ in range(runs)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
