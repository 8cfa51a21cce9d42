"""Jobs are told to look for a result of before, and may look for it, if that is asked for and not otherwise."""

from typing import Any

import pytest
from aws_cdk import Stack

from constructs_lib import ArrayFanOut, ConfigurationError, DistributedFanOut, MapFanOut
from tests.unit.workflows.synthesized import (
    Resources,
    all_states,
    definition,
    job,
    new_stack,
    queue,
    resources_of,
    state_machine,
    statements,
)

STRATEGIES = [MapFanOut, ArrayFanOut, DistributedFanOut]
LOOKS = {"Name": "SKIP_FINISHED", "Value": "true"}


@pytest.fixture(scope="module", params=[True, False], ids=["asked", "not-asked"])
def asked(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="module")
def made(asked: bool) -> Resources:
    def build(stack: Stack) -> None:
        parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack), "environment": {"COLOUR": "blue"}}
        for kind in STRATEGIES:
            state_machine(stack, kind(stack, f"{kind.__name__}Tiles", **parts, skip_finished=asked), kind.__name__)

    return resources_of(build)


@pytest.mark.parametrize("strategy", [kind.__name__ for kind in STRATEGIES])
def test_the_jobs_are_told(made: Resources, strategy: str, asked: bool) -> None:
    states = all_states(definition(made, strategy))
    [given] = [state["Output"] for name, state in states.items() if name.endswith(": Read items")]
    assert given["environment"] == [{"Name": "COLOUR", "Value": "blue"}, *([LOOKS] if asked else [])]


def test_the_role_of_the_job_may_look_below_the_prefix(made: Resources, asked: bool) -> None:
    found = statements(made, "JobRole")
    assert ("s3:ListBucket" in found) == asked
    if asked:
        assert found["s3:ListBucket"]["Condition"] == {"StringLike": {"s3:prefix": "fan-out/*"}}


def test_the_variable_is_not_for_users() -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=r"the variable SKIP_FINISHED.*FLOW005"):
        MapFanOut(stack, "Tiles", job=job(stack), queue=queue(stack), environment={"SKIP_FINISHED": "true"})
