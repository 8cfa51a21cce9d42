"""Many jobs and much output: clients that submit at once, lists among 50,000 jobs, memory for what a job writes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.job_clients import CLIENTS, DESCRIBED, JOBS
from benchmarks.measure import ROOT, Row, paired

MANY, FEW = 50_000, 3_000
"""Jobs. In both cases a page of ListJobs is full: a queue of few has as many to list as one answer takes."""
OUTPUT = 300_000_000
_PROMISED_SECONDS = 5.0
LINE = "x" * 99

Environment = dict[str, str]


def rows(runs: int = 5) -> list[Row]:
    """Submissions, lists, descriptions, and output."""
    return [_submissions(runs), *_lists(runs), _why(runs), _output()]


def _submissions(runs: int) -> Row:
    with _server(0) as ours, _server(0, "werkzeug") as baseline:
        seconds = paired(lambda: _measured(ours, "submit"), lambda: _measured(baseline, "submit"), runs)
    name = f"SubmitJob by {CLIENTS} clients over HTTP ({CLIENTS * JOBS / seconds[0]:,.0f} a second)"
    return Row(name, seconds[0], "werkzeug's own handler", seconds[1], goal=0.95)


def _lists(runs: int) -> Iterator[Row]:
    with _server(MANY) as many, _server(FEW) as few:
        for what, name in (("list", "ListJobs, a page of 1,000"), ("describe", f"DescribeJobs of {DESCRIBED}")):
            seconds = paired(lambda what=what: _measured(many, what), lambda what=what: _measured(few, what), runs)  # type: ignore[misc]
            ours, baseline = (1000 * each for each in seconds)
            yield Row(f"{name} of {MANY:,} jobs", ours, f"of {FEW:,}", baseline, goal=2.0, unit="ms")


def _why(runs: int) -> Row:
    """Why the job waits that was submitted last, behind all others."""
    with _server(MANY) as many:
        seconds = min(_measured(many, "why") for _ in range(runs))
    return Row(f"constructs-lib why, of a job behind {MANY:,}", seconds, "the promise", _PROMISED_SECONDS, goal=1.0)


def _output() -> Row:
    """The most memory that an embedded AWS has with a job that writes much, and with one that writes a line."""
    much, little = (_peak(size) for size in (OUTPUT, len(LINE) + 1))
    return Row(f"memory when a job writes {OUTPUT // 1_000_000} MB", much, "a line", little, goal=1.25, unit="MB")


def _peak(size: int) -> float:
    argv = [sys.executable, "-m", "benchmarks.peak_memory", f"yes {LINE} | head -c {size}"]
    return float(subprocess.run(argv, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout)


@contextmanager
def _server(*words: object) -> Iterator[Environment]:
    argv = [sys.executable, "-m", "benchmarks.job_server", *(str(word) for word in words)]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield {**os.environ, **json.loads(process.stdout.readline())}
        process.stdin.close()


def _measured(environment: Environment, what: str) -> float:
    argv = [sys.executable, "-m", "benchmarks.job_clients", what]
    return float(subprocess.run(argv, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout)
