"""Templates are read as what they are: JSON, or YAML with CloudFormation's short forms."""

import json

import pytest
from moto.cloudformation.models import ChangeSet, Stack

from constructs_lib.local.stacks import templates


@pytest.fixture(autouse=True)
def _installed() -> None:
    templates.install()


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        (json.dumps({"Resources": {"A": {"Ref": "B"}}}, indent=1), {"Resources": {"A": {"Ref": "B"}}}),
        ("{Resources: {A: {Type: X}}}", {"Resources": {"A": {"Type": "X"}}}),
        ("Resources:\n  A: !Ref B\n", {"Resources": {"A": {"Ref": "B"}}}),
    ],
)
def test_json_and_yaml_are_read(text: str, parsed: object) -> None:
    assert Stack.parse_template(text) == parsed
    change = ChangeSet.__new__(ChangeSet)
    change.template = text
    change._parse_template()
    assert change.template_dict == parsed
