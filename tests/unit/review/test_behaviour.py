"""Changes of state machines, job definitions and queues, and what a reviewer reads and sees of each."""

import copy
import json
from typing import Any

import pytest

from constructs_lib.review.machines import ADDED, CHANGED, REMOVED, states
from tests.unit.review.edits import Edit, entry, put, reviewed_edit

ARRAY, PRIORITY = "ArrayStack", "PriorityQueuesStack"
BEFORE = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ToleratedFailurePercentage": 5,
            "ItemProcessor": {"StartAt": "Run", "States": {"Run": {"Type": "Pass", "End": True}}},
            "Next": "Old",
        },
        "Old": {"Type": "Pass", "Next": "Both"},
        "Both": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 5, "End": True}}}],
            "End": True,
        },
    },
}


def edited() -> dict[str, Any]:
    after: dict[str, Any] = copy.deepcopy(BEFORE)
    each = after["States"]["Each"]
    each |= {"ToleratedFailurePercentage": 50, "Next": "New"}
    each["ItemProcessor"]["States"]["Run"] |= {"Comment": "otherwise"}
    after["States"] = {"Each": each, "New": {"Type": "Pass", "Next": "Both"}, "Both": after["States"]["Both"]}
    after["States"]["Both"]["Branches"].append({"StartAt": "B", "States": {"B": {"Type": "Succeed"}}})
    return after


def test_states_that_are_new_gone_and_otherwise_are_found_wherever_they_are() -> None:
    found = states(BEFORE, edited())
    assert found.marks == {
        ("Each",): CHANGED,
        ("Each", "Run"): CHANGED,
        ("New",): ADDED,
        ("Both", "1", "B"): ADDED,
        ("Old",): REMOVED,
    }
    assert found.fields[("Each",)] == {"ToleratedFailurePercentage": (5, 50), "Next": ("Old", "New")}


def test_the_picture_has_all_states_of_both_and_colours_what_is_not_the_same() -> None:
    picture = states(BEFORE, edited()).picture
    for name in ("Each", "Run", "New", "Old", "Both", "A", "B"):
        assert picture.count(f'"{name}<br/>') + picture.count(f'"{name}"') == 1, picture
    assert "classDef added fill:#dafbe1" in picture
    assert "classDef removed" in picture
    removed = next(line for line in picture.splitlines() if line.endswith(" removed"))
    node = removed.split()[1]
    assert f'{node}("Old")' in picture


def test_the_same_definition_has_nothing_to_colour() -> None:
    found = states(BEFORE, copy.deepcopy(BEFORE))
    assert found.marks == {}
    assert "classDef" not in found.picture


def machine(change: Any) -> Edit:
    def edit(template: dict[str, Any]) -> None:
        properties = entry(template, "StateMachine")["Properties"]
        properties["DefinitionString"] = json.dumps(change)

    return edit


def environment(template: dict[str, Any]) -> None:
    variables = entry(template, "Job")["Properties"]["ContainerProperties"]["Environment"]
    variables.append({"Name": "MODE", "Value": "fast"})


CHANGES: list[tuple[str, Edit, list[str]]] = [
    (
        ARRAY,
        put("Job", "ContainerProperties.Image", "busybox:1.37"),
        ["change: image from `${AWS::AccountId}", "to `busybox:1.37`"],
    ),
    (
        ARRAY,
        put("Job", "ContainerProperties.Command", ["true"]),
        ['change: command from `["handlers.echo:handler"]` to `["true"]`'],
    ),
    (
        ARRAY,
        put(
            "Job",
            "ContainerProperties.ResourceRequirements",
            [{"Type": "MEMORY", "Value": "1024"}, {"Type": "VCPU", "Value": "0.25"}],
        ),
        ["change: MEMORY from `512` to `1024`."],
    ),
    (ARRAY, put("Job", "RetryStrategy.Attempts", 5), ["retries `Attempts` from `3` to `5`"]),
    (ARRAY, put("Job", "Timeout.AttemptDurationSeconds", 60), ["timeout `AttemptDurationSeconds` from `3600` to `60`"]),
    (ARRAY, environment, ["variable `MODE` is new (`fast`)"]),
    (PRIORITY, put("QueuesUrgent", "Priority", 7), ["has another priority from `100` to `7`"]),
    (
        PRIORITY,
        lambda template: entry(template, "QueuesBulk")["Properties"]["ComputeEnvironmentOrder"].pop(),
        ["takes capacity in another order: `SpotCDFFAAD7`; it was `SpotCDFFAAD7` and `OnDemand6491B0D0`."],
    ),
    (ARRAY, machine(BEFORE), ["has new states: `Each`, `Old` and `Both`", "no longer has the states"]),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_change_of_behaviour_has_its_words(number: int, templates: dict[str, dict[str, Any]]) -> None:
    stack, edit, words = CHANGES[number]
    said = "\n".join(finding.text for finding in reviewed_edit(templates[stack], edit).of("Behaviour"))
    assert [word for word in words if word not in said] == [], said


def test_a_state_machine_that_is_otherwise_is_drawn_once(templates: dict[str, dict[str, Any]]) -> None:
    template = copy.deepcopy(templates[ARRAY])
    machine(BEFORE)(template)
    review = reviewed_edit(template, machine(edited()))
    (section,) = (section for section in review.sections if section.title == "Behaviour")
    ((name, picture),) = section.pictures
    assert name == "Stack: StateMachine2E01A3A5"
    assert picture == states(BEFORE, edited()).picture
    said = "\n".join(finding.text for finding in section.findings)
    assert "state `Each`: `ToleratedFailurePercentage` from `5` to `50` and `Next` from `Old` to `New`." in said
