"""Looking at 50,000 jobs in a queue, and at an execution with 10,000 children, by the commands: time and memory."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import ROOT, Row, paired

MANY, FEW = 50_000, 50
CHILDREN = 10_000
LIMIT = 100_000
"""More entries than there are: all jobs are counted."""
MOST_SECONDS = 5.0
# Linux counts in KiB, macOS in bytes.
_PER_MEGABYTE = 1_000_000 / (1024 if sys.platform == "linux" else 1)
PROGRAM = str(Path(sys.executable).with_name("constructs-lib"))

Environment = dict[str, str]


def rows(runs: int = 3) -> list[Row]:
    """What `ps` takes with many jobs, as it is called and with all of them counted, and `status` with many children."""
    everything = ("ps", "--limit", str(LIMIT))
    with _server(MANY, CHILDREN) as many, _server(FEW, FEW) as few:

        def both(*command: str) -> tuple[float, float]:
            return paired(lambda: _look(many, *command)[0], lambda: _look(few, *command)[0], runs)

        once, _ = both("ps")
        ours, baseline = both(*everything)
        status, of_few = both("status", "array")
        memory = [_look(environment, *everything)[1] for environment in (many, few)]
    small = f"{FEW} jobs"
    return [
        Row(f"constructs-lib ps with {MANY:,} jobs", once, f"{MOST_SECONDS:g} s", MOST_SECONDS, goal=1.0),
        Row(f"constructs-lib ps, {MANY:,} jobs counted", ours, small, baseline, goal=8.0),
        Row(f"memory of constructs-lib ps, {MANY:,} jobs counted", memory[0], small, memory[1], 1.25, "MB"),
        Row(f"constructs-lib status, {CHILDREN:,} children, {MANY:,} jobs beside", status, small, of_few, goal=2.0),
    ]


def _look(environment: Environment, *command: str) -> tuple[float, float]:
    """Seconds, and the most memory in MB, of one call."""
    code = (
        "import resource, subprocess, sys, time; started = time.perf_counter();"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    argv = [sys.executable, "-c", code, PROGRAM, *command]
    told = subprocess.run(argv, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds, size = map(float, told.split())
    return seconds, size / _PER_MEGABYTE


@contextmanager
def _server(jobs: int, children: int) -> Iterator[Environment]:
    argv = [sys.executable, "-m", "benchmarks.job_server", str(jobs), f"children={children}"]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield {**os.environ, **json.loads(process.stdout.readline())}
        process.stdin.close()
