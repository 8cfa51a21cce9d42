"""Examples of AWS's pages, and of its recorded answers."""

from typing import Any

import pytest

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.language_extensions import expanded
from constructs_lib.templates.reading import read

PARAMETERS = {"Names": ["Success", "Failure", "Time-out"], "Unset": None}


def expand(text: str) -> Any:
    template = read(text)
    return expanded(template, Evaluator(template, parameters=PARAMETERS).value)


def test_a_loop_replicates_a_resource_for_each_value_of_a_list() -> None:
    text = """
Resources:
  Fn::ForEach::Topics:
    - TopicName
    - !Ref Names
    - SnsTopic&{TopicName}:
        Type: AWS::SNS::Topic
        Properties:
          TopicName: !Join ['.', [!Ref TopicName, fifo]]
          DisplayName: !Sub "${TopicName} of ${AWS::StackName}"
          FifoTopic: true
"""
    assert expand(text)["Resources"] == {
        f"SnsTopic{name.replace('-', '')}": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "TopicName": {"Fn::Join": [".", [name, "fifo"]]},
                "DisplayName": {"Fn::Sub": f"{name} of ${{AWS::StackName}}"},
                "FifoTopic": True,
            },
        }
        for name in ("Success", "Failure", "Time-out")
    }


def test_a_loop_within_a_loop_makes_each_pair_once() -> None:
    text = """
Resources:
  Fn::ForEach::TopLevel:
    - Prefix
    - [Foo, Bar]
    - My${Prefix}Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub "my value ${Prefix}"}}
      Fn::ForEach::LowerLevel:
        - Suffix
        - [A, B]
        - My${Prefix}Parameter${Suffix}:
            Type: AWS::SSM::Parameter
            Properties: {Type: String, Value: !Sub "my value ${Suffix}"}
"""
    found = expand(text)["Resources"]
    assert {name: entry["Properties"]["Value"] for name, entry in found.items()} == {
        "MyFooParameter": "my value Foo",
        "MyFooParameterA": "my value A",
        "MyFooParameterB": "my value B",
        "MyBarParameter": "my value Bar",
        "MyBarParameterA": "my value A",
        "MyBarParameterB": "my value B",
    }


def test_outputs_ask_for_attributes_of_what_a_loop_has_made() -> None:
    text = """
Resources:
  S3BucketA: {Type: AWS::S3::Bucket}
Outputs:
  Fn::ForEach::BucketOutputs:
    - Identifier
    - [A]
    - Fn::ForEach::GetAttLoop:
        - Property
        - [Arn, DomainName]
        - S3Bucket${Identifier}${Property}: {Value: !GetAtt [!Sub "S3Bucket${Identifier}", !Ref Property]}
"""
    template = expand(text)
    assert template["Outputs"]["S3BucketAArn"] == {"Value": {"Fn::GetAtt": ["S3BucketA", "Arn"]}}
    assert str(Evaluator(template).outputs()["S3BucketADomainName"].value) == "${S3BucketA.DomainName}"


def test_a_loop_makes_properties_and_runs_over_a_mapping() -> None:
    text = """
Mappings:
  Ports: {web: {open: [80, 443]}}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      Fn::ForEach::Tags:
        - Port
        - !FindInMap [Ports, web, open]
        - Tag${Port}: !Ref Port
"""
    assert expand(text)["Resources"]["Group"]["Properties"] == {"Tag80": "80", "Tag443": "443"}


@pytest.mark.parametrize(
    ("loop", "message"),
    [
        ("[X, [a]]", "every Fn::ForEach object requires three parameters"),
        ("[X, a, {A: {}}]", "does not resolve to a list of values"),
        ("[X, [[a]], {'A${X}': {}}]", "every value in the collection of Fn::ForEach must be a string"),
        ("[X, [a, b], {A: {}}]", "Fn::ForEach makes the key A more than once"),
        ("[X, !Ref Nope, {'A${X}': {}}]", "Unresolved resource dependencies"),
    ],
)
def test_a_loop_that_cannot_run_is_refused(loop: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message) as raised:
        expand(f"Resources:\n  Fn::ForEach::Loop: {loop}\n")
    assert raised.value.path[:2] == ("Resources", "Fn::ForEach::Loop")


def test_loops_in_loops_end_before_they_fill_the_memory() -> None:
    values = "[" + ", ".join(f"v{number}" for number in range(300)) + "]"
    inner = f"{{'Fn::ForEach::Inner': [Y, {values}, {{'A${{X}}${{Y}}': {{}}}}]}}"
    with pytest.raises(TemplateError, match="Fn::ForEach goes over more than 10000 values"):
        expand(f"Resources:\n  Fn::ForEach::Outer: [X, {values}, {inner}]\n")


def test_a_template_without_loops_is_as_it_was() -> None:
    template = {"Resources": {"A": {"Type": "T", "Properties": {"X": {"Fn::Sub": ["${a}", {"a": 1}]}, "Y": None}}}}
    assert expanded(template, lambda value: value) == template
