"""An array of 500 jobs that do nothing in the embedded AWS, against `xargs -P2` over the same 500 commands."""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, command, paired
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.pipeline import Execution

SIZE = 500
NOTHING = [sys.executable, "-c", "pass"]


def rows(runs: int = 3) -> list[Row]:
    """From the start of the execution to its outcome; the deployment is not counted."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory), parallel=2) as aws:
        machine = _deploy(aws)
        ours, baseline = paired(lambda: _run(aws, machine), _xargs, runs)
    return [Row(f"array of {SIZE} jobs that do nothing", ours, "xargs -P2 over the same commands", baseline, goal=2.0)]


def _run(aws: EmbeddedAws, machine: str) -> float:
    started = time.perf_counter()
    outcome = Execution(aws, machine, {"size": SIZE}).wait()
    seconds = time.perf_counter() - started
    assert outcome.succeeded, outcome.cause
    assert outcome.output == {"SUCCEEDED": SIZE}, outcome.output
    return seconds


def _xargs() -> float:
    # -I{} starts one process per number, as AWS Batch starts one container per child.
    return command(["sh", "-c", f"seq {SIZE} | xargs -P2 -I'{{}}' {' '.join(NOTHING)}"])


def _deploy(aws: EmbeddedAws) -> str:
    batch = aws.client("batch")
    batch.create_compute_environment(
        computeEnvironmentName="environment",
        type="MANAGED",
        computeResources={"type": "FARGATE", "maxvCpus": 256, "subnets": ["subnet"]},
    )
    order = [{"order": 1, "computeEnvironment": "environment"}]
    batch.create_job_queue(jobQueueName="queue", priority=1, computeEnvironmentOrder=order)
    resources = [{"type": "VCPU", "value": "0.25"}, {"type": "MEMORY", "value": "512"}]
    container = {"image": "none", "command": NOTHING, "resourceRequirements": resources}
    batch.register_job_definition(jobDefinitionName="job", type="container", containerProperties=container)
    made = aws.client("stepfunctions").create_state_machine(
        name="array",
        definition=json.dumps(_definition()),
        roleArn="arn:aws:iam::123456789012:role/any",
    )
    arn: str = made["stateMachineArn"]
    return arn


def _definition() -> dict[str, Any]:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Arguments": {
            "JobName": "array",
            "JobQueue": "queue",
            "JobDefinition": "job",
            "ArrayProperties": {"Size": "{% $states.input.size %}"},
        },
        "Output": {"SUCCEEDED": "{% $states.result.ArrayProperties.StatusSummary.SUCCEEDED %}"},
        "End": True,
    }
    return {"QueryLanguage": "JSONata", "StartAt": "Submit", "States": {"Submit": task}}
