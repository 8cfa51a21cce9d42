"""One synthesized stack with the state machines that most tests look at."""

from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import ArrayFanOut, BatchStateMachine, DistributedFanOut, MapFanOut, SubmitJob
from constructs_lib.local.patching import Patches
from constructs_lib.local.states.expressions import evaluation
from tests.unit.workflows.synthesized import (
    Resources,
    definition,
    flat_resources,
    job,
    queue,
    state_machine,
    template_of,
)


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    def build(stack: Stack) -> None:
        parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack)}
        BatchStateMachine(stack, "ArrayMachine", definition=ArrayFanOut(stack, "Tiles", **parts))
        BatchStateMachine(stack, "MapMachine", definition=MapFanOut(stack, "Scenes", **parts))
        distributed = DistributedFanOut(stack, "Areas", **parts, batch_size=10)
        BatchStateMachine(stack, "DistributedMachine", definition=distributed)
        custom: dict[str, Any] = {
            **parts,
            "items": "{% $states.input.scenes %}",
            "environment": {"YEAR": "2026", "REGION": "{% $states.input.region %}"},
            "tolerated_failures": 2,
            "job_name": "nightly",
            "attempts": 2,
            "timeout": Duration.minutes(5),
            "tags": {"Team": "maps"},
            "share_identifier": "maps",
            "scheduling_priority": 7,
            "propagate_tags": True,
        }
        state_machine(stack, ArrayFanOut(stack, "CustomArray", **custom), "CustomArrayMachine")
        state_machine(stack, MapFanOut(stack, "CustomMap", **custom, max_concurrency=5), "CustomMapMachine")
        state_machine(stack, SubmitJob(stack, "Submit tiles", **parts), "SubmitMachine")
        nested = (
            sfn.Parallel(stack, "Both")
            .branch(ArrayFanOut(stack, "Left", **parts))
            .branch(
                sfn.Map.jsonata(
                    stack, "Each", items=sfn.ProvideItems.jsonata("{% $states.input.lists %}")
                ).item_processor(MapFanOut(stack, "Right", **parts))
            )
        )
        state_machine(stack, nested.next(ArrayFanOut(stack, "After", **parts)), "NestedMachine")

    return template_of(build)


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> Resources:
    return flat_resources(template)


@pytest.fixture(scope="session")
def array_machine(resources: Resources) -> dict[str, Any]:
    return definition(resources, "ArrayMachine")


@pytest.fixture(scope="session")
def map_machine(resources: Resources) -> dict[str, Any]:
    return definition(resources, "MapMachine")


@pytest.fixture(scope="session")
def distributed_machine(resources: Resources) -> dict[str, Any]:
    return definition(resources, "DistributedMachine")


@pytest.fixture(scope="module", autouse=True)
def _jsonata() -> Iterator[None]:
    with Patches(evaluation.patches()):
        yield
