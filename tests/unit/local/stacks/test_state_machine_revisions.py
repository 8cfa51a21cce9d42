"""Activities, versions and aliases of templates."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws

ROLE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


def template(result: int, **activity: Any) -> dict[str, str]:
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": result, "End": True}}})
    revision = {"Fn::GetAtt": ["Machine", "StateMachineRevisionId"]}
    route = {"StateMachineVersionArn": {"Ref": "Version"}, "Weight": 100}
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": ROLE}},
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"DefinitionString": definition, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
        },
        "Version": {
            "Type": "AWS::StepFunctions::StateMachineVersion",
            "Properties": {"StateMachineArn": {"Ref": "Machine"}, "StateMachineRevisionId": revision},
        },
        "Alias": {
            "Type": "AWS::StepFunctions::StateMachineAlias",
            "Properties": {"Name": "live", "RoutingConfiguration": [route]},
        },
        "Work": {"Type": "AWS::StepFunctions::Activity", "Properties": activity},
    }
    attributes = {
        "Arn": ["Machine", "Arn"],
        "Revision": ["Machine", "StateMachineRevisionId"],
        "Name": ["Work", "Name"],
    }
    values = {name: {"Value": {"Fn::GetAtt": path}} for name, path in attributes.items()}
    values |= {name: {"Value": {"Ref": name}} for name in ("Version", "Alias", "Work")}
    body = json.dumps({"Resources": resources, "Outputs": values})
    return {"StackName": "Revisions", "TemplateBody": body, "Capabilities": ["CAPABILITY_IAM"]}


def outputs(aws: EmbeddedAws) -> dict[str, str]:
    [stack] = aws.client("cloudformation").describe_stacks(StackName="Revisions")["Stacks"]
    assert stack["StackStatus"].endswith("_COMPLETE"), stack
    return {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}


def test_they_live_as_their_stack_does(aws: EmbeddedAws) -> None:
    cloudformation, states = aws.client("cloudformation"), aws.client("stepfunctions")
    cloudformation.create_stack(**template(0, Name="work"))
    made = outputs(aws)
    assert made["Version"] == f"{made['Arn']}:1"
    assert (made["Alias"], made["Revision"]) == (f"{made['Arn']}:live", "INITIAL")
    assert (made["Work"], made["Name"]) == ("arn:aws:states:us-east-1:123456789012:activity:work", "work")

    cloudformation.update_stack(**template(1, Name="other"))
    changed = outputs(aws)
    assert (changed["Alias"], changed["Version"]) == (made["Alias"], f"{made['Arn']}:2")
    assert changed["Revision"] != "INITIAL"
    routing = states.describe_state_machine_alias(stateMachineAliasArn=made["Alias"])["routingConfiguration"]
    assert routing == [{"stateMachineVersionArn": changed["Version"], "weight": 100}]
    assert [item["name"] for item in states.list_activities()["activities"]] == ["other"]

    cloudformation.delete_stack(StackName="Revisions")
    assert states.list_activities()["activities"] == []
    assert states.list_state_machines()["stateMachines"] == []
