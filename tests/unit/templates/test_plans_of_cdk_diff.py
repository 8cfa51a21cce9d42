"""What cdk diff (@aws-cdk/cloudformation-diff 2.187.5) says of the same changes of one property."""

from typing import Any

import pytest

from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.plan import plan

NOTHING, UPDATE, MAY_REPLACE, REPLACE = "NO_CHANGE", "WILL_UPDATE", "MAY_REPLACE", "WILL_REPLACE"


def impact(kind: str, name: str, before: Any, after: Any) -> str:
    """What a change of a property means, as cdk diff names it; a property that is None is not there."""
    old, new = (
        Evaluator({"Resources": {"R": {"Type": f"AWS::{kind}", "Properties": {} if value is None else {name: value}}}})
        for value in (before, after)
    )
    found = plan(old, new)
    if found.is_empty:
        return NOTHING
    return {"True": REPLACE, "Conditional": MAY_REPLACE, "False": UPDATE}[found["R"].replacement]


@pytest.mark.parametrize(
    ("kind", "name", "before", "after", "expected"),
    [
        ("SQS::Queue", "DelaySeconds", 1, 2, UPDATE),
        ("SQS::Queue", "QueueName", "a", "b", REPLACE),
        ("SQS::Queue", "FifoQueue", None, True, REPLACE),
        ("SQS::Queue", "Tags", [{"Key": "a", "Value": "b"}], [{"Key": "a", "Value": "c"}], UPDATE),
        ("SQS::Queue", "DelaySeconds", 1, "1", NOTHING),
        ("SNS::Topic", "TopicName", "a", "b", REPLACE),
        ("SNS::Topic", "DisplayName", "a", "b", UPDATE),
        ("S3::Bucket", "BucketName", "aaa", "bbb", REPLACE),
        ("S3::Bucket", "VersioningConfiguration", None, {"Status": "Enabled"}, UPDATE),
        ("IAM::Role", "Path", None, "/x/", REPLACE),
        ("IAM::Role", "RoleName", "a", "b", REPLACE),
        ("IAM::Role", "AssumeRolePolicyDocument", {"Statement": [], "Id": "a"}, {"Statement": [], "Id": "b"}, UPDATE),
        ("Lambda::Function", "Runtime", "python3.12", "python3.13", UPDATE),
        ("Lambda::Function", "FunctionName", "a", "b", REPLACE),
        ("Lambda::Function", "Code", {"ZipFile": "a"}, {"ZipFile": "b"}, UPDATE),
        ("Lambda::Permission", "Action", "a", "b", REPLACE),
        ("DynamoDB::Table", "BillingMode", "PROVISIONED", "PAY_PER_REQUEST", UPDATE),
        ("EC2::VPC", "CidrBlock", "10.0.0.0/16", "10.1.0.0/16", REPLACE),
        ("EC2::VPC", "EnableDnsHostnames", None, True, UPDATE),
        ("EC2::VPC", "InstanceTenancy", None, "dedicated", MAY_REPLACE),
        ("EC2::Subnet", "AvailabilityZone", "a", "b", REPLACE),
        ("EC2::Subnet", "MapPublicIpOnLaunch", False, True, UPDATE),
        ("EC2::SecurityGroup", "GroupDescription", "a", "b", REPLACE),
        ("EC2::SecurityGroup", "SecurityGroupIngress", None, [{"IpProtocol": "-1"}], UPDATE),
        ("EC2::Instance", "InstanceType", "a", "b", MAY_REPLACE),
        ("EC2::Instance", "ImageId", "a", "b", REPLACE),
        ("EC2::LaunchTemplate", "LaunchTemplateData", {"InstanceType": "a"}, {"InstanceType": "b"}, UPDATE),
        ("EC2::LaunchTemplate", "LaunchTemplateName", "a", "b", REPLACE),
        ("Batch::ComputeEnvironment", "Type", "MANAGED", "UNMANAGED", REPLACE),
        ("Batch::ComputeEnvironment", "ComputeResources", {"MaxvCpus": 1}, {"MaxvCpus": 2}, UPDATE),
        ("Batch::ComputeEnvironment", "State", "ENABLED", "DISABLED", UPDATE),
        ("Batch::ComputeEnvironment", "Tags", {"a": "b"}, {"a": "c"}, REPLACE),
        ("Batch::JobQueue", "Priority", 1, 2, UPDATE),
        ("Batch::JobQueue", "JobQueueName", "a", "b", REPLACE),
        ("Batch::JobDefinition", "JobDefinitionName", "a", "b", REPLACE),
        ("Batch::JobDefinition", "ContainerProperties", {"Image": "a"}, {"Image": "b"}, UPDATE),
        ("Batch::SchedulingPolicy", "FairsharePolicy", {"ComputeReservation": 1}, {"ComputeReservation": 2}, UPDATE),
        ("StepFunctions::StateMachine", "DefinitionString", "a", "b", UPDATE),
        ("StepFunctions::StateMachine", "StateMachineName", "a", "b", REPLACE),
        ("StepFunctions::StateMachine", "StateMachineType", "STANDARD", "EXPRESS", REPLACE),
        ("Logs::LogGroup", "LogGroupName", "a", "b", REPLACE),
        ("Logs::LogGroup", "RetentionInDays", 1, 3, UPDATE),
        ("SSM::Parameter", "Name", "a", "b", REPLACE),
        ("SSM::Parameter", "Value", "a", "b", UPDATE),
        ("SecretsManager::Secret", "Name", "a", "b", REPLACE),
        ("KMS::Key", "KeyPolicy", {"Statement": [], "Id": "a"}, {"Statement": [], "Id": "b"}, UPDATE),
        ("KMS::Key", "KeySpec", "SYMMETRIC_DEFAULT", "RSA_2048", UPDATE),
        ("Events::Rule", "EventPattern", {"source": ["a"]}, {"source": ["b"]}, UPDATE),
        ("Events::Rule", "Name", "a", "b", REPLACE),
        ("Events::EventBus", "Name", "a", "b", REPLACE),
        ("EFS::FileSystem", "PerformanceMode", "generalPurpose", "maxIO", REPLACE),
        ("EFS::FileSystem", "BackupPolicy", None, {"Status": "ENABLED"}, UPDATE),
        ("ECR::Repository", "RepositoryName", "a", "b", REPLACE),
        ("ECR::Repository", "ImageScanningConfiguration", None, {"ScanOnPush": True}, UPDATE),
        ("ECS::Cluster", "ClusterSettings", None, [{"Name": "containerInsights", "Value": "enabled"}], UPDATE),
        ("ECS::TaskDefinition", "Cpu", "256", "512", REPLACE),
    ],
)
def test_the_plan_agrees_with_cdk_diff(kind: str, name: str, before: Any, after: Any, expected: str) -> None:
    assert impact(kind, name, before, after) == expected


@pytest.mark.parametrize(
    ("kind", "name", "before", "after", "expected"),
    [
        # S3 enables it on buckets that are there, since 2023; cdk diff expects another bucket.
        ("S3::Bucket", "ObjectLockEnabled", None, True, UPDATE),
        # The schema says that it depends; cdk diff is sure of another table.
        ("DynamoDB::Table", "KeySchema", [{"AttributeName": "a"}], [{"AttributeName": "b"}], MAY_REPLACE),
        # It depends on the service role and the allocation strategy; cdk diff expects an update in place.
        ("Batch::ComputeEnvironment", "ComputeResources", {"Subnets": ["a"]}, {"Subnets": ["b"]}, MAY_REPLACE),
    ],
)
def test_elsewhere_it_follows_the_schema(kind: str, name: str, before: Any, after: Any, expected: str) -> None:
    assert impact(kind, name, before, after) == expected
