"""Properties that are of another type than they have to be, told at the call or where they become known."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from constructs_lib.local.aws import EmbeddedAws

ROLE = "arn:aws:iam::123456789012:role/imported"


@pytest.fixture(scope="module")
def cloudformation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as aws:
        yield aws.client("cloudformation")


def template(source: Any, **resources: Any) -> str:
    properties = {"Runtime": "python3.12", "Handler": "index.run", "Role": ROLE, "Code": {"ZipFile": source}}
    function = {"Type": "AWS::Lambda::Function", "Properties": properties}
    return json.dumps({"Resources": {"Function": function, **resources}})


def test_what_the_template_itself_says_is_refused_at_the_call(cloudformation: Any) -> None:
    with pytest.raises(ClientError) as refused:
        cloudformation.create_stack(StackName="at-the-call", TemplateBody=template({"Source": "x"}))
    assert refused.value.response["Error"]["Message"] == (
        "Property validation failure: [Value of property {/Code/ZipFile} does not match type {String}]"
    )


def test_what_another_resource_says_fails_the_resource(cloudformation: Any) -> None:
    network = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    source = {"Fn::GetAtt": ["Network", "CidrBlockAssociations"]}
    cloudformation.create_stack(StackName="later", TemplateBody=template(source, Network=network))

    with pytest.raises(WaiterError):
        cloudformation.get_waiter("stack_create_complete").wait(StackName="later", WaiterConfig={"Delay": 1})
    events = cloudformation.describe_stack_events(StackName="later")["StackEvents"]
    [failed] = [event for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert failed["LogicalResourceId"] == "Function"
    assert failed["ResourceStatusReason"] == (
        "Property validation failure: [Value of property {/Code/ZipFile} does not match type {String}]"
    )
