"""What CloudFormation does with stacks where moto does something else: change sets, events, rollback, deletion."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws

Template = dict[str, Any]

BUCKET: Template = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "things"}}
ENVIRONMENT: Template = {
    "Type": "AWS::Batch::ComputeEnvironment",
    "Properties": {
        "Type": "MANAGED",
        "ComputeResources": {
            "Type": "FARGATE",
            "MaxvCpus": 4,
            "Subnets": [{"Ref": "Subnet"}],
            "SecurityGroupIds": [{"Fn::GetAtt": ["Group", "GroupId"]}],
        },
    },
}
NETWORK: Template = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
    "Group": {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "jobs", "VpcId": {"Ref": "Vpc"}},
    },
    "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
    "Association": {
        "Type": "AWS::EC2::SubnetRouteTableAssociation",
        "Properties": {"RouteTableId": {"Ref": "Table"}, "SubnetId": {"Ref": "Subnet"}},
    },
    "Gateway": {"Type": "AWS::EC2::InternetGateway"},
    "Attachment": {
        "Type": "AWS::EC2::VPCGatewayAttachment",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
    },
    "Route": {
        "Type": "AWS::EC2::Route",
        "DependsOn": "Attachment",
        "Properties": {
            "RouteTableId": {"Ref": "Table"},
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": {"Ref": "Gateway"},
        },
    },
    "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
    "Nat": {
        "Type": "AWS::EC2::NatGateway",
        "Properties": {"SubnetId": {"Ref": "Subnet"}, "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}},
    },
    "Endpoint": {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "ServiceName": "com.amazonaws.us-east-1.s3",
            "VpcEndpointType": "Gateway",
            "RouteTableIds": [{"Ref": "Table"}],
        },
    },
}
BROKEN_QUEUE: Template = {
    "Type": "AWS::Batch::JobQueue",
    "Properties": {
        "Priority": 1,
        "ComputeEnvironmentOrder": [{"Order": 1, "ComputeEnvironment": "nowhere"}],
    },
}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("stacks")) as made:
        yield made


@pytest.fixture
def cloudformation(aws: EmbeddedAws) -> Iterator[Any]:
    client = aws.client("cloudformation")
    yield client
    for stack in client.describe_stacks()["Stacks"]:
        client.delete_stack(StackName=stack["StackName"])


def change(client: Any, stack: str, template: Template, kind: str = "CREATE", **others: Any) -> dict[str, Any]:
    """Make a change set; its description."""
    named = {"StackName": stack, "ChangeSetName": "change"}
    body = json.dumps(template)
    client.create_change_set(**named, ChangeSetType=kind, TemplateBody=body, **others)
    described: dict[str, Any] = client.describe_change_set(**named)
    return described


def deploy(client: Any, stack: str, template: Template, kind: str = "CREATE", **others: Any) -> str:
    """Make and execute a change set; the stack's status."""
    change(client, stack, template, kind, **others)
    client.execute_change_set(StackName=stack, ChangeSetName="change")
    return str(client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])


def reasons(client: Any, stack: str) -> list[str]:
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    return [event["ResourceStatusReason"] for event in events if event.get("ResourceStatusReason")]


def test_each_stack_has_its_own_change_set_of_the_same_name(cloudformation: Any) -> None:
    change(cloudformation, "One", {"Resources": {"A": BUCKET}})
    change(cloudformation, "Two", {"Resources": {"B": NETWORK["Vpc"]}})
    described = cloudformation.describe_change_set(StackName="One", ChangeSetName="change")
    assert [item["ResourceChange"]["LogicalResourceId"] for item in described["Changes"]] == ["A"]


def test_a_change_set_that_is_not_there_can_be_deleted_but_not_described(cloudformation: Any) -> None:
    deploy(cloudformation, "One", {"Resources": {"A": BUCKET}})
    named = {"StackName": "One", "ChangeSetName": "change"}
    cloudformation.delete_change_set(**named)
    with pytest.raises(ClientError, match=r"ChangeSet \[change\] does not exist"):
        cloudformation.describe_change_set(**named)


def test_a_stack_that_was_only_reviewed_can_be_reviewed_again_and_another_cannot(cloudformation: Any) -> None:
    change(cloudformation, "One", {"Resources": {"A": BUCKET}})
    with pytest.raises(ClientError, match="ChangeSet change cannot be created"):
        change(cloudformation, "One", {"Resources": {"A": BUCKET}})
    cloudformation.delete_change_set(StackName="One", ChangeSetName="change")
    assert deploy(cloudformation, "One", {"Resources": {"A": BUCKET}}) == "CREATE_COMPLETE"
    assert len(cloudformation.describe_stacks()["Stacks"]) == 1
    with pytest.raises(ClientError, match=r"Stack \[One\] already exists"):
        change(cloudformation, "One", {"Resources": {"A": BUCKET}})


