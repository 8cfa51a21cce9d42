"""Outputs that another stack reads when it is deployed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws

PRODUCER = {
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "first"}}},
    "Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Topic", "TopicName"]}}},
}


@pytest.fixture(scope="module")
def cloudformation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as aws:
        client = aws.client("cloudformation")
        client.create_stack(StackName="Producer", TemplateBody=json.dumps(PRODUCER))
        yield client


def consumer(**output: Any) -> str:
    value = {"Fn::Join": ["-", [{"Fn::GetStackOutput": output}, "copy"]]}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": value}}
    return json.dumps({"Resources": {"Topic": topic}, "Outputs": {"Name": {"Value": value}}})


@pytest.mark.parametrize("region", [{}, {"Region": "us-east-1"}, {"Region": {"Ref": "AWS::Region"}}])
def test_a_stack_reads_the_output_of_another(cloudformation: Any, region: dict[str, Any]) -> None:
    name = f"Consumer{len(json.dumps(region))}"
    cloudformation.create_stack(
        StackName=name, TemplateBody=consumer(StackName="Producer", OutputName="Name", **region)
    )
    [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    assert [output["OutputValue"] for output in stack["Outputs"]] == ["first-copy"]


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ({"StackName": "Producer", "OutputName": "Nothing"}, "Output 'Nothing' not found in stack 'Producer'"),
        ({"StackName": "Nobody", "OutputName": "Name"}, "Stack 'Nobody' does not exist"),
        ({"StackName": "Producer", "OutputName": "Name", "Region": "eu-west-1"}, "Stack 'Producer' does not exist"),
    ],
)
def test_an_output_that_is_not_there_is_told(cloudformation: Any, output: dict[str, Any], reason: str) -> None:
    name = f"Broken{len(json.dumps(output))}"
    cloudformation.create_stack(StackName=name, TemplateBody=consumer(**output))
    assert cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    assert reason in [event.get("ResourceStatusReason") for event in events]
