"""Fan-outs as parts of larger state machines, and what every definition has to keep."""

import json
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_stepfunctions as sfn
from cfnlint.api import ManualArgs, lint
from statelint.config import Config
from statelint.linter import Linter

from constructs_lib import ArrayFanOut, ConfigurationError, DistributedFanOut, MapFanOut
from constructs_lib.local.states.expressions import evaluation as expressions
from tests.unit.workflows.interpreter import Execution
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

MACHINES = ["ArrayMachine", "MapMachine", "CustomArrayMachine", "CustomMapMachine", "SubmitMachine", "NestedMachine"]


@pytest.mark.parametrize("machine", MACHINES)
def test_definitions_are_valid(resources: Resources, machine: str) -> None:
    assert Linter.validate(definition(resources, machine), Config()) == []


def test_the_template_is_one_that_cloudformation_takes(template: dict[str, Any]) -> None:
    # aws-cdk-lib lets every state machine depend on its role, which its definition refers to anyway.
    checks = ManualArgs(regions=["eu-west-1"], ignore_checks=["W3005"])
    assert [str(match) for match in lint(json.dumps(template), config=checks)] == []


@pytest.mark.parametrize("machine", [*MACHINES, "DistributedMachine"])
def test_every_expression_can_be_parsed(resources: Resources, machine: str) -> None:
    found = list(_expressions(definition(resources, machine)))
    for text in found:
        expressions.parse(text[2:-2])
    assert found


@pytest.mark.parametrize("machine", ["ArrayMachine", "MapMachine"])
def test_states_say_what_they_do(resources: Resources, machine: str) -> None:
    states = all_states(definition(resources, machine))
    assert all(state.get("Comment") for state in states.values())
    assert all(state["QueryLanguage"] == "JSONata" for state in states.values())
    assert not any("Assign" in state for state in states.values())


def test_fan_outs_hold_and_follow_each_other(resources: Resources) -> None:
    jobs = iter(range(100))
    tasks = {"submitJob.sync": lambda _: {"JobId": f"job-{next(jobs)}"}}
    given = {"items": ["a", "b"], "lists": [{"items": [1]}, {"items": []}, {"items": [1, 2, 3]}]}

    machine = definition(resources, "NestedMachine")
    machine["States"]["Both"]["Branches"][1]["States"]["Each"]["ItemSelector"] = "{% $states.context.Map.Item.Value %}"
    machine["States"]["Both"] |= {"QueryLanguage": "JSONata", "Output": '{% {"items": [$states.result[1].total]} %}'}
    output = Execution(tasks).run(machine, given)

    assert output["total"] == 3
    assert next(jobs) == 1 + 4 + 1


def test_the_rights_of_all_parts_reach_the_role(resources: Resources) -> None:
    terminate = [
        statement["Condition"]["StringEquals"]["aws:ResourceTag/constructs-lib:submitted-by"]
        for logical_id, resource in resources.items()
        if logical_id.startswith("NestedMachineRole") and resource["Type"] == "AWS::IAM::Policy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        if "batch:TerminateJob" in statement["Action"]
    ]
    assert sorted(terminate) == ["Stack/After", "Stack/Left", "Stack/Right"]


def test_states_can_be_renamed() -> None:
    def build(stack: Stack) -> None:
        fan_out = ArrayFanOut(stack, "Tiles", job=job(stack), queue=queue(stack))
        state_machine(stack, sfn.Chain.start(fan_out.prefix_states("Night ")).next(sfn.Succeed(stack, "Done")))

    machine = definition(resources_of(build))
    assert machine["StartAt"] == "Night Tiles: Read items"
    assert machine["States"]["Night Tiles: Return summary"]["Next"] == "Done"
    assert all(name.startswith("Night Tiles: ") for name in machine["States"] if name != "Done")


def test_a_fan_out_can_be_one_state() -> None:
    def build(stack: Stack) -> None:
        fan_out = MapFanOut(stack, "Tiles", job=job(stack), queue=queue(stack))
        state_machine(stack, fan_out.to_single_state().add_catch(sfn.Pass(stack, "Caught")))

    resources = resources_of(build)
    assert definition(resources)["States"]["Tiles"]["Type"] == "Parallel"
    assert "batch:TerminateJob" in statements(resources)


@pytest.mark.parametrize("kind", [ArrayFanOut, MapFanOut, DistributedFanOut])
def test_one_state_machine_has_several_fan_outs_of_a_kind(kind: Any) -> None:
    def build(stack: Stack) -> None:
        parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack)}
        state_machine(stack, kind(stack, "Tiles", **parts).next(kind(stack, "Scenes", **parts)))

    names = all_states(definition(resources_of(build))).keys()
    assert {name.partition(": ")[0] for name in names} == {"Tiles", "Scenes"}
    assert {name for name in names if name.startswith("Tiles")} == {
        name.replace("Scenes", "Tiles") for name in names if name.startswith("Scenes")
    }


@pytest.mark.parametrize("kind", [ArrayFanOut, MapFanOut])
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ({"items": "$.items"}, "FLOW003", r"items: got '\$\.items'"),
        ({"environment": {"ITEMS": "1"}}, "FLOW005", "environment: got the variable ITEMS"),
        ({"environment": {"AWS_BATCH_X": "1"}}, "BATCH014", "AWS_BATCH_X"),
        ({"tolerated_failures": -1}, "FLOW007", "tolerated_failures: got -1"),
        ({"tolerated_failure_percentage": 101}, "FLOW010", "tolerated_failure_percentage: got 101"),
        ({"job_name": "a b"}, "FLOW002", "job_name: got 'a b'"),
        ({"attempts": 11}, "BATCH018", "attempts: got 11"),
    ],
)
def test_wrong_arguments_are_refused(kind: Any, arguments: dict[str, Any], code: str, words: str) -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=words) as error:
        kind(stack, "Tiles", job=job(stack), queue=queue(stack), **arguments)
    assert error.value.code == code
    assert error.value.where.startswith(f"{kind.__name__} 'Stack/Tiles'")


@pytest.mark.parametrize("concurrency", [0, 41])
def test_more_at_a_time_than_a_map_runs_is_refused(concurrency: int) -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=r"FLOW006.*Use ArrayFanOut"):
        MapFanOut(stack, "Tiles", job=job(stack), queue=queue(stack), max_concurrency=concurrency)


def test_ids_leave_room_for_the_names_of_states() -> None:
    stack = new_stack()
    longest = ArrayFanOut(stack, "T" * 56, job=job(stack), queue=queue(stack))
    assert max(len(name) for name in _names(longest)) == 80
    with pytest.raises(ConfigurationError, match=r"FLOW008.*at most 56"):
        ArrayFanOut(stack, "T" * 57, job=longest.node.scope.node.find_child("Job"), queue=queue(Stack(stack, "Other")))


def _names(fan_out: ArrayFanOut) -> list[str]:
    return [child.state_id for child in fan_out.node.children if isinstance(child, sfn.State)]


def _expressions(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _expressions(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _expressions(inner)]
    return [value] if isinstance(value, str) and value.startswith("{%") else []


def test_definitions_do_not_grow_with_the_list(resources: Resources) -> None:
    assert len(json.dumps(definition(resources, "ArrayMachine"))) < 18_000
    assert len(json.dumps(definition(resources, "MapMachine"))) < 12_000
