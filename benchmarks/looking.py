"""Looking at 50,000 jobs in a queue by the commands: time and memory."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import ROOT, Row, paired

MANY, FEW = 50_000, 50
LIMIT = 100_000
"""More entries than there are: all jobs are counted."""
MOST_SECONDS = 5.0
# Linux counts in KiB, macOS in bytes.
_PER_MEGABYTE = 1_000_000 / (1024 if sys.platform == "linux" else 1)
PROGRAM = str(Path(sys.executable).with_name("constructs-lib"))

Environment = dict[str, str]


def rows(runs: int = 3) -> list[Row]:
    """What `ps` takes with many jobs, as it is called, and with all of them counted."""
    all_of_them = ("--limit", str(LIMIT))
    with _server(MANY) as many, _server(FEW) as few:
        once, _ = paired(lambda: _look(many)[0], lambda: _look(few)[0], runs)
        ours, baseline = paired(lambda: _look(many, *all_of_them)[0], lambda: _look(few, *all_of_them)[0], runs)
        memory = [_look(environment, *all_of_them)[1] for environment in (many, few)]
    return [
        Row(f"constructs-lib ps with {MANY:,} jobs", once, f"{MOST_SECONDS:g} s", MOST_SECONDS, goal=1.0),
        Row(f"constructs-lib ps, {MANY:,} jobs counted", ours, f"{FEW} jobs", baseline, goal=8.0),
        Row(f"memory of constructs-lib ps, {MANY:,} jobs counted", memory[0], f"{FEW} jobs", memory[1], 1.25, "MB"),
    ]


def _look(environment: Environment, *options: str) -> tuple[float, float]:
    """Seconds, and the most memory in MB, of one call."""
    code = (
        "import resource, subprocess, sys, time; started = time.perf_counter();"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    argv = [sys.executable, "-c", code, PROGRAM, "ps", *options]
    told = subprocess.run(argv, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds, size = map(float, told.split())
    return seconds, size / _PER_MEGABYTE


@contextmanager
def _server(jobs: int) -> Iterator[Environment]:
    argv = [sys.executable, "-m", "benchmarks.job_server", str(jobs)]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield {**os.environ, **json.loads(process.stdout.readline())}
        process.stdin.close()
