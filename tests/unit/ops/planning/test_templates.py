"""What plans read of apps that were synthesized: stacks, and those nested in them."""

import json
from pathlib import Path

import pytest
from aws_cdk import App, NestedStack, Size, Stack
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    Platform,
)
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.planning.plan import Plan, plan
from constructs_lib.ops.planning.templates import parts_of_app
from constructs_lib.ops.planning.work import Work


def pipeline(capacity: Construct, jobs: Construct, machines: Construct) -> None:
    """Capacity, a job and a state machine, each in a stack, of which the last refers to the others."""
    network = BatchNetwork(capacity, "Network", platforms=[Platform.FARGATE])
    environment = FargateComputeEnvironment(capacity, "Fargate", vpc=network, max_vcpus=8)
    queue = JobQueue(capacity, "Queue", compute_environments=[environment])
    image = JobImage.from_registry("registry.example.com/tiles:1.4")
    job = ContainerJob(jobs, "Job", image=image, platform=Platform.FARGATE, vcpus=0.5, memory=Size.gibibytes(1))
    BatchStateMachine(machines, "Machine", definition=ArrayFanOut(machines, "Tiles", job=job, queue=queue))


@pytest.fixture(scope="module")
def assembly() -> Path:
    app = App(analytics_reporting=False)
    flat = Stack(app, "Flat")
    pipeline(flat, flat, flat)
    outer = Stack(app, "Outer")
    machines = NestedStack(outer, "Machines")
    pipeline(NestedStack(outer, "Capacity"), NestedStack(machines, "Jobs"), machines)
    return Path(app.synth().directory)


def planned(assembly: Path, stack: str) -> Plan:
    return plan(parts_of_app(assembly, stack, region="eu-west-1"), Work(items=320, seconds=60), alternatives=False)


def test_nested_stacks_are_planned_like_one(assembly: Path) -> None:
    flat, outer = planned(assembly, "Flat"), planned(assembly, "Outer")
    assert (flat.machine, outer.machine) == ("Machine", "Machines/Machine")
    assert outer.seconds == flat.seconds == 320 / 16 * (60 + 20 + 20)
    assert outer.dollars == flat.dollars > 0
    assert (outer.outcome.jobs, outer.choices[0].max_vcpus) == (320, 8)


def test_a_nested_stack_that_cannot_be_evaluated_is_named_with_its_file(assembly: Path, tmp_path: Path) -> None:
    for path in assembly.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    [file] = [path for path in tmp_path.glob("*Machines*.nested.template.json") if "Jobs" not in path.name]
    template = json.loads(file.read_text())
    template["Outputs"] = {"Broken": {"Value": {"Ref": "Nowhere"}}}
    file.write_text(json.dumps(template))
    with pytest.raises(OperationError, match=rf"{file.name}: .*Nowhere"):
        parts_of_app(tmp_path, "Outer")
