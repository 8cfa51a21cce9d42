"""Synthesizing 1, 20 and 100 pipelines, against the same resources hand-written with aws-cdk-lib in Python."""

import json
import os
import sys
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, command, paired, python

SIZES = (1, 20, 100)
GOAL = 1.1


def rows(runs: int = 3) -> list[Row]:
    """Whole processes, from the start of Python to the written cloud assembly: in all, and per further pipeline."""
    ours, by_hand = _template("ours"), _template("by_hand")
    assert _resources(ours) == _resources(by_hand), "the two apps do not make the same resources"
    sizes = len(json.dumps(ours)), len(json.dumps(by_hand))
    assert max(sizes) < min(sizes) * 1.1, f"the two templates are not alike: {sizes[0]} and {sizes[1]} bytes"
    measured = {size: _measure(size, runs) for size in SIZES}
    totals = [
        Row(f"synth of {size} pipelines", ours, "the same resources by hand", by_hand, GOAL)
        for size, (ours, by_hand) in measured.items()
    ]
    return [*totals, *_marginal(measured)]


def _marginal(measured: dict[int, tuple[float, float]]) -> list[Row]:
    fewer, more = list(pairwise(SIZES))[-1]
    ours, by_hand = ((measured[more][side] - measured[fewer][side]) / (more - fewer) for side in (0, 1))
    return [Row("one more pipeline", ours, "the same resources by hand", by_hand, GOAL)]


def _measure(size: int, runs: int) -> tuple[float, float]:
    return paired(lambda: _synth("ours", size), lambda: _synth("by_hand", size), runs)


def _synth(kind: str, size: int) -> float:
    return python("-m", f"benchmarks.apps.{kind}", str(size))


def _template(kind: str) -> dict[str, Any]:
    """The template of one pipeline."""
    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, "CDK_OUTDIR": directory}
        command([sys.executable, "-m", f"benchmarks.apps.{kind}", "1"], environment)
        template: dict[str, Any] = json.loads((Path(directory) / "Pipeline0.template.json").read_text())
    return template


def _resources(template: dict[str, Any]) -> Counter[str]:
    """How many resources of each type it has."""
    return Counter(resource["Type"] for resource in template["Resources"].values())
