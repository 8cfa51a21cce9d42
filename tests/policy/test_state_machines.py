"""Every state machine of the app, judged by a validator of the Amazon States Language and by the quotas of AWS."""

import json
import re
from typing import Any

import pytest
from statelint.linter import Linter

from constructs_lib.limits import STEP_FUNCTIONS_DEFINITION_BYTES
from constructs_lib.testing import normalize

# The specification of the language, which the validator knows, leaves the first two to implementations; of the last it
# knows the form without JSONata. AWS describes them:
# https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
# https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
# https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
OF_AWS_ALONE = re.compile(
    r'Field "(InputType" not allowed in .+\.ItemReader\.ReaderConfig|WriterConfig" not allowed in .+\.ResultWriter)'
    r'|.+\.Seconds is "{%.+%}" but should be an Integer'
)


@pytest.fixture(scope="module")
def definitions(templates: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        f"{stack}.{logical_id}": resource["Properties"]["DefinitionString"]
        for stack, template in templates.items()
        for logical_id, resource in normalize(template)["Resources"].items()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    }


def test_every_stack_has_one(definitions: dict[str, Any], templates: dict[str, dict[str, Any]]) -> None:
    assert {name.split(".")[0] for name in definitions} == set(templates)


def test_definitions_are_valid(definitions: dict[str, Any]) -> None:
    assert {name: problems(definition) for name, definition in definitions.items()} == {
        name: [] for name in definitions
    }


def problems(definition: dict[str, Any]) -> list[str]:
    return [problem for problem in Linter.validate(definition) if not OF_AWS_ALONE.fullmatch(problem)]


def test_definitions_are_no_larger_than_aws_takes(definitions: dict[str, Any]) -> None:
    sizes = {name: len(json.dumps(definition)) for name, definition in definitions.items()}
    assert all(size <= STEP_FUNCTIONS_DEFINITION_BYTES for size in sizes.values()), sizes


def test_the_validator_finds_what_is_wrong(definitions: dict[str, Any]) -> None:
    name, definition = next(iter(definitions.items()))
    broken = json.loads(json.dumps(definition))
    broken["StartAt"] = "Nowhere"
    assert any("Nowhere" in problem for problem in Linter.validate(broken)), name
