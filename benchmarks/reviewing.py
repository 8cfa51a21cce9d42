"""A review of two cloud assemblies of twenty pipelines, against the import of aws-cdk-lib: a synthesis begins so."""

import copy
import json
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from aws_cdk import App

from benchmarks.measure import Row, paired, python
from constructs_lib.review import review
from stacks.priority_queues import PriorityQueuesStack

PIPELINES = 20
MOST_SECONDS = 2.0


def rows(runs: int = 5) -> list[Row]:
    """Each pipeline changes in its environments, its job definition and the text of its policies."""
    with tempfile.TemporaryDirectory() as directory:
        template = _template(Path(directory) / "one")
        old = _assembly(Path(directory) / "old", template)
        new = _assembly(Path(directory) / "new", _edited(template))
        ours, baseline = paired(partial(_seconds, old, new), partial(python, "-c", "import aws_cdk"), runs)
    return [Row(f"review {PIPELINES} pipelines", ours, "import aws-cdk-lib", baseline, goal=2.5)]


def _seconds(old: Path, new: Path) -> float:
    start, worked = time.perf_counter(), time.process_time()
    found = review(old, new)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    assert worked < MOST_SECONDS, f"{worked:.2f} s of the processor"
    assert len(found.of("Running jobs")) >= PIPELINES
    return seconds


def _template(directory: Path) -> dict[str, Any]:
    app = App(outdir=str(directory), analytics_reporting=False)
    PriorityQueuesStack(app, "PriorityQueuesStack")
    app.synth()
    found: dict[str, Any] = json.loads((directory / "PriorityQueuesStack.template.json").read_text())
    return found


def _edited(template: dict[str, Any]) -> dict[str, Any]:
    edited = copy.deepcopy(template)
    for resource in edited["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Batch::ComputeEnvironment":
            properties["ComputeResources"]["InstanceTypes"] = ["c7g.large"]
        elif resource["Type"] == "AWS::Batch::JobDefinition":
            properties["Timeout"] = {"AttemptDurationSeconds": 60}
        elif resource["Type"] == "AWS::IAM::Policy":
            properties["PolicyDocument"]["Statement"].reverse()
    return edited


def _assembly(directory: Path, template: dict[str, Any]) -> Path:
    directory.mkdir()
    artifacts = {}
    for number in range(PIPELINES):
        file = f"Pipeline{number}.template.json"
        (directory / file).write_text(json.dumps(template))
        artifacts[f"Pipeline{number}"] = {"type": "aws:cloudformation:stack", "properties": {"templateFile": file}}
    (directory / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    return directory
