"""The rules in the real command of cfn-lint: id, severity, description, path and line."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cfnlint.rules import Rules

from constructs_lib.checks.rules import rules

MODULE = "constructs_lib.checks.cfn_lint"
RULES = {rule.id: rule for rule in rules()}
LETTERS = {"error": "E", "warning": "W", "note": "I"}
SERVERLESS = """Transform: AWS::Serverless-2016-10-31
Resources:
  Table: {Type: AWS::Serverless::SimpleTable}
  Job:
    Type: AWS::Batch::JobDefinition
    Properties:
      Type: container
      ContainerProperties: {Image: busybox}
      Timeout: {AttemptDurationSeconds: 30}
"""
NESTED = """Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml}
"""
ORDER = [{"Order": number, "ComputeEnvironment": f"charts-{number}"} for number in range(4)]
QUEUE = {"Type": "AWS::Batch::JobQueue", "Properties": {"Priority": 1, "ComputeEnvironmentOrder": ORDER}}


def lint(*arguments: str, given: str | None = None) -> list[dict[str, Any]]:
    """What our rules tell when the command of cfn-lint runs."""
    command = [Path(sys.executable).with_name("cfn-lint"), "--append-rules", MODULE, "--format", "json"]
    done = subprocess.run(
        [*command, "--include-checks", "I9", *arguments], input=given, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return [each for each in json.loads(done.stdout) if each["Rule"]["Id"][1] == "9"]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[dict[str, Any]]]:
    """What is found in some templates, by the names of their files."""
    folder = tmp_path_factory.mktemp("templates")
    assembly = folder / "cdk.out"
    assembly.mkdir()
    texts = {f"{name}.yaml": RULES[name].example.with_value(RULES[name].example.wrong) for name in TOLD}
    texts |= {"right.yaml": RULES["CHECK101"].example.with_value(RULES["CHECK101"].example.right)}
    texts |= {"serverless.yaml": SERVERLESS, "nested.yaml": NESTED}
    texts |= {"cdk.out/Charts.template.json": json.dumps({"Resources": {"Accepted": QUEUE, "Queue": QUEUE}}, indent=1)}
    for name, text in texts.items():
        (folder / name).write_text(text)
    (assembly / "manifest.json").write_text(json.dumps(MANIFEST))
    told = lint("--", *(str(folder / name) for name in texts))
    return {name: [each for each in told if Path(each["Filename"]) == folder / name] for name in texts}


TOLD = ("CHECK101", "CHECK401", "CHECK606")
MANIFEST = {
    "version": "36.0.0",
    "artifacts": {
        "Charts": {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/unknown-region",
            "properties": {"templateFile": "Charts.template.json"},
            "metadata": {
                "/Charts/Accepted": [
                    {"type": "aws:cdk:acknowledged-rules", "data": {"BatchChecks::CHECK201": "The quota is higher."}},
                ],
                "/Charts/Accepted/Resource": [{"type": "aws:cdk:logicalId", "data": "Accepted"}],
                "/Charts/Queue/Resource": [{"type": "aws:cdk:logicalId", "data": "Queue"}],
            },
        }
    },
}


def test_every_rule_is_one_of_cfn_lint_with_its_severity_and_its_words() -> None:
    appended = {rule.id: rule for rule in Rules.create_from_module(MODULE).values()}
    expected = {f"{LETTERS[rule.severity]}9{rule.id.removeprefix('CHECK')}": rule for rule in rules()}
    assert {*appended} == {"E9000", *expected}
    for name, rule in expected.items():
        assert appended[name].shortdesc == f"{rule.id}: {rule.title}"
        assert appended[name].description == f"{rule.otherwise} {rule.fix}"
        assert appended[name].source_url == rule.source


@pytest.mark.parametrize(
    ("rule", "name", "level", "place"),
    [
        ("CHECK101", "E9101", "Error", "24:Resources/Job/Properties/ContainerProperties"),
        ("CHECK401", "W9401", "Warning", "17:Resources/Environment/Properties/ComputeResources/LaunchTemplate"),
        ("CHECK606", "I9606", "Informational", "4:Resources/Logs"),
    ],
)
def test_a_finding_stands_where_the_mistake_is(
    found: Mapping[str, list[dict[str, Any]]], rule: str, name: str, level: str, place: str
) -> None:
    [finding] = found[f"{rule}.yaml"]
    assert (finding["Rule"]["Id"], finding["Level"]) == (name, level)
    location = finding["Location"]
    assert f"{location['Start']['LineNumber']}:{'/'.join(location['Path'])}" == place
    assert finding["Message"].endswith(RULES[rule].fix)


def test_nothing_is_found_in_what_is_right(found: Mapping[str, list[dict[str, Any]]]) -> None:
    assert found["right.yaml"] == []


def test_a_template_of_sam_is_told_of_by_its_own_lines(found: Mapping[str, list[dict[str, Any]]]) -> None:
    [timeout] = [each for each in found["serverless.yaml"] if each["Rule"]["Id"] == "E9205"]
    line = timeout["Location"]["Start"]["LineNumber"]
    assert "Timeout" in SERVERLESS.splitlines()[line - 1]


def test_what_the_app_of_a_template_acknowledges_is_left_out(found: Mapping[str, list[dict[str, Any]]]) -> None:
    [finding] = found["cdk.out/Charts.template.json"]
    assert finding["Location"]["Path"] == ["Resources", "Queue", "Properties", "ComputeEnvironmentOrder"]
    assert finding["Message"].startswith("Charts/Queue: ")


def test_what_cannot_be_checked_says_so_once(found: Mapping[str, list[dict[str, Any]]]) -> None:
    [finding] = found["nested.yaml"]
    assert finding["Rule"]["Id"] == "E9000"
    assert "the template of the nested stack is missing" in finding["Message"]


def test_a_template_from_the_standard_input_is_checked_too() -> None:
    rule = RULES["CHECK101"]
    [finding] = lint(given=rule.example.with_value(rule.example.wrong))
    assert (finding["Rule"]["Id"], finding["Location"]["Start"]["LineNumber"]) == ("E9101", 24)
