"""The stacks of new projects are synthesized: one app for all of them."""

import importlib.util
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Environment

from constructs_lib.init.choices import Capacity, Choices, Kind
from constructs_lib.init.rendering import project_files
from constructs_lib.init.writing import write
from constructs_lib.testing import synthesize_app

VPC = "vpc-0123456789abcdef0"
ACCOUNT = Environment(account="123456789012", region="eu-west-1")
PROJECTS = [
    Choices(f"p{number}", kind, capacity, VPC if number % 3 == 0 else None)
    for number, (kind, capacity) in enumerate(product(Kind, Capacity))
    if (kind, capacity) != (Kind.GPU, Capacity.FARGATE)
]


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    app = App()
    for choices in PROJECTS:
        directory = tmp_path_factory.mktemp(choices.name)
        write(directory, project_files(choices))
        stack_of(directory, choices)(app, choices.stack, env=ACCOUNT)
    return synthesize_app(app)


def stack_of(directory: Path, choices: Choices) -> Any:
    """The class of a project's stack."""
    name = f"{choices.module}_stack"
    spec = importlib.util.spec_from_file_location(name, directory / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, f"{choices.stack}Stack")


@pytest.mark.parametrize("choices", PROJECTS, ids=lambda choices: f"{choices.kind}-{choices.capacity}")
def test_a_stack_has_what_was_chosen(templates: dict[str, dict[str, Any]], choices: Choices) -> None:
    resources = list(templates[choices.stack]["Resources"].values())
    counts = {
        kind: [item for item in resources if item["Type"] == f"AWS::{kind}"]
        for kind in (
            "EC2::VPC",
            "Batch::ComputeEnvironment",
            "Batch::JobDefinition",
            "Batch::JobQueue",
            "StepFunctions::StateMachine",
        )
    }
    assert len(counts["EC2::VPC"]) == (0 if choices.vpc_id else 1)
    assert len(counts["Batch::JobQueue"]) == len(counts["StepFunctions::StateMachine"]) == 1
    assert len(counts["Batch::JobDefinition"]) == (2 if choices.kind is Kind.STAGES else 1)
    [environment] = counts["Batch::ComputeEnvironment"]
    assert environment["Properties"]["ComputeResources"]["Type"] == choices.capacity.upper()


def test_a_job_with_a_gpu_is_where_instances_have_one(templates: dict[str, dict[str, Any]]) -> None:
    [choices] = [choices for choices in PROJECTS if choices.kind is Kind.GPU]
    resources = templates[choices.stack]["Resources"].values()
    [job] = [item["Properties"] for item in resources if item["Type"] == "AWS::Batch::JobDefinition"]
    assert {"Type": "GPU", "Value": "1"} in job["ContainerProperties"]["ResourceRequirements"]
    [environment] = [item["Properties"] for item in resources if item["Type"] == "AWS::Batch::ComputeEnvironment"]
    assert environment["ComputeResources"]["InstanceTypes"] == ["g6", "g5"]
