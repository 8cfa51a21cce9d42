"""State machine definitions in a snapshot: JSON where a template has a string."""

import json
from typing import Any

import pytest

from constructs_lib.testing import normalize


def shown(definition: Any) -> Any:
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": definition}}
    return normalize({"Resources": {"Machine": machine}})["Resources"]["Machine"]["Properties"]["DefinitionString"]


def test_a_string_is_parsed() -> None:
    assert shown('{"StartAt": "A", "States": {}}') == {"StartAt": "A", "States": {}}


def test_references_are_named() -> None:
    pieces = [
        '{"Queue":"',
        {"Fn::GetAtt": ["Queue4A7E3555", "JobQueueArn"]},
        '","Job":"',
        {"Ref": "JobB9D00F9F"},
        '","Resource":"arn:',
        {"Ref": "AWS::Partition"},
        ':states:::batch:submitJob.sync","Topic":"',
        {"Fn::GetAtt": "Topic.Arn"},
        '"}',
    ]
    assert shown({"Fn::Join": ["", pieces]}) == {
        "Queue": "${Queue4A7E3555.JobQueueArn}",
        "Job": "${JobB9D00F9F}",
        "Resource": "arn:${AWS::Partition}:states:::batch:submitJob.sync",
        "Topic": "${Topic.Arn}",
    }


def test_a_text_inside_of_a_text_is_shown_as_text() -> None:
    uri = {"Fn::Join": ["/", ["s3:/", {"Fn::Sub": "data-${AWS::Region}"}, 'a "quoted" key']]}
    assert shown({"Fn::Join": ["", ['{"Uri":"', uri, '"}']]}) == {"Uri": 's3://data-${AWS::Region}/a "quoted" key'}


def test_any_other_function_is_shown_as_its_json() -> None:
    imported = {"Fn::ImportValue": "Other:Queue"}
    assert shown({"Fn::Join": ["", ['{"Queue":"', imported, '"}']]}) == {"Queue": f"${{{json.dumps(imported)}}}"}


@pytest.mark.parametrize(
    "definition",
    [
        {"Fn::Join": ["", ['{"MaxConcurrency":', {"Ref": "Size"}, "}"]]},
        {"Fn::Sub": ['{"Queue":"${Name}"}', {"Name": {"Ref": "Queue"}}]},
        {"Fn::GetAtt": ["Reader", "Definition"]},
        "{not JSON",
    ],
)
def test_what_is_no_json_stays_as_it_is(definition: Any) -> None:
    assert shown(definition) == definition
