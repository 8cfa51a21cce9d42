"""500 jobs that do nothing in the embedded AWS, as an array and as a Map, against `xargs -P2` and the same commands."""

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.local_account import SUBMIT, machine, queue, run, xargs
from benchmarks.measure import Row, paired
from constructs_lib.local.aws import EmbeddedAws

SIZE = 500
SYNC = {"Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "End": True}
ARRAY = {
    "Submit": {
        **SYNC,
        "Arguments": {"JobName": "array", **SUBMIT, "ArrayProperties": {"Size": SIZE}},
        "Output": "{% $states.result.ArrayProperties.StatusSummary.SUCCEEDED %}",
    }
}
MAP = {
    "Map": {
        "Type": "Map",
        "Items": f"{{% [1..{SIZE}] %}}",
        "ItemProcessor": {
            "StartAt": "Submit",
            "States": {"Submit": {**SYNC, "Arguments": {"JobName": "map", **SUBMIT}, "Output": 1}},
        },
        "Output": "{% $sum($states.result) %}",
        "End": True,
    }
}


def rows(runs: int = 3) -> list[Row]:
    """From the start of the execution to its outcome; the deployment is not counted."""
    return [_row("array", ARRAY, runs, goal=1.25), _row("Map", MAP, runs, goal=1.5)]


def _row(name: str, states: dict[str, Any], runs: int, goal: float) -> Row:
    # As xargs, which confines nothing: what that costs has a row of its own.
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory), parallel=2, confined=False) as aws:
        queue(aws)
        arn = machine(aws, name, states)
        ours, baseline = paired(lambda: _seconds(aws, arn), lambda: xargs(SIZE), runs)
    return Row(f"{name} of {SIZE} jobs that do nothing", ours, "xargs -P2 over the same commands", baseline, goal)


def _seconds(aws: EmbeddedAws, arn: str) -> float:
    seconds, succeeded = run(aws, arn, {})
    assert succeeded == SIZE, succeeded
    return seconds
