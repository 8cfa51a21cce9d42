"""Deploying the demo stack into the embedded AWS, against the synth that makes its template."""

import tempfile
import time
from pathlib import Path

from benchmarks.measure import ROOT, Row, paired
from constructs_lib.local.apps.assembly import AssemblyStack
from constructs_lib.local.apps.synthesis import synthesize
from constructs_lib.local.aws import EmbeddedAws

STACK = "WeatherStack"


def rows(runs: int = 3) -> list[Row]:
    """From the call to CREATE_COMPLETE, each time in an account that is new."""
    with tempfile.TemporaryDirectory() as directory:
        stack = synthesize(Path(directory), directory=ROOT).stack(STACK)
        ours, baseline = paired(lambda: _deploy(stack), _synthesize, runs)
    return [Row(f"deployment of {STACK}", ours, "synth of the app", baseline, goal=0.33)]


def _deploy(stack: AssemblyStack) -> float:
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        started = time.perf_counter()
        aws.deploy(stack)
        return time.perf_counter() - started


def _synthesize() -> float:
    with tempfile.TemporaryDirectory() as directory:
        started = time.perf_counter()
        synthesize(Path(directory), directory=ROOT)
        return time.perf_counter() - started
