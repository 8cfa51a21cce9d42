"""Single resources of stacks by their type, as the CDK command line hotswaps them."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws

MACHINE = "AWS::StepFunctions::StateMachine"
TRUST = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}


def definition(result: str) -> str:
    return json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": result, "End": True}}})


TEMPLATE = {
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]}},
        },
        "Machine": {
            "Type": MACHINE,
            "Properties": {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "DefinitionString": definition("one")},
        },
        "Queue": {"Type": "AWS::SQS::Queue"},
    }
}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        made.client("cloudformation").create_stack(
            StackName="machines", TemplateBody=json.dumps(TEMPLATE), Capabilities=["CAPABILITY_IAM"]
        )
        yield made


def physical_id(aws: EmbeddedAws, logical_id: str) -> str:
    described = aws.client("cloudformation").describe_stack_resource(StackName="machines", LogicalResourceId=logical_id)
    return str(described["StackResourceDetail"]["PhysicalResourceId"])


def test_a_state_machine_is_changed_by_a_patch(aws: EmbeddedAws) -> None:
    arn = physical_id(aws, "Machine")
    patch = [{"op": "replace", "path": "/DefinitionString", "value": definition("two")}]
    answer = aws.client("cloudcontrol").update_resource(
        TypeName=MACHINE, Identifier=arn, PatchDocument=json.dumps(patch)
    )
    assert answer["ProgressEvent"]["OperationStatus"] == "SUCCESS"
    states = aws.client("stepfunctions")
    assert json.loads(states.describe_state_machine(stateMachineArn=arn)["definition"]) == json.loads(definition("two"))


def test_a_patch_that_the_service_refuses_says_why(aws: EmbeddedAws) -> None:
    patch = [{"op": "replace", "path": "/DefinitionString", "value": "{}"}]
    answer = aws.client("cloudcontrol").update_resource(
        TypeName=MACHINE, Identifier=physical_id(aws, "Machine"), PatchDocument=json.dumps(patch)
    )
    event = answer["ProgressEvent"]
    assert event["OperationStatus"] == "FAILED"
    assert "Definition" in event["StatusMessage"] or "StartAt" in event["StatusMessage"]


@pytest.mark.parametrize(
    "patch", ["no JSON", '[{"op": "replace", "path": "/Nothing/More", "value": 1}]', '[{"op": 1}]']
)
def test_what_is_no_patch_is_refused(patch: str, aws: EmbeddedAws) -> None:
    with pytest.raises(ClientError) as refused:
        aws.client("cloudcontrol").update_resource(
            TypeName=MACHINE, Identifier=physical_id(aws, "Machine"), PatchDocument=patch
        )
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"


def test_properties_and_attributes_are_read(aws: EmbeddedAws) -> None:
    url = physical_id(aws, "Queue")
    client = aws.client("cloudcontrol")
    found = client.get_resource(TypeName="AWS::SQS::Queue", Identifier=url)["ResourceDescription"]
    assert found["Identifier"] == url
    assert json.loads(found["Properties"])["Arn"].startswith("arn:aws:sqs:us-east-1:123456789012:machines-Queue-")
    [listed] = client.list_resources(TypeName="AWS::SQS::Queue")["ResourceDescriptions"]
    assert listed == found


@pytest.mark.parametrize(
    ("kind", "code"),
    [("AWS::SQS::Queue", "ResourceNotFoundException"), ("AWS::SQS::Nothing", "TypeNotFoundException")],
)
def test_what_is_not_there_is_told(kind: str, code: str, aws: EmbeddedAws) -> None:
    with pytest.raises(ClientError) as refused:
        aws.client("cloudcontrol").get_resource(TypeName=kind, Identifier="nothing")
    assert refused.value.response["Error"]["Code"] == code


def test_the_schema_of_a_type_is_told(aws: EmbeddedAws) -> None:
    found = aws.client("cloudformation").describe_type(Type="RESOURCE", TypeName=MACHINE)
    assert "/properties/StateMachineName" in json.loads(found["Schema"])["createOnlyProperties"]
