"""ValidateStateMachineDefinition: the diagnostics of what CreateStateMachine refuses.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.conformance.test_state_machines import refusal, role

Json = dict[str, Any]
Validate = Callable[..., Json]

PASS = {"Type": "Pass", "End": True}
LOST = {"Type": "Pass", "Next": "Nowhere"}


@pytest.fixture
def validate(aws: EmbeddedAws) -> Validate:
    def validate_(definition: Json | str, **options: Any) -> Json:
        text = definition if isinstance(definition, str) else json.dumps(definition)
        answer = aws.client("stepfunctions").validate_state_machine_definition(definition=text, **options)
        answer.pop("ResponseMetadata")
        return dict(answer)

    return validate_


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_a_definition_that_is_accepted_has_no_diagnostics(validate: Validate, kind: str) -> None:
    answer = validate({"StartAt": "A", "States": {"A": PASS}}, type=kind)
    assert answer == {"result": "OK", "diagnostics": [], "truncated": False}


def test_a_diagnostic_says_what_is_wrong_and_where(validate: Validate) -> None:
    answer = validate({"StartAt": "A", "States": {"A": LOST, "B": PASS}})
    assert (answer["result"], answer["truncated"]) == ("FAIL", False)
    assert answer["diagnostics"] == [
        {
            "severity": "ERROR",
            "code": "MISSING_TRANSITION_TARGET",
            "message": "Missing 'Next' target: Nowhere",
            "location": "/States/A/Next",
        },
        {
            "severity": "ERROR",
            "code": "MISSING_TRANSITION_TARGET",
            "message": 'State "B" is not reachable.',
            "location": "/States/B",
        },
    ]


def test_what_is_wrong_nowhere_has_no_location(validate: Validate) -> None:
    [diagnostic] = validate({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}})["diagnostics"]
    assert (diagnostic["code"], "location" in diagnostic) == ("MISSING_END_STATE", False)


def test_what_is_no_json_is_told(validate: Validate) -> None:
    answer = validate("not a definition")
    assert (answer["result"], answer["diagnostics"][0]["code"]) == ("FAIL", "INVALID_JSON_DESCRIPTION")


def test_what_is_blank_is_no_object(validate: Validate) -> None:
    message = "Definition must be a valid JSON object"
    diagnostic = {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": message}
    assert validate(" ") == {"result": "FAIL", "diagnostics": [diagnostic], "truncated": False}


@pytest.mark.parametrize(
    "definition",
    [
        {"StartAt": "A", "States": {"A": {"Type": "Nap", "End": True}}},
        {"StartAt": "A", "States": {"A": {"Type": "Task", "End": True}}},
        {"StartAt": "A", "QueryLanguage": "JSONata", "States": {"A": {**PASS, "Output": "{% $( %}"}}},
        {"StartAt": "A", "States": {"A": {**PASS, "Comment": "x, MISSING_END_STATE: at /States/A"}, "B": PASS}},
    ],
)
def test_the_diagnostics_are_what_is_refused_when_it_is_made(
    aws: EmbeddedAws, validate: Validate, definition: Json
) -> None:
    diagnostics = validate(definition)["diagnostics"]
    text = json.dumps(definition)
    create = aws.client("stepfunctions").create_state_machine
    code, message = refusal(create, name="refused", definition=text, roleArn=role(aws))
    assert code == "InvalidDefinition"
    assert all(f"{item['code']}: {item['message']}" in message for item in diagnostics)
    assert diagnostics


def test_only_so_many_are_told(validate: Validate) -> None:
    definition = {"StartAt": "A", "States": {"A": LOST, "B": PASS, "C": PASS}}
    answer = validate(definition, maxResults=2)
    assert (len(answer["diagnostics"]), answer["truncated"]) == (2, True)
    assert refusal(validate, definition, maxResults=101)[0] == "ValidationException"


@pytest.mark.parametrize("pattern", [".sync", ".waitForTaskToken"])
def test_the_type_is_that_of_the_state_machine(validate: Validate, pattern: str) -> None:
    task = {"Type": "Task", "Resource": f"arn:aws:states:::batch:submitJob{pattern}", "Parameters": {}, "End": True}
    definition = {"StartAt": "A", "States": {"A": task}}
    message = f"Express state machine does not support '{pattern}' service integration"
    assert [found["message"] for found in validate(definition, type="EXPRESS")["diagnostics"]] == [message]
    for options in ({}, {"type": "STANDARD"}):
        diagnostics = validate(definition, **options)["diagnostics"]
        assert message not in [found["message"] for found in diagnostics]
