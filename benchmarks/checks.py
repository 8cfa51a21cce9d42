"""The checks of templates, against cfn-lint on the same file."""

import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, paired, python
from constructs_lib.checks.checking import find
from constructs_lib.checks.model.files import read_template

_LINT = "from cfnlint.runner.cli import main; main()"
RESOURCES = 500
"""As many as a stack may have: 100 pipelines of an environment, a queue, a definition, a state machine and its role."""


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
        busy = min(_seconds(path, time.process_time) for _ in range(runs))
    return [
        Row(f"check {RESOURCES} resources", ours, "cfn-lint on the same file", lint, goal=0.03),
        Row(f"check {RESOURCES} resources, on a processor", 1000 * busy, "what it may take", 100, goal=1, unit="ms"),
    ]


def _seconds(path: Path, clock: Callable[[], float] = time.perf_counter) -> float:
    begin = clock()
    find([read_template(path)])
    return clock() - begin


def _template(count: int) -> dict[str, Any]:
    return {"Resources": {name: entry for number in range(count) for name, entry in _pipeline(number).items()}}


def _pipeline(number: int) -> dict[str, Any]:
    environment, queue, job, machine, role = (f"{kind}{number}" for kind in ("Env", "Queue", "Job", "Machine", "Role"))
    computing = {"Type": "EC2", "MaxvCpus": 64, "InstanceTypes": ["m5"], "Subnets": ["subnet-0123456789abcdef0"]}
    size = [{"Type": "VCPU", "Value": "1"}, {"Type": "MEMORY", "Value": "2048"}]
    order = [{"Order": 1, "ComputeEnvironment": {"Ref": environment}}]
    run = {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Parameters": {"JobName": "run", "JobQueue": f"${{{queue}}}", "JobDefinition": f"${{{job}}}"},
        "TimeoutSeconds": 3600,
        "End": True,
    }
    definition = {"StartAt": "Run", "States": {"Run": run}}
    allowed = {"Effect": "Allow", "Action": "batch:SubmitJob", "Resource": [{"Ref": queue}, {"Ref": job}]}
    trusted = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "states.amazonaws.com"}}
    return {
        environment: _resource("Batch::ComputeEnvironment", Type="MANAGED", ComputeResources=computing),
        queue: _resource("Batch::JobQueue", Priority=1, ComputeEnvironmentOrder=order),
        job: _resource(
            "Batch::JobDefinition",
            Type="container",
            ContainerProperties={"Image": "busybox", "ResourceRequirements": size},
        ),
        machine: _resource(
            "StepFunctions::StateMachine",
            RoleArn={"Fn::GetAtt": [role, "Arn"]},
            DefinitionString={"Fn::Sub": json.dumps(definition)},
        ),
        role: _resource(
            "IAM::Role",
            AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": [trusted]},
            Policies=[
                {"PolicyName": "submit", "PolicyDocument": {"Version": "2012-10-17", "Statement": [allowed]}},
            ],
        ),
    }


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}
