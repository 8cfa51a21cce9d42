"""Importing constructs_lib, against importing the aws-cdk-lib modules that come with it."""

import compileall
import subprocess
import sys

from benchmarks.measure import ROOT, Row, paired, python

# What the smallest useful app imports, see README.md; and everything.
_APP = "ArrayFanOut, BatchStateMachine, ContainerJob, FargateComputeEnvironment, JobImage, JobQueue, Platform"
_CASES = {"import what an app uses": _APP, "import all of constructs_lib": "*"}

_MODULES = """
import sys
print("import", ", ".join(name for name in sys.modules if name.startswith("aws_cdk") and "._" not in name))
"""


def rows(runs: int = 7) -> list[Row]:
    """Measure whole processes, the start of Python and of jsii's Node included in both.

    As it is when it is installed: pip compiles what it installs, and the baseline is installed.
    """
    compileall.compile_dir(ROOT / "constructs_lib", quiet=1)
    return [_row(what, f"from constructs_lib import {names}", runs) for what, names in _CASES.items()]


def _row(what: str, code: str, runs: int) -> Row:
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\n{_MODULES}"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    modules = told.stdout
    ours, baseline = paired(lambda: python("-c", code), lambda: python("-c", modules), runs)
    return Row(what, ours, "import its aws_cdk modules", baseline, goal=1.1)