def test_a_stack_by_change_set_has_outputs_and_exports(cloudformation: Any) -> None:
    output = {"Value": {"Ref": "A"}, "Export": {"Name": "the-bucket"}}
    deploy(cloudformation, "One", {"Resources": {"A": BUCKET}, "Outputs": {"Name": output}})
    [stack] = cloudformation.describe_stacks(StackName="One")["Stacks"]
    assert [(item["OutputKey"], item["OutputValue"]) for item in stack["Outputs"]] == [("Name", "things")]
    importing = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "the-bucket"}}}
    assert deploy(cloudformation, "Two", {"Resources": {"Topic": importing}}) == "CREATE_COMPLETE"
    assert cloudformation.list_imports(ExportName="the-bucket")["Imports"] == ["Two"]
    cloudformation.delete_stack(StackName="One")
    [kept] = cloudformation.describe_stacks(StackName="One")["Stacks"]
    assert (kept["StackStatus"], kept["StackStatusReason"]) == (
        "CREATE_COMPLETE",
        "Delete canceled. Cannot delete export the-bucket as it is in use by Two.",
    )
    cloudformation.delete_stack(StackName="Two")
    cloudformation.delete_stack(StackName="One")
    assert cloudformation.list_exports()["Exports"] == []


def test_details_tell_the_property_and_whether_it_replaces(cloudformation: Any) -> None:
    deploy(cloudformation, "One", {"Resources": {**NETWORK, "Environment": ENVIRONMENT}})
    resources = {"Type": "FARGATE_SPOT", "MaxvCpus": 8}
    properties = ENVIRONMENT["Properties"]["ComputeResources"]
    shown = {}
    for name, value in resources.items():
        changed = {"Type": "MANAGED", "ComputeResources": {**properties, name: value}}
        template = {"Resources": {**NETWORK, "Environment": {**ENVIRONMENT, "Properties": changed}}}
        [found] = change(cloudformation, "One", template, "UPDATE")["Changes"]
        shown[name] = found["ResourceChange"]["Replacement"]
        [detail] = found["ResourceChange"]["Details"]
        assert detail["Target"]["Name"] == "ComputeResources"
        cloudformation.delete_change_set(StackName="One", ChangeSetName="change")
    assert shown == {"Type": "True", "MaxvCpus": "False"}


