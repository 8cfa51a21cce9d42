"""What a side of a review may be: nested stacks, stages, serverless templates, definitions in files, empty stacks."""

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.review import Kind, Review, review

TOPIC: dict[str, Any] = {"Type": "AWS::SNS::Topic"}
SERVERLESS = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Stage: {Type: String}}
Globals: {Function: {Timeout: <TIMEOUT>, CodeUri: src/}}
Resources:
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: work.handler
      Policies: [{Statement: [{Effect: Allow, Action: <ACTION>, Resource: '*'}]}]
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties: {DefinitionUri: flow.asl.yaml, Role: arn:aws:iam::111122223333:role/flow}
"""
FLOW = "StartAt: Begin\nStates:\n  Begin: {Type: Wait, Seconds: <SECONDS>, End: true}\n"


def queue(name: str) -> dict[str, Any]:
    return {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}}}


def written(folder: Path, **files: Any) -> Path:
    """A folder with JSON files; ``__`` stands for a dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def stack(file: str, **others: Any) -> dict[str, Any]:
    return {"type": "aws:cloudformation:stack", "properties": {"templateFile": file}, **others}


def said(found: Review, title: str) -> list[str]:
    return [finding.text for finding in found.of(title)]


def test_a_nested_stack_is_reviewed_with_its_name(tmp_path: Path) -> None:
    def assembly(name: str) -> Path:
        nested = {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": f"https://bucket/{name}"},
            "Metadata": {"aws:asset:path": "inner.json"},
        }
        manifest = {"artifacts": {"Outer": stack("outer.json")}}
        outer = {"Resources": {"Nested": nested}}
        return written(tmp_path / name, manifest__json=manifest, outer__json=outer, inner__json=queue(name))

    found = review(assembly("old"), assembly("new"))
    (replaced,) = (finding for finding in found.of("Resources") if "QueueName" in finding.text)
    assert replaced.stack == "Outer/Nested"
    assert replaced.text.startswith("**replaced** `Queue` (AWS::SQS::Queue): `QueueName` from `old` to `new`")


def test_stages_are_compared_stack_by_stack(tmp_path: Path) -> None:
    def assembly(name: str) -> Path:
        stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
        outer = written(tmp_path / name, manifest__json={"artifacts": {"assembly-Prod": stage}})
        inner = {"ProdWork": stack("work.json", displayName="Prod/Work"), "ProdSame": stack("same.json")}
        written(outer / "assembly-Prod", manifest__json={"artifacts": inner}, work__json=queue(name))
        written(outer / "assembly-Prod", same__json=queue("same"))
        return outer

    found = review(assembly("old"), assembly("new"))
    assert {finding.stack for section in found.sections for finding in section.findings} == {"Prod/Work"}
    assert found.counts == {"replaced": 1}


def test_a_serverless_template_is_what_it_stands_for_on_both_sides(tmp_path: Path) -> None:
    def template(name: str, timeout: str, action: str, seconds: str) -> Path:
        text = SERVERLESS.replace("<TIMEOUT>", timeout).replace("<ACTION>", action)
        flow = FLOW.replace("<SECONDS>", seconds)
        return written(tmp_path / name, template__yaml=text, flow__asl__yaml=flow) / "template.yaml"

    old, new = template("old", "3", "s3:GetObject", "5"), template("new", "9", "s3:*", "60")
    found = review(old, new)
    assert "updated in place `Work` (AWS::Lambda::Function): `Timeout` from `3` to `9`" in said(found, "Resources")
    assert said(found, "Rights") == ["The role `WorkRole` may now `s3:*` on `*`."]
    assert said(found, "Behaviour") == ["The state machine `Flow`, state `Begin`: `Seconds` from `5` to `60`."]
    assert review(old, old).is_empty


@pytest.mark.parametrize("where", ["bucket", "folder"])
def test_a_definition_in_a_file_is_compared_by_what_it_says(where: str, tmp_path: Path) -> None:
    def assembly(name: str, seconds: int) -> Path:
        location = {"Bucket": {"Fn::Sub": "assets-${AWS::Region}"}, "Key": f"{name}.json"}
        properties = {
            "RoleArn": "arn:aws:iam::111122223333:role/flow",
            "DefinitionS3Location": location if where == "bucket" else "flow.json",
            "DefinitionSubstitutions": {"Queue": {"Fn::GetAtt": ["Queue", "Arn"]}, "Name": name},
        }
        flow = {"StartAt": "Begin", "States": {"Begin": {"Type": "Wait", "Seconds": seconds, "OutputPath": "${Name}"}}}
        flow["States"]["Begin"]["End"] = True  # type: ignore[index]
        machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
        asset = {"source": {"path": "flow.json"}, "destinations": {"here": {"objectKey": f"{name}.json"}}}
        folder = written(tmp_path / name, work__assets__json={"files": {name: asset}}, flow__json=flow)
        template = {"Resources": {"Flow": machine, **queue("same")["Resources"]}}
        manifest = {"artifacts": {"Work": stack("work.template.json")}}
        return written(folder, work__template__json=template, manifest__json=manifest)

    old, new = assembly("old", 5), assembly("new", 60)
    found = review(old, new)
    assert said(found, "Behaviour") == [
        "The state machine `Flow`, state `Begin`: `Seconds` from `5` to `60` and `OutputPath` from `old` to `new`."
    ]
    assert [finding.text for finding in found.of("Running jobs")] == [
        (
            "The state machine `Flow` is changed: executions that run go on by the definition and the role that they "
            "began with."
        )
    ]
    (section,) = (section for section in found.sections if section.title == "Behaviour")
    assert [name for name, _ in section.pictures] == ["Work: Flow"]


def test_a_stack_that_has_nothing_any_more_is_deleted_by_the_cdk(tmp_path: Path) -> None:
    def assembly(name: str, template: Any) -> Path:
        return written(tmp_path / name, manifest__json={"artifacts": {"Work": stack("work.json")}}, work__json=template)

    bucket = {"Resources": {"Results": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete"}}}
    full, empty = assembly("full", bucket), assembly("empty", {"Parameters": {"A": {"Type": "String"}}})
    found = review(full, empty)
    assert found.kinds == {Kind.REPLACE_STATEFUL, Kind.LOSE_DATA}
    assert said(found, "Resources")[0] == "It has no resources any more: the CDK deletes the stack."
    assert review(empty, empty).is_empty
    assert review(empty, full).counts == {"created": 1}


def test_a_stack_with_another_name_is_another_stack_and_a_file_with_another_name_is_not(tmp_path: Path) -> None:
    def assembly(name: str) -> Path:
        return written(tmp_path / name, manifest__json={"artifacts": {name: stack("work.json")}}, work__json=queue("a"))

    assert review(assembly("Nightly"), assembly("Night")).counts == {"created": 1}
    assert review(assembly("Night"), assembly("Night")).is_empty
    files = written(tmp_path / "files", old__json=queue("a"), new__json=queue("a"))
    assert review(files / "old.json", files / "new.json").is_empty
    assert review(assembly("Nightly") / "work.json", assembly("Night") / "work.json").is_empty
