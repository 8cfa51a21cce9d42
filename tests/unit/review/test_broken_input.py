"""What is no template, no assembly and no stack: one clear line, exit code 2, and never a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.cli import main

TOPIC: dict[str, Any] = {"Type": "AWS::SNS::Topic"}
GOOD = json.dumps({"Resources": {"Topic": TOPIC}})
NESTED: dict[str, Any] = {
    "Type": "AWS::CloudFormation::Stack",
    "Properties": {"TemplateURL": "https://bucket/inner"},
    "Metadata": {"aws:asset:path": "inner.json"},
}
STACK: dict[str, Any] = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "stack.json"}}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["review", *map(str, arguments)])


def template(**resources: Any) -> str:
    return json.dumps({"Resources": resources})


def topic(**properties: Any) -> dict[str, Any]:
    return {**TOPIC, "Properties": properties}


def manifest(**artifacts: Any) -> str:
    return json.dumps({"version": "48.0.0", "artifacts": artifacts})


FILES: dict[str, tuple[str | bytes, str]] = {
    "an empty file": ("", "Template format error"),
    "a comment": ("# to be written\n", "Template format error"),
    "no YAML": ("a: [", "YAML not well-formed. (line 2, column 1)"),
    "no JSON": ('{"Resources": {', "JSON not well-formed. (line 1, column 16)"),
    "no template": ('{"a": 1}', "it is no CloudFormation template, it has no Resources"),
    "aliases": ("Metadata: {a: &a [x, x], b: [*a, *a]}\nResources: {}", "YAML aliases are not allowed"),
    "a list": ("- 1", "unsupported structure"),
    "a number": ("12", "unsupported structure"),
    "no resources": ('{"Resources": {}}', "it has no Resources"),
    "a list of resources": ('{"Resources": [1]}', "it has no Resources"),
    "a resource without a type": (template(A={"Properties": {}}), "Resources: A: a resource has a Type"),
    "properties that are a list": (template(A={**TOPIC, "Properties": [1]}), "must be an object"),
    "no text": (b"\xff\xfe\x00", "it is no text in UTF-8"),
    "a program": (b"\x7fELF\x02\x01\x01\x00\x00", "Template format error"),
    "a zip": (b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xb5", "it is no text in UTF-8"),
    "too large": (" " * 10_000_000 + "{}", "it has 10,000,002 bytes, and CloudFormation takes templates of 1,000,000"),
    "nested deeply": ('{"Resources": ' + "[" * 100_000, "nested too deeply"),
    "a circle of references": (
        template(A=topic(TopicName={"Ref": "B"}), B=topic(TopicName={"Ref": "A"})),
        "Circular dependency between resources: [A, B]",
    ),
    "a circle of conditions": (
        json.dumps(
            {"Conditions": {"C": {"Fn::Not": [{"Condition": "C"}]}}, "Resources": {"A": {**TOPIC, "Condition": "C"}}}
        ),
        "ircular",
    ),
    "a reference to nothing": (template(A=topic(TopicName={"Ref": "B"})), "Unresolved resource dependencies [B]"),
    "a function that there is not": (template(A=topic(TopicName={"Fn::Upper": "a"})), "Fn::Upper"),
    "a function with too little": (template(A=topic(TopicName={"Fn::Select": [0]})), "Fn::Select"),
    "a stack that is missing": (template(Nested=NESTED), "the template of the nested stack is missing"),
    "a serverless resource that is none": (
        json.dumps(
            {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"A": {"Type": "AWS::Serverless::Function"}}}
        ),
        "Transform AWS::Serverless-2016-10-31 failed with",
    ),
    "a definition that is missing": (
        json.dumps(
            {
                "Transform": "AWS::Serverless-2016-10-31",
                "Resources": {
                    "A": {"Type": "AWS::Serverless::StateMachine", "Properties": {"DefinitionUri": "a.json"}}
                },
            }
        ),
        "a.json: the definition of the state machine A is missing",
    ),
}
ASSEMBLIES: dict[str, tuple[dict[str, str], str]] = {
    "a directory without a manifest": ({}, "it is no cloud assembly, it has no manifest.json"),
    "an empty manifest": ({"manifest.json": ""}, "manifest.json"),
    "a manifest that is no JSON": ({"manifest.json": "{"}, "manifest.json"),
    "a manifest that is a list": ({"manifest.json": "[]"}, "manifest.json: expected an object, got an array"),
    "artifacts that are a list": ({"manifest.json": '{"artifacts": []}'}, "artifacts: expected an object"),
    "a stack without a file": ({"manifest.json": manifest(S=STACK)}, "stack.json: No such file or directory"),
    "a stack that is no template": ({"manifest.json": manifest(S=STACK), "stack.json": "[]"}, "unsupported structure"),
    "a stack that is nested in itself": (
        {"manifest.json": manifest(S=STACK), "stack.json": template(A=NESTED), "inner.json": template(A=NESTED)},
        "inner.json: the stack is nested in itself",
    ),
    "a nested stack that is no template": (
        {"manifest.json": manifest(S=STACK), "stack.json": template(A=NESTED), "inner.json": "- 1"},
        "inner.json: Template format error: unsupported structure",
    ),
    "a stage without a directory": (
        {"manifest.json": manifest(A={"type": "cdk:cloud-assembly", "properties": {"directoryName": "stage"}})},
        "stage is no cloud assembly: it has no manifest.json",
    ),
    "a stage that has itself": (
        {"manifest.json": manifest(A={"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}})},
        "the assembly has itself as a part",
    ),
    "metadata that is missing": (
        {"manifest.json": manifest(S={**STACK, "additionalMetadataFile": "notes.json"}), "stack.json": GOOD},
        "notes.json",
    ),
    "metadata that is none": (
        {"manifest.json": manifest(S={**STACK, "metadata": {"/S": 1}}), "stack.json": GOOD},
        "the metadata of S cannot be read",
    ),
    "stacks that need each other": (
        {
            "manifest.json": manifest(S=STACK),
            "stack.json": template(
                A={**NESTED, "Properties": {"Parameters": {"P": {"Fn::GetAtt": ["B", "Outputs.O"]}}}},
                B={**NESTED, "Properties": {"Parameters": {"P": {"Fn::GetAtt": ["A", "Outputs.O"]}}}},
            ),
            "inner.json": json.dumps(
                {
                    "Parameters": {"P": {"Type": "String"}},
                    "Resources": {"T": TOPIC},
                    "Outputs": {"O": {"Value": {"Ref": "P"}}},
                }
            ),
        },
        "Circular dependency between resources: [A, B]",
    ),
}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.json"
    path.write_text(GOOD)
    return path


def refused(words: str, broken: Path, good: Path) -> None:
    """Whichever side it is, it is told in one line."""
    for sides in ((broken, good), (good, broken), (broken, broken)):
        result = run(*sides)
        assert result.exit_code == 2, (result.output, result.exception)
        (line,) = result.output.splitlines()
        assert line.startswith("Error: "), result.output
        assert words in line


@pytest.mark.parametrize("what", FILES)
def test_a_broken_template_is_one_line_and_exit_code_2(what: str, good: Path, tmp_path: Path) -> None:
    content, words = FILES[what]
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(words, broken, good)


@pytest.mark.parametrize("what", ASSEMBLIES)
def test_a_broken_assembly_is_one_line_and_exit_code_2(what: str, good: Path, tmp_path: Path) -> None:
    files, words = ASSEMBLIES[what]
    broken = tmp_path / "broken.out"
    broken.mkdir()
    for name, content in files.items():
        (broken / name).write_text(content)
    refused(words, broken, good)


def test_what_is_not_there_and_what_may_not_be_read_is_told(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused("there is no such file or directory", tmp_path / "none", good)
    refused("there is no such file or directory", good / "within", good)
    refused("there is no such file or directory. Run `cdk synth` to make it", tmp_path / "cdk.out", good)
    secret = tmp_path / "secret.json"
    secret.write_text(GOOD)
    read = Path.read_text

    def reading(path: Path, *arguments: Any, **options: Any) -> str:
        if path == secret:
            raise PermissionError(13, "Permission denied")
        return read(path, *arguments, **options)

    monkeypatch.setattr(Path, "read_text", reading)  # who runs this may read everything
    refused("secret.json: Permission denied", secret, good)


def test_of_a_key_that_is_there_twice_the_last_one_counts(tmp_path: Path, good: Path) -> None:
    twice = tmp_path / "twice.yaml"
    twice.write_text("Resources:\n  Other: {Type: AWS::SQS::Queue}\nResources:\n  Topic: {Type: AWS::SNS::Topic}\n")
    result = run(good, twice)
    assert (result.exit_code, result.output) == (0, "Nothing changes.\n")


def test_a_template_that_windows_wrote_is_read(tmp_path: Path, good: Path) -> None:
    for name, text in (("a.yaml", "Resources:\r\n  Topic:\r\n    Type: AWS::SNS::Topic\r\n"), ("a.json", GOOD)):
        path = tmp_path / name
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
        result = run(path, good)
        assert (result.exit_code, result.output) == (0, "Nothing changes.\n")
