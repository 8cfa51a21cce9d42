"""A template as a text: blocks below construct paths, references in short, and no two templates with the same text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.testing import template_text
from constructs_lib.testing.normalization import STATE_MACHINE
from constructs_lib.testing.synthesized import SynthesizedTemplate

# Made of what the layout gives a meaning to, so that two different values could look alike.
TEXT = st.text(alphabet="ab1:- \n!|>\"'#{}[]%$\\é\u2028", max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 11) | st.just(1.5) | TEXT,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(TEXT, values, max_size=3),
    max_leaves=6,
)


def template(value: Any, **others: Any) -> dict[str, Any]:
    return {"Resources": {"Thing": {"Type": "Test::Thing", "Properties": {"Value": value}, **others}}}


def shown(value: Any) -> str:
    text = template_text(template(value))
    assert text.startswith("Thing (Test::Thing):\n  Properties:\n    Value:")
    return text.removeprefix("Thing (Test::Thing):\n  Properties:\n    Value:").removesuffix("\n").removeprefix(" ")


@given(values=st.lists(VALUES, min_size=2, max_size=12))
def test_different_values_have_different_texts(values: list[Any]) -> None:
    texts: dict[str, str] = {}
    for value in values:
        written = json.dumps(value, sort_keys=True)
        assert texts.setdefault(template_text(template(value)), written) == written


@given(value=VALUES)
def test_no_line_but_the_header_begins_without_an_indent_and_none_ends_with_a_space(value: Any) -> None:
    _, *lines = template_text(template(value)).split("\n")
    assert [line for line in lines if line and (not line.startswith("  ") or line != line.rstrip())] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("s3:*", "s3:*"),
        ("*", "*"),
        ("2012-10-17", "2012-10-17"),
        ("10.0.0.0/16", "10.0.0.0/16"),
        ("größer", "größer"),
        (5, "5"),
        ("5", '"5"'),
        (1e16, "1e+16"),
        ("1e+16", '"1e+16"'),
        (True, "true"),
        ("true", '"true"'),
        (None, "null"),
        ("", '""'),
        ({}, "{}"),
        ([], "[]"),
        ("a: b", '"a: b"'),
        ("!Ref Queue", '"!Ref Queue"'),
        ('{"a":[1]}', '{"a":[1]}'),
        ("{}", '"{}"'),
        ('{% $states.input.items[status = "new"] %}', '{% $states.input.items[status = "new"] %}'),
        ("a\u2028b", '"a\\u2028b"'),
        ("\ud800", '"\\ud800"'),
        ({"Ref": "Queue"}, "!Ref Queue"),
        ({"Fn::GetAtt": ["Queue", "JobQueueArn"]}, "!GetAtt Queue.JobQueueArn"),
        ({"Fn::GetAtt": "Queue.JobQueueArn"}, "!GetAtt Queue.JobQueueArn"),
        ({"Fn::Sub": "data-${AWS::Region}"}, "!Sub data-${AWS::Region}"),
        ({"Fn::ImportValue": "Other:Queue"}, "!ImportValue Other:Queue"),
        (
            {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", {"Fn::GetAtt": ["B", "Name"]}, "/${x}/*"]]},
            "!Sub arn:${AWS::Partition}:s3:::${B.Name}/${!x}/*",
        ),
        ({"Fn::Join": ["", ["a-", {"Fn::Sub": "${AWS::Region}-${!x}"}]]}, "!Sub a-${AWS::Region}-${!x}"),
    ],
)
def test_a_value_on_a_line(value: Any, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (["a", 1, ["b"]], ["      - a", "      - 1", "      - - b"]),
        ({"b": 1, "a": [{"c": 2, "d": 3}]}, ["      a:", "        - c: 2", "          d: 3", "      b: 1"]),
        ({"Fn::Join": ["-", ["a", "b"]]}, ["      Fn::Join:", '        - "-"', "        - - a", "          - b"]),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, ["      Fn::Select:", "        - 0", '        - Fn::GetAZs: ""']),
    ],
)
def test_values_on_several_lines(value: Any, lines: list[str]) -> None:
    assert shown(value).split("\n") == ["", *lines]


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ('{\n  "a": 1\n\n}\n', ["|", "      {", '        "a": 1', "", "      }"]),
        ({"Fn::Sub": "\na\nb"}, ["!Sub |-", "", "      a", "      b"]),
        ("a \n\tb\r\n", ['|"', '      "a "', '      "\\tb\\r"', '      ""']),
    ],
)
def test_a_text_of_several_lines_is_shown_line_by_line(value: Any, lines: list[str]) -> None:
    assert shown(value).split("\n") == lines


def test_a_long_program_is_shown_statement_by_statement() -> None:
    program = "{% ( $a := 1; $b := 2; " + " ".join(["$c"] * 60) + " ) %}"
    mark, *lines = shown(program).split("\n")
    assert (mark, lines[:2]) == (">", ["      {% ( $a := 1;", "      $b := 2;"])
    assert max(len(line) for line in lines) <= 126
    assert " ".join(line.strip() for line in lines) == program


def test_long_json_in_a_text_is_shown_entry_by_entry() -> None:
    body = {"widgets": [{"type": "metric", "region": "${AWS::Region}", "title": "a" * 100}, 1.5], "start": "-PT6H"}
    text = json.dumps(body, separators=(",", ":"))
    lines = [
        "      widgets:",
        "        - type: metric",
        "          region: ${AWS::Region}",
        f"          title: {'a' * 100}",
        "        - 1.5",
        "      start: -PT6H",
    ]
    assert shown({"Fn::Sub": text}).split("\n") == ["!Sub JSON", *lines]
    assert shown(text).split("\n") == ["JSON", *lines]


def test_a_long_text_that_is_json_but_for_its_spaces_or_its_end_is_shown_as_the_text_that_it_is() -> None:
    spaced = json.dumps({"a": ["b" * 60, "c" * 60, "d" * 60]})
    mark, *lines = shown(spaced).split("\n")
    assert (mark, " ".join(line.strip() for line in lines)) == (">", spaced)
    broken = '{"a":' + "1" * 150
    assert shown(broken) == broken


def test_a_long_text_without_spaces_stays_on_its_line() -> None:
    uri = f"{'a' * 150}:<asset hash>"
    assert shown(uri) == uri


MACHINE = {
    "StartAt": "First",
    "States": {
        "First": {
            "Type": "Map",
            "ItemProcessor": {"StartAt": "Inner: one", "States": {"Inner: one": {"Type": "Pass", "End": True}}},
            "Next": "Last",
        },
        "Last": {"Type": "Succeed"},
    },
}


def stack() -> SynthesizedTemplate:
    resources = {
        "QueueA1": {"Type": "AWS::Batch::JobQueue", "Properties": {"Priority": 1}},
        "MachineB2": {
            "Type": STATE_MACHINE,
            "Properties": {"DefinitionString": json.dumps(MACHINE), "RoleArn": {"Ref": "RoleC3"}},
        },
        "Unknown": {"Type": "Test::Thing"},
    }
    outputs = {"Name": {"Value": {"Ref": "QueueA1"}}}
    paths = {"QueueA1": "Jobs/Queue/Resource", "MachineB2": "Jobs/Machine/Resource"}
    template = {"Description": "Mine", "Resources": resources, "Outputs": outputs}
    return SynthesizedTemplate(template, paths=paths, assets=frozenset())


def test_each_resource_state_and_output_is_a_block_below_its_path() -> None:
    assert (
        template_text(stack())
        == """\
