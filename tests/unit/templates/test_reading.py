import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.reading import LARGEST_BYTES, read, read_document
from constructs_lib.templates.validation import validate

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), VALUES))
def test_a_template_in_json_is_its_values(template: dict[str, Any]) -> None:
    assert read(json.dumps(template)) == template
    assert read_document(json.dumps(template, indent=1)).template == template


@given(st.dictionaries(st.text(), VALUES, min_size=1))
def test_each_key_of_json_has_its_place(template: dict[str, Any]) -> None:
    text = json.dumps(template, indent=1)
    document = read_document(text)
    for key in template:
        place = document.place([key])
        assert place is not None
        assert text.splitlines()[place.line - 1][place.column - 1 :].startswith(json.dumps(key))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Queue", {"Ref": "Queue"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!GetAtt Queue.Arn", {"Fn::GetAtt": ["Queue", "Arn"]}),
        ("!GetAtt Nested.Outputs.Arn", {"Fn::GetAtt": ["Nested", "Outputs.Arn"]}),
        ("!GetAtt [Queue, Arn]", {"Fn::GetAtt": ["Queue", "Arn"]}),
        ('!Sub ["${a}", {a: !Ref B}]', {"Fn::Sub": ["${a}", {"a": {"Ref": "B"}}]}),
        ("!GetAZs {Ref: 'AWS::Region'}", {"Fn::GetAZs": {"Ref": "AWS::Region"}}),
        ("!GetAZs ''", {"Fn::GetAZs": ""}),
        ("!If [IsProd, 1, !Ref 'AWS::NoValue']", {"Fn::If": ["IsProd", 1, {"Ref": "AWS::NoValue"}]}),
        (
            "!Select [0, !Split [',', !ImportValue X]]",
            {"Fn::Select": [0, {"Fn::Split": [",", {"Fn::ImportValue": "X"}]}]},
        ),
        ("!Equals [yes, 'yes']", {"Fn::Equals": [True, "yes"]}),
        ("2012-10-17", "2012-10-17"),
        ("!!str 2012", "2012"),
        ("'2012'", "2012"),
        ("{true: 1, 123456789012: 2}", {"true": 1, "123456789012": 2}),
        (".inf", ".inf"),
        ("<<", "<<"),
    ],
)
def test_yaml_has_short_forms_and_no_dates(short: str, long: Any) -> None:
    assert read(f"A: {short}") == {"A": long}


@pytest.mark.parametrize("text", ['\ufeff{"a": "\\ud83d\\ude00"}', "\ufeffa: \U0001f600\r\n"])
def test_marks_and_line_ends_of_windows_are_no_part_of_a_template(text: str) -> None:
    assert read(text) == {"a": "\U0001f600"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Template format error: unsupported structure."),
        ("- a", "Template format error: unsupported structure."),
        ("a: [", "Template format error: YAML not well-formed. (line 2, column 1)"),
        ("a:\n  b: 'c", "Template format error: YAML not well-formed. (line 2, column 8)"),
        ('{"a": 1', "Template format error: JSON not well-formed. (line 1, column 8)"),
        ('{"a": ["b" 1]}', "Template format error: JSON not well-formed. (line 1, column 12)"),
        ("a: &x 1\nb: *x", "Template error: YAML aliases are not allowed in CloudFormation templates"),
        ("a: !!binary YQ==", "Template format error: YAML not well-formed. (line 1, column 4)"),
        ('{"a": "\\ud83d"}', "Template format error: JSON not well-formed. (line 1, column 1)"),
        ("a: !!int many", "Template format error: YAML not well-formed. (line 1, column 4)"),
        ("a: 1\n---\nb: 1", "Template format error: YAML not well-formed. (line 2, column 1)"),
        ("? [a]\n: 1", "Template format error: YAML not well-formed. (line 1, column 3)"),
        ("a: " + "[" * 10_000, "Template format error: nested too deeply"),
        ('{"a": ' * 100_000, "Template format error: nested too deeply"),
        ("a: " + "é" * (LARGEST_BYTES // 2), "Template may not exceed 1000000 bytes in size."),
    ],
)
def test_what_is_no_template_is_refused_in_the_words_of_cloudformation(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as raised:
        read(text)
    assert raised.value.message == message


@given(st.text())
def test_any_text_is_a_template_or_refused(text: str) -> None:
    try:
        found: object = read(text)
    except TemplateError as error:
        found = error.message
    assert isinstance(found, dict | str)


YAML = """\
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      Tags: [{Key: a, Value: !Ref P}]
      QueueName: !Sub
        - ${a}
        - a: b
      QueueName: again
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("Resources", "Queue", "Type"), (3, 5)),
        (("Resources", "Queue", "Properties", "Tags", 0, "Value"), (5, 23)),
        (("Resources", "Queue", "Properties", "Tags", 0, "Value", "Ref"), (5, 30)),
        (("Resources", "Queue", "Nowhere", 1), (2, 3)),
    ],
)
def test_a_document_knows_the_places_of_its_parts(path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    assert read_document(YAML).place(path) == place


def test_an_error_is_told_with_its_place() -> None:
    document = read_document(YAML)
    with pytest.raises(TemplateError) as raised:
        validate(document.template)
    message = "Template format error: Unresolved resource dependencies [P] in the Resources block of the template"
    assert document.located(raised.value) == f"line 5, column 30: {message}"
    assert document.located(TemplateError("somewhere")) == "somewhere"


def test_what_is_nowhere_in_a_document_has_no_place() -> None:
    assert read_document(YAML).place(("Outputs",)) is None
    assert read_document(YAML).place(()) is None


def test_the_last_of_two_equal_keys_counts_and_a_document_tells_them() -> None:
    path = ("Resources", "Queue", "Properties", "QueueName")
    document = read_document(YAML)
    assert document.template["Resources"]["Queue"]["Properties"]["QueueName"] == "again"
    assert document.duplicates == [path]
    document = read_document('{"a": {"b": 1, "c": [{"b": 2}], "b": 3}}')
    assert (document.template["a"]["b"], document.duplicates) == (3, [("a", "b")])
