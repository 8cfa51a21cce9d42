"""Templates are JSON or YAML with the short forms of CloudFormation, and nothing in them is called."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import moto
import pytest
import yaml
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from moto.cloudformation.exceptions import ValidationError
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
        ("A: !GetAtt B.Outputs.C", {"A": {"Fn::GetAtt": ["B", "Outputs.C"]}}),
        ("A: !GetAtt [B, C]", {"A": {"Fn::GetAtt": ["B", "C"]}}),
        ("A: !Condition B", {"A": {"Condition": "B"}}),
        (
            "A: !And [!Condition B, !Equals [1, !Ref C]]",
            {"A": {"Fn::And": [{"Condition": "B"}, {"Fn::Equals": [1, {"Ref": "C"}]}]}},
        ),
        ("A: !Sub ['${B}', {B: !GetAtt C.Arn}]", {"A": {"Fn::Sub": ["${B}", {"B": {"Fn::GetAtt": ["C", "Arn"]}}]}}),
        (
            "A: !Transform {Name: B, Parameters: {C: !Ref D}}",
            {"A": {"Fn::Transform": {"Name": "B", "Parameters": {"C": {"Ref": "D"}}}}},
        ),
        ("A: !Base64\n  Fn::Sub: B", {"A": {"Fn::Base64": {"Fn::Sub": "B"}}}),
        ("AWSTemplateFormatVersion: 2010-09-09", {"AWSTemplateFormatVersion": "2010-09-09"}),
        ("A: {Version: 2012-10-17, B: yes, C: 1.5}", {"A": {"Version": "2012-10-17", "B": True, "C": 1.5}}),
        ("A: &anchor 1", {"A": 1}),
    ],
)
def test_json_and_yaml_are_read(text: str, parsed: object) -> None:
    assert Stack.parse_template(text) == parsed
    change = ChangeSet.__new__(ChangeSet)
    change.template = text
    change._parse_template()
    assert change.template_dict == parsed


BOMB = "A: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{name}: &{name.lower()} [{', '.join(['*' + before] * 9)}]"
    for before, name in zip("abcdefgh", "BCDEFGHI", strict=True)
)
REFUSED = {
    "A: *a": "Template error: YAML aliases are not allowed in CloudFormation templates",
    "A: &a {B: C}\nD:\n  <<: *a": "Template error: YAML aliases are not allowed in CloudFormation templates",
    BOMB: "Template error: YAML aliases are not allowed in CloudFormation templates",
    "A: !!binary aGk=": "Template format error: YAML not well-formed. (line 1, column 4)",
    "A: !!set {a, b}": "Template format error: YAML not well-formed. (line 1, column 4)",
    "A: !!omap [a: b]": "Template format error: YAML not well-formed. (line 1, column 4)",
    "A: !!pairs [a: b]": "Template format error: YAML not well-formed. (line 1, column 4)",
    "A: !!timestamp 2010-09-09": "Template format error: YAML not well-formed. (line 1, column 4)",
    "A:\n  B: [": "Template format error: YAML not well-formed. (line 2, column 7)",
    "A: \x00": "Template format error: YAML not well-formed.",
    '{"A": "B"': "Template format error: JSON not well-formed. (line 1, column 10)",
    "only text": "Template format error: unsupported structure.",
    "[1, 2]": "Template format error: unsupported structure.",
    "": "Template format error: unsupported structure.",
    '{"A":' * 50_000: "Template format error: nested too deeply",
    "[" * 5_000: "Template format error: nested too deeply",
    "A: " + "x" * 1_000_000: "Template may not exceed 1000000 bytes in size.",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:30])
def test_what_cloudformation_refuses_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Stack.parse_template(text)
    assert refused.value.message == REFUSED[text]


CALLS: dict[str, Callable[[Any, str], Any]] = {
    "CreateStack": lambda client, body: client.create_stack(StackName="new", TemplateBody=body),
    "UpdateStack": lambda client, body: client.update_stack(StackName="there", TemplateBody=body),
    "CreateChangeSet": lambda client, body: client.create_change_set(
        StackName="new", ChangeSetName="change", ChangeSetType="CREATE", TemplateBody=body
    ),
    "CreateStackSet": lambda client, body: (
        client.create_stack_set(StackSetName="set", TemplateBody=body)
        and client.create_stack_instances(StackSetName="set", Accounts=["123456789012"], Regions=["us-east-1"])
    ),
    "GetTemplateSummary": lambda client, body: client.get_template_summary(TemplateBody=body),
    "ValidateTemplate": lambda client, body: client.validate_template(TemplateBody=body),
}
TAGS = ("object/apply:os.mkdir", "object/new:os.mkdir", "object/apply:pathlib.Path.mkdir")


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("call", CALLS)
def test_no_template_calls_python(call: str, tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "made"
    argument = f"!!python/object/new:pathlib.PosixPath ['{made}']" if "Path" in tag else str(made)
    body = f"Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Metadata: !!python/{tag} [{argument}]\n"
    with mock_aws():
        client = boto3.Session("a", "b", region_name="us-east-1").client("cloudformation")
        client.create_stack(StackName="there", TemplateBody="Resources: {A: {Type: AWS::SNS::Topic}}")
        with pytest.raises(ClientError) as refused:
            CALLS[call](client, body)
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationError"
    assert error["Message"] == "Template format error: YAML not well-formed. (line 4, column 15)"
    assert list(tmp_path.iterdir()) == [], "nothing was called, and nothing written"


plain = st.one_of(st.none(), st.booleans(), st.integers(), st.text(st.characters(codec="ascii", categories=["L", "N"])))
nested = st.recursive(plain, lambda some: st.lists(some) | st.dictionaries(st.text(min_size=1), some), max_leaves=20)


@given(st.dictionaries(st.text(min_size=1), nested, min_size=1))
def test_yaml_says_what_json_does(template: dict[str, Any]) -> None:
    expected = json.loads(json.dumps(template))
    assert templates.read(json.dumps(template)) == expected
    assert templates.read(yaml.safe_dump(template, default_flow_style=False)) == expected


def test_the_loaders_of_other_programs_stay_as_they_are() -> None:
    before = dict(yaml.FullLoader.yaml_multi_constructors)
    Stack.parse_template("A: !Ref B")
    assert yaml.FullLoader.yaml_multi_constructors == before
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load("A: !Ref B")


def test_nothing_else_in_moto_reads_yaml_that_calls_python() -> None:
    root = Path(moto.__path__[0])
    unsafe = re.compile(
        r"yaml\.(?:unsafe_|full_)?load(?:_all)?\(|Loader=yaml\.(?!SafeLoader)|(?:pickle|marshal)\.loads?\("
    )
    found = {str(path.relative_to(root)) for path in root.rglob("*.py") if unsafe.search(path.read_text())}
    assert found == {"cloudformation/models.py", "cloudformation/responses.py"}


def test_a_template_without_resources_is_not_valid() -> None:
    with mock_aws():
        client = boto3.Session("a", "b", region_name="us-east-1").client("cloudformation")
        described = client.validate_template(TemplateBody="Description: D\nResources: {A: {Type: AWS::SNS::Topic}}")
        assert described["Description"] == "D"
        with pytest.raises(ClientError, match="At least one Resources member must be defined"):
            client.validate_template(TemplateBody="Description: D")


@pytest.mark.parametrize("limit", [1_000, 20_000])
def test_how_deep_a_template_may_be_is_one_answer(limit: int) -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, before))
    try:
        assert Stack.parse_template("A: " + "[" * 100 + "]" * 100)
        with pytest.raises(ValidationError, match="nested too deeply"):
            Stack.parse_template("A: " + "[" * 1_000 + "]" * 1_000)
    finally:
        sys.setrecursionlimit(before)