def test_a_previous_value_of_a_parameter_is_the_name_in_parameter_store(aws: EmbeddedAws, cloudformation: Any) -> None:
    aws.client("ssm").put_parameter(Name="/version", Value="33", Type="String")
    parameters = {"Version": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/version"}}
    deploy(cloudformation, "One", {"Parameters": parameters, "Resources": {"A": BUCKET}})
    template = {"Parameters": parameters, "Resources": {"A": BUCKET, "B": {"Type": "AWS::S3::Bucket"}}}
    previous = [{"ParameterKey": "Version", "UsePreviousValue": True}]
    assert deploy(cloudformation, "One", template, "UPDATE", Parameters=previous) == "UPDATE_COMPLETE"


def test_a_stack_that_cannot_be_made_is_rolled_back_and_says_why(aws: EmbeddedAws, cloudformation: Any) -> None:
    outputs = {name: {"Value": {"Ref": name}} for name in ("A", "Queue")}
    template = {"Resources": {"A": BUCKET, "Queue": BROKEN_QUEUE}, "Outputs": outputs}
    assert deploy(cloudformation, "One", template) == "ROLLBACK_COMPLETE"
    assert "Outputs" not in cloudformation.describe_stacks(StackName="One")["Stacks"][0]
    assert any("nowhere does not exist" in reason for reason in reasons(cloudformation, "One"))
    assert aws.client("s3").list_buckets()["Buckets"] == []


def test_an_update_that_fails_is_rolled_back(aws: EmbeddedAws, cloudformation: Any) -> None:
    deploy(cloudformation, "One", {"Resources": {"A": BUCKET}})
    template = {"Resources": {"A": BUCKET, "Queue": BROKEN_QUEUE}}
    assert deploy(cloudformation, "One", template, "UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    assert any("nowhere does not exist" in reason for reason in reasons(cloudformation, "One"))
    assert [item["Name"] for item in aws.client("s3").list_buckets()["Buckets"]] == ["things"]
    assert deploy(cloudformation, "One", {"Resources": {"A": BUCKET, "B": NETWORK["Vpc"]}}, "UPDATE") == (
        "UPDATE_COMPLETE"
    )


def test_every_resource_has_an_event_and_what_is_not_emulated_says_so(cloudformation: Any) -> None:
    unknown = {"Type": "AWS::Location::Tracker", "Properties": {"TrackerName": "t"}}
    custom = {"Type": "Custom::Thing", "Properties": {"ServiceToken": "arn"}}
    deploy(cloudformation, "One", {"Resources": {"A": BUCKET, "B": unknown, "C": custom}})
    events = cloudformation.describe_stack_events(StackName="One")["StackEvents"]
    told = {event["LogicalResourceId"]: event.get("ResourceStatusReason") for event in reversed(events)}
    assert told["A"] is None
    assert told["B"] == "not emulated: left out"
    assert told["C"] == "not emulated: its function was not run"
    assert events[0]["LogicalResourceId"] == "One"


def test_a_stack_that_cannot_be_deleted_stays_and_says_why(aws: EmbeddedAws, cloudformation: Any) -> None:
    deploy(cloudformation, "One", {"Resources": {"A": BUCKET}})
    aws.client("s3").put_object(Bucket="things", Key="one", Body=b"1")
    cloudformation.delete_stack(StackName="One")
    assert cloudformation.describe_stacks(StackName="One")["Stacks"][0]["StackStatus"] == "DELETE_FAILED"
    assert any("not empty" in reason for reason in reasons(cloudformation, "One"))
    aws.client("s3").delete_object(Bucket="things", Key="one")


def test_a_bucket_that_the_cdk_empties_is_deleted(aws: EmbeddedAws, cloudformation: Any) -> None:
    emptying = {
        "Type": "Custom::S3AutoDeleteObjects",
        "Properties": {"ServiceToken": "arn", "BucketName": {"Ref": "A"}},
    }
    deploy(cloudformation, "One", {"Resources": {"A": BUCKET, "B": emptying}})
    assert not any("not emulated" in reason for reason in reasons(cloudformation, "One"))
    aws.client("s3").put_object(Bucket="things", Key="one", Body=b"1")
    cloudformation.delete_stack(StackName="One")
    assert aws.client("s3").list_buckets()["Buckets"] == []


def test_a_zone_that_the_cdk_did_not_look_up_is_one_of_the_region(aws: EmbeddedAws, cloudformation: Any) -> None:
    subnet = {**NETWORK["Subnet"], "Properties": {**NETWORK["Subnet"]["Properties"], "AvailabilityZone": "dummy1b"}}
    template = {"Resources": {"Vpc": NETWORK["Vpc"], "Subnet": subnet}}
    assert deploy(cloudformation, "One", template) == "CREATE_COMPLETE"
    zones = [item["AvailabilityZone"] for item in aws.client("ec2").describe_subnets()["Subnets"]]
    assert zones.count("us-east-1b") == 2  # the default VPC has one in each zone


def test_a_vpc_is_deleted_with_all_that_is_in_it(aws: EmbeddedAws, cloudformation: Any) -> None:
    assert deploy(cloudformation, "One", {"Resources": NETWORK}) == "CREATE_COMPLETE"
    cloudformation.delete_stack(StackName="One")
    ec2 = aws.client("ec2")
    assert cloudformation.describe_stacks()["Stacks"] == []
    assert [item for item in ec2.describe_vpcs()["Vpcs"] if not item["IsDefault"]] == []
    assert ec2.describe_addresses()["Addresses"] == []
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_a_repository_gets_a_name_without_capitals_and_keeps_it(aws: EmbeddedAws, cloudformation: Any) -> None:
    scanned = {"ImageScanningConfiguration": {"ScanOnPush": True}}
    names = []
    for kind, properties in (("CREATE", {}), ("UPDATE", scanned)):
        template = {"Resources": {"Images": {"Type": "AWS::ECR::Repository", "Properties": properties}}}
        assert deploy(cloudformation, "One", template, kind) == f"{kind}_COMPLETE"
        names += [item["repositoryName"] for item in aws.client("ecr").describe_repositories()["repositories"]]
    assert names[0].startswith("one-images-")
    assert names[0] == names[1]
