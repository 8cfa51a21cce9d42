"""What it costs to keep jobs in their places: confined ones against others, and the fresh directory of each attempt."""

import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.local_account import SUBMIT, machine, queue, run
from benchmarks.measure import ROOT, Row, paired
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.job_environment.attempts import Attempts
from constructs_lib.local.job_environment.clones import clone

JOBS = 200
MOST_MORE_SECONDS, MOST_MORE = 0.005, 0.05
ATTEMPTS = 1_000
IMAGE = ROOT / "container"
ARRAY = {
    "Submit": {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Arguments": {"JobName": "array", **SUBMIT, "ArrayProperties": {"Size": JOBS}},
        "Output": "{% $states.result.ArrayProperties.StatusSummary.SUCCEEDED %}",
        "End": True,
    }
}


def rows(runs: int = 3) -> list[Row]:
    """One job after the other; the deployment is not counted."""
    ours, others = paired(lambda: _array(confined=True), lambda: _array(confined=False), runs)
    allowed = others * (1 + MOST_MORE) + JOBS * MOST_MORE_SECONDS
    own, copies = paired(_attempts, _copies, 1)
    return [
        Row(f"{JOBS} confined jobs", ours, "unconfined, 5 % and 5 ms each", allowed, goal=1.0),
        Row(f"{ATTEMPTS:,} fresh directories, and gone", own, "cp -a and rm -r of the image", copies, goal=1.0),
    ]


def _array(*, confined: bool) -> float:
    with tempfile.TemporaryDirectory() as name, EmbeddedAws(Path(name), parallel=1, confined=confined) as aws:
        queue(aws)
        seconds, succeeded = run(aws, machine(aws, "array", ARRAY), {})
    assert succeeded == JOBS, succeeded
    return seconds


def _attempts() -> float:
    with tempfile.TemporaryDirectory() as name:
        attempts = Attempts(Path(name))
        started = time.perf_counter()
        for _ in range(ATTEMPTS):
            attempt = attempts.make()
            clone(IMAGE, attempt.root)
            attempt.remove()
        return time.perf_counter() - started


def _copies() -> float:
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        for number in range(ATTEMPTS):
            copy = f"{name}/{number}"
            subprocess.run(["cp", "-a", str(IMAGE), copy], check=True)
            subprocess.run(["rm", "-r", copy], check=True)
        return time.perf_counter() - started