Description: Mine

Outputs Name:
  Value: !Ref QueueA1

Jobs/Machine (AWS::StepFunctions::StateMachine MachineB2):
  Properties:
    DefinitionString:
      StartAt: First
      States: (each in a block below)
    RoleArn: !Ref RoleC3

Jobs/Machine state First:
  ItemProcessor:
    StartAt: "Inner: one"
    States: (each in a block below)
  Next: Last
  Type: Map

Jobs/Machine state Inner: one:
  End: true
  Type: Pass

Jobs/Machine state Last:
  Type: Succeed

Jobs/Queue (AWS::Batch::JobQueue QueueA1):
  Properties:
    Priority: 1

Unknown (Test::Thing): {}
"""
    )


def test_paths_of_a_template_of_the_cdk_command_line_stand_in_itself() -> None:
    text = template_text(template(1, Metadata={"aws:cdk:path": "Jobs/Thing/Resource"}))
    assert text == "Jobs/Thing (Test::Thing Thing):\n  Properties:\n    Value: 1\n"


def test_a_definition_that_is_no_state_machine_is_shown_as_it_is() -> None:
    resource = {"Type": STATE_MACHINE, "Properties": {"DefinitionString": '{"StartAt": "A", "States": []}'}}
    text = template_text({"Resources": {"Machine": resource}})
    assert text.endswith("    DefinitionString:\n      StartAt: A\n      States: []\n")
