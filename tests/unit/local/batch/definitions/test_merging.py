"""What a submission makes of the containers of its definition."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.batch.definitions import merging
from constructs_lib.local.batch.definitions.merging import as_one, merged, too_long
from constructs_lib.local.batch.errors import BatchError

Json = dict[str, Any]

PLAIN: Json = {
    "containerProperties": {
        "image": "image",
        "command": ["run", "Ref::what"],
        "environment": [{"name": "KEPT", "value": "1"}, {"name": "CHANGED", "value": "old"}],
        "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "512"}],
    }
}
ECS: Json = {
    "ecsProperties": {
        "taskProperties": [
            {
                "taskRoleArn": "role",
                "containers": [
                    {"name": "side", "image": "side", "essential": False},
                    {"name": "main", "image": "main", "command": ["Ref::what"]},
                ],
            }
        ]
    }
}


def test_overrides_win_and_the_rest_stays() -> None:
    request = {
        "containerOverrides": {
            "environment": [{"name": "CHANGED", "value": "new"}, {"name": "ADDED", "value": "2"}],
            "resourceRequirements": [{"type": "MEMORY", "value": "1024"}],
        }
    }
    [container] = merged(PLAIN, request, {"what": "it"}).containers
    assert container["command"] == ["run", "it"]
    assert {item["name"]: item["value"] for item in container["environment"]} == {
        "KEPT": "1",
        "CHANGED": "new",
        "ADDED": "2",
    }
    assert {item["type"]: item["value"] for item in container["resourceRequirements"]} == {
        "VCPU": "1",
        "MEMORY": "1024",
    }


def test_containers_of_a_task_are_overridden_by_name() -> None:
    override = {"taskProperties": [{"containers": [{"name": "main", "command": ["other"]}]}]}
    task = merged(ECS, {"ecsPropertiesOverride": override}, {"what": "it"})
    assert [container["command"] for container in task.containers] == [[], ["other"]]
    assert as_one(task)["jobRoleArn"] == "role"
    assert as_one(task)["image"] == "main"  # the first one is not essential


@pytest.mark.parametrize(
    ("definition", "request_", "message"),
    [
        (PLAIN, {"ecsPropertiesOverride": {}}, "ecsPropertiesOverride is not applicable"),
        (ECS, {"containerOverrides": {}}, "Container overrides should not be set for ecsProperties jobs"),
        (
            ECS,
            {"ecsPropertiesOverride": {"taskProperties": [{"containers": [{"name": "none"}]}]}},
            "there is no container none",
        ),
        (ECS, {"ecsPropertiesOverride": {"taskProperties": [{}, {}]}}, "at most one task, got 2"),
        (PLAIN, {"containerOverrides": {"command": ["Ref::other"]}}, "No parameter found for reference other"),
    ],
)
def test_overrides_that_do_not_fit_are_refused(definition: Json, request_: Json, message: str) -> None:
    with pytest.raises(BatchError, match=message):
        merged(definition, request_, {"what": "it"})


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        ({"containerOverrides": {"environment": [{"name": "A", "value": "x" * 8100}]}}, "it"),
        ({"containerOverrides": {"command": ["x" * 8100]}}, "it"),
        ({}, "x" * 8100),
    ],
    ids=["variables", "command", "parameters"],
)
def test_all_that_is_overridden_counts_with_the_variables_of_batch(request_: Json, what: str) -> None:
    task = merged(PLAIN, request_, {"what": what})
    assert too_long(task, PLAIN, {"AWS_BATCH_JOB_ID": "x" * 36}) == "Container Overrides length must be at most 8192"


def test_what_the_definition_says_does_not_count() -> None:
    properties = {
        **PLAIN["containerProperties"],
        "environment": [{"name": "A", "value": "x" * 9000}],
        "command": ["run"],
    }
    definition = {"containerProperties": properties}
    assert too_long(merged(definition, {}, {}), definition, {"AWS_BATCH_JOB_ID": "x" * 36}) is None


TEXTS = st.text(st.characters(codec="utf-8") | st.just("\0"), max_size=20)
VARIABLES = st.lists(st.fixed_dictionaries({"name": TEXTS, "value": TEXTS | st.none()}), max_size=5)
OVERRIDES = st.lists(
    st.fixed_dictionaries({"command": st.lists(TEXTS, max_size=5), "environment": VARIABLES}), max_size=5
)


@given(OVERRIDES)
def test_overrides_are_never_longer_than_they_are_estimated(overrides: list[dict[str, Any]]) -> None:
    exact = json.dumps({"containerOverrides": overrides}, separators=(",", ":"), ensure_ascii=False)
    assert len(exact) <= merging._at_most(overrides)
