"""The checks of templates, against cfn-lint on the same file."""

import json
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, paired, python
from constructs_lib.checks.checking import find
from constructs_lib.checks.model.files import read_template

_LINT = "from cfnlint.runner.cli import main; main()"
RESOURCES = 500
"""As many as a stack may have: 100 pipelines of an environment, a queue, a definition, a rule and a log group."""


def rows(runs: int = 3) -> list[Row]:
    """All rules over a template of 500 resources."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.json"
        path.write_text(json.dumps(_template(RESOURCES // 5), indent=1))
        ours, lint = paired(
            partial(_seconds, path),
            partial(python, "-c", _LINT, "--non-zero-exit-code", "none", str(path)),
            runs,
        )
    return [Row(f"check {RESOURCES} resources", ours, "cfn-lint on the same file", lint, goal=0.05)]


def _seconds(path: Path) -> float:
    begin = time.perf_counter()
    find([read_template(path)])
    return time.perf_counter() - begin


def _template(count: int) -> dict[str, Any]:
    return {"Resources": {name: entry for number in range(count) for name, entry in _pipeline(number).items()}}


def _pipeline(number: int) -> dict[str, Any]:
    environment, queue, job, daily, logs = (f"{kind}{number}" for kind in ("Env", "Queue", "Job", "Daily", "Logs"))
    computing = {"Type": "EC2", "MaxvCpus": 64, "InstanceTypes": ["m5"], "Subnets": ["subnet-1"]}
    size = [{"Type": "VCPU", "Value": "1"}, {"Type": "MEMORY", "Value": "2048"}]
    target = {
        "Id": "Job",
        "Arn": {"Ref": queue},
        "RoleArn": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/submit"},
        "BatchParameters": {"JobName": "daily", "JobDefinition": {"Ref": job}},
    }
    order = [{"Order": 1, "ComputeEnvironment": {"Ref": environment}}]
    return {
        environment: _resource("Batch::ComputeEnvironment", Type="MANAGED", ComputeResources=computing),
        queue: _resource("Batch::JobQueue", Priority=1, ComputeEnvironmentOrder=order),
        job: _resource(
            "Batch::JobDefinition",
            Type="container",
            ContainerProperties={"Image": "busybox", "ResourceRequirements": size},
        ),
        daily: _resource("Events::Rule", ScheduleExpression="rate(1 day)", Targets=[target]),
        logs: _resource("Logs::LogGroup", RetentionInDays=30),
    }


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}
