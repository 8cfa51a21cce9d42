from typing import Any

import pytest

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.include import included, includes
from constructs_lib.templates.reading import read

SNIPPETS = {
    "s3://bucket/top.yaml": "Mappings: {M: {a: {b: c}}}\nDescription: of the snippet",
    "s3://bucket/resources.json": '{"Wait": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}',
    "s3://bucket/a/properties.yaml": "DisplayName: !Ref Name\nTopicName: of the snippet",
    "s3://bucket/list.yaml": "- a",
}


def fetch(location: str) -> str:
    if location not in SNIPPETS:
        raise TemplateError(f"S3 bucket [{location.split('/')[2]}] does not exist.")
    return SNIPPETS[location]


def run(text: str) -> Any:
    template = read(text)
    assert includes(template)
    return included(template, Evaluator(template, parameters={"Folder": "a"}).value, fetch)


def include(location: str) -> str:
    return f"{{Name: 'AWS::Include', Parameters: {{Location: {location}}}}}"


def test_a_snippet_comes_to_the_top_of_a_template() -> None:
    text = f"Description: own\nTransform: [{include('s3://bucket/top.yaml')}, Other]\nResources: {{}}\n"
    assert run(text) == {
        "Mappings": {"M": {"a": {"b": "c"}}},
        "Description": "own",
        "Resources": {},
        "Transform": ["Other"],
    }


def test_a_snippet_comes_to_where_it_stands_and_gives_way_to_what_is_there() -> None:
    text = f"""
Resources:
  Fn::Transform: {include("s3://bucket/resources.json")}
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      Fn::Transform: {include("!Sub 's3://bucket/${Folder}/properties.yaml'")}
      TopicName: own
"""
    assert run(text)["Resources"] == {
        "Wait": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Name"}, "TopicName": "own"}},
    }


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("s3://doesnotexist/a", "Transform AWS::Include failed with: S3 bucket [doesnotexist] does not exist."),
        (
            "s3://bucket/list.yaml",
            "Transform AWS::Include failed with: Template format error: unsupported structure.",
        ),
        (
            "!GetAtt Topic.TopicName",
            "Transform AWS::Include failed with: The location parameter must be a string that is known beforehand.",
        ),
    ],
)
def test_what_cannot_be_included_is_told(location: str, message: str) -> None:
    with pytest.raises(TemplateError) as raised:
        run(f"Resources:\n  Topic: {{Type: 'AWS::SNS::Topic', Properties: {{Fn::Transform: {include(location)}}}}}\n")
    assert raised.value.message == message
    assert raised.value.path == ("Resources", "Topic", "Properties", "Fn::Transform")


def test_other_macros_stay_and_are_no_includes() -> None:
    template = {"Resources": {"A": {"Fn::Transform": {"Name": "Other"}}}, "Transform": "Other"}
    assert not includes(template)
    assert included(template, lambda value: value, fetch) == {**template, "Transform": ["Other"]}
