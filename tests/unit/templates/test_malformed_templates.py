"""Templates in which anything stands anywhere: they are taken or refused, and never anything else happens."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.templates import language_extensions
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.parameters import parameters, unknown_parameters
from constructs_lib.templates.plan import plan
from constructs_lib.templates.reading import read
from constructs_lib.templates.validation import check_deployment, is_transformed, validate

RIGHT = read("""
Description: a template with something of everything
Metadata: {a: b}
Parameters:
  P: {Type: String, Default: a, AllowedValues: [a, b], AllowedPattern: "[a-z]", MinLength: 1}
  L: {Type: CommaDelimitedList, Default: "x,y"}
  S: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /a}
Rules:
  R:
    RuleCondition: !Equals [!Ref P, a]
    Assertions: [{Assert: !Contains [[a, b], !Ref P], AssertDescription: a or b}]
Mappings: {M: {a: {text: 1, list: [1, 2]}, b: {text: 2, list: []}}}
Conditions:
  C: !And [!Equals [!Ref P, a], !Not [!Condition D]]
  D: !Or [!Equals [!Join ["", [!Ref P, x]], "b"], !Equals [1, 2]]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Condition: C
    DeletionPolicy: Retain
    Properties: {QueueName: !Sub ["${x}-${P}", {x: !Select [0, !Ref L]}], Tags: [{Key: a, Value: !Ref S}]}
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: [Vpc]
    Properties:
      DisplayName: !If [C, !GetAtt Queue.Arn, !FindInMap [M, !Ref P, text]]
      TopicName: !Ref AWS::NoValue
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !Select [0, !Cidr [10.0.0.0/8, 2, 16]], Tags: [{Key: z, Value: !Select [0, !GetAZs ""]}]}
Outputs:
  O: {Condition: C, Value: !Base64 {Ref: Queue}, Export: {Name: !Sub "${AWS::StackName}-q"}}
""")


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield (*path, key)
        yield from paths(member, (*path, key))


PATHS = [*paths(RIGHT)]
JUNK = st.sampled_from(
    [
        None,
        1,
        True,
        "",
        "x",
        "${x.y}",
        [],
        [1],
        [[]],
        {},
        {"a": None},
        {"Ref": "P"},
        {"Ref": 1},
        {"Ref": "Queue"},
        {"Fn::Sub": 1},
        {"Fn::If": []},
        {"Fn::If": ["C", 1]},
        {"Fn::GetAtt": [1, 2]},
        {"Fn::Select": ["a"]},
        {"Fn::FindInMap": ["M", {"Ref": "L"}, "text"]},
        {"Fn::Cidr": ["10.0.0.0/8", 300, 1]},
        {"Fn::Equals": [1]},
        {"Fn::Transform": 1},
        {"Fn::ForEach::X": [1]},
        {"Condition": 1},
    ],
)
GONE = object()


def edited(edits: list[tuple[tuple[str | int, ...], Any]]) -> dict[str, Any]:
    template = copy.deepcopy(RIGHT)
    for path, value in edits:
        place: Any = template
        try:
            for key in path[:-1]:
                place = place[key]
            if value is GONE:
                del place[path[-1]]
            else:
                place[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    return template


def use(template: dict[str, Any]) -> None:
    """All that is done with a template before anything is made."""
    validate(template)
    evaluator = Evaluator(template, parameters=unknown_parameters(template))
    language_extensions.expanded(template, evaluator.value)
    parameters(template, {"P": "b"}, store=lambda name: name)
    if not is_transformed(template):
        check_deployment(evaluator)
        plan(Evaluator(RIGHT, parameters=unknown_parameters(RIGHT)), evaluator)


def test_the_template_is_right_as_it_is() -> None:
    use(RIGHT)


@given(st.lists(st.tuples(st.sampled_from(PATHS), JUNK | st.just(GONE)), min_size=1, max_size=3))
def test_what_is_wrong_is_refused_and_told(edits: list[tuple[tuple[str | int, ...], Any]]) -> None:
    template = edited(edits)
    before = copy.deepcopy(template)
    try:
        use(template)
    except TemplateError as error:
        message = error.message
    else:
        message = "taken"
    assert message
    assert template == before


@pytest.mark.parametrize("depth", [50, 150, 300, 400, 600, 900, 5000])
@pytest.mark.parametrize("function", [None, "Fn::Base64", "Fn::If"])
def test_what_is_nested_too_deeply_is_refused_wherever_it_is(depth: int, function: str | None) -> None:
    opening, closing = {
        None: ('{"a": ', "}"),
        "Fn::Base64": ('{"Fn::Base64": ', "}"),
        "Fn::If": ('{"Fn::If": ["C", ', ', "b"]}'),
    }[function]
    value = opening * depth + '"a"' + closing * depth
    text = json.dumps(RIGHT)[:-1] + f', "Metadata": {{"deep": {value}}}}}'
    deep = text.replace('"Properties": {', f'"Properties": {{"Deep": {value}, ', 1)
    try:
        use(read(deep))
    except TemplateError as error:
        message = error.message
    assert message.startswith(
        (
            "Template format error: nested too deeply",
            "Template error: a function makes a text of more than",
            "Property validation failure",
        ),
    )
