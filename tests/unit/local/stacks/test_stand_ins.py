"""References to resources that moto does not have, and to attributes that it does not tell."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws

TEMPLATE: dict[str, Any] = {
    "Resources": {
        "System": {"Type": "AWS::S3Files::FileSystem", "Properties": {"Bucket": "arn:aws:s3:::b", "RoleArn": "arn"}},
        "Shared": {"Type": "AWS::EFS::FileSystem"},
        "Point": {"Type": "AWS::EFS::AccessPoint", "Properties": {"FileSystemId": {"Ref": "Shared"}}},
    },
    "Outputs": {
        "Arn": {"Value": {"Fn::GetAtt": ["System", "FileSystemArn"]}},
        "Id": {"Value": {"Ref": "System"}},
        "SharedArn": {"Value": {"Fn::GetAtt": ["Shared", "Arn"]}},
        "PointArn": {"Value": {"Fn::GetAtt": ["Point", "Arn"]}},
        "Joined": {"Value": {"Fn::Join": ["/", [{"Ref": "System"}, "data"]]}},
    },
}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        yield made


def test_references_lead_to_names(aws: EmbeddedAws) -> None:
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(StackName="files", TemplateBody=json.dumps(TEMPLATE))
    [stack] = cloudformation.describe_stacks(StackName="files")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    [system] = aws.client("efs").describe_file_systems()["FileSystems"]
    [point] = aws.client("efs").describe_access_points()["AccessPoints"]
    assert outputs == {
        "SharedArn": system["FileSystemArn"],
        "PointArn": point["AccessPointArn"],
        "Arn": "arn:aws:s3files:us-east-1:123456789012:filesystem/System",
        "Id": "System",
        "Joined": "System/data",
    }


def test_the_event_tells_that_it_was_left_out(aws: EmbeddedAws) -> None:
    events = aws.client("cloudformation").describe_stack_events(StackName="files")["StackEvents"]
    reasons = {event["LogicalResourceId"]: event.get("ResourceStatusReason") for event in reversed(events)}
    assert "not emulated" in (reasons["System"] or "")
    assert not reasons["Shared"]


def test_a_port_is_a_number(aws: EmbeddedAws) -> None:
    cache = {"Engine": "redis", "CacheNodeType": "cache.t3.micro", "NumCacheNodes": 1}
    rule = {
        "GroupId": {"Ref": "Group"},
        "IpProtocol": "tcp",
        "FromPort": {"Fn::GetAtt": ["Cache", "RedisEndpoint.Port"]},
        "ToPort": {"Fn::GetAtt": ["Cache", "RedisEndpoint.Port"]},
        "CidrIp": "10.0.0.0/8",
    }
    template = {
        "Resources": {
            "Cache": {"Type": "AWS::ElastiCache::CacheCluster", "Properties": cache},
            "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "of the cache"}},
            "Rule": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": rule},
        }
    }
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(StackName="cache", TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="cache", WaiterConfig={"Delay": 0})


def test_conditions_are_understood(aws: EmbeddedAws) -> None:
    template = {
        "Parameters": {"Kind": {"Type": "String", "Default": "small"}},
        "Conditions": {"Small": {"Fn::Equals": [{"Ref": "Kind"}, "small"]}},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Condition": "Small"}},
    }
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(StackName="conditional", TemplateBody=json.dumps(template))
    [stack] = cloudformation.describe_stacks(StackName="conditional")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack.get("StackStatusReason")
