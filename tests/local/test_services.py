"""Service integrations of state machines: each really runs, and each is denied without its right."""

import json
from typing import Any

import pytest

from constructs_lib.testing.local_aws import LocalAws
from tests.local.machines import Ended, Inbox, Machines, denied
from tests.waiting import until

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def machines(local_aws: LocalAws) -> Machines:
    return Machines(local_aws)


@pytest.fixture(scope="module")
def nobody(machines: Machines) -> str:
    """A role that may do nothing."""
    return machines.role("states")


@pytest.fixture(scope="module")
def queue(local_aws: LocalAws) -> str:
    return str(local_aws.client("sqs").create_queue(QueueName="Inbox")["QueueUrl"])


@pytest.fixture(scope="module")
def topic(local_aws: LocalAws, queue: str) -> str:
    sns = local_aws.client("sns")
    arn = str(sns.create_topic(Name="News")["TopicArn"])
    sns.subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:us-east-1:123456789012:{queue.rpartition('/')[2]}",
        Attributes={"RawMessageDelivery": "true"},
    )
    return arn


@pytest.fixture
def inbox(local_aws: LocalAws, queue: str) -> Inbox:
    found = Inbox(local_aws, queue)
    found.read()
    return found


def test_sqs(machines: Machines, queue: str, inbox: Inbox, nobody: str) -> None:
    role = machines.role("states", "sqs:SendMessage")
    message = {"QueueUrl": queue, "MessageBody": {"n": "{% $states.input.n %}"}}
    ended = machines.call("sqs:sendMessage", message, {"n": 1}, role=role)
    assert ended.status == "SUCCEEDED", ended
    assert {"MessageId", "MD5OfMessageBody"} <= ended.output.keys()
    assert inbox.read() == [{"n": 1}]
    denied(
        machines.call("sqs:sendMessage", message, {"n": 1}, role=nobody), "SQS.AmazonSQSException", "sqs:SendMessage"
    )
    gone = machines.call("sqs:sendMessage", {**message, "QueueUrl": f"{queue}-gone"}, {"n": 1}, role=role)
    assert gone.error == "SQS.QueueDoesNotExistException"


def test_sns(machines: Machines, topic: str, inbox: Inbox, nobody: str) -> None:
    role = machines.role("states", "sns:Publish")
    message = {"TopicArn": topic, "Message": {"n": 2}}
    ended = machines.call("sns:publish", message, role=role)
    assert ended.status == "SUCCEEDED", ended
    assert ended.output["MessageId"]
    assert inbox.read() == [{"n": 2}]
    denied(machines.call("sns:publish", message, role=nobody), "SNS.AuthorizationErrorException", "sns:Publish")
    gone = machines.call("sns:publish", {**message, "TopicArn": f"{topic}-gone"}, role=role)
    assert gone.error == "SNS.NotFoundException"


def test_events(machines: Machines, local_aws: LocalAws, inbox: Inbox, nobody: str) -> None:
    events = local_aws.client("events")
    events.put_rule(Name="orders", EventPattern=json.dumps({"source": ["shop"]}))
    events.put_targets(Rule="orders", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:123456789012:Inbox"}])
    entry = {"Source": "shop", "DetailType": "order", "Detail": {"n": 3}}
    role = machines.role("states", "events:PutEvents")
    ended = machines.call("events:putEvents", {"Entries": [entry]}, role=role)
    assert ended.status == "SUCCEEDED", ended
    assert ended.output["FailedEntryCount"] == 0
    [event] = inbox.read()
    assert (event["detail"], event["detail-type"]) == ({"n": 3}, "order")
    assert [arn.split(":")[5] for arn in event["resources"]] == ["stateMachine", "execution"]
    failed = machines.call("events:putEvents", {"Entries": [entry, {"Source": "shop", "Detail": {}}]}, role=role)
    assert failed.error == "EventBridge.FailedEntry"
    assert failed.told["FailedEntryCount"] == 1
    denied(
        machines.call("events:putEvents", {"Entries": [entry]}, role=nobody),
        "EventBridge.AccessDeniedException",
        "events:PutEvents",
    )


@pytest.fixture(scope="module")
def bucket(local_aws: LocalAws) -> str:
    local_aws.client("s3").create_bucket(Bucket="store")
    return "store"


def test_objects_of_s3(machines: Machines, bucket: str, nobody: str) -> None:
    role = machines.role("states", "s3:GetObject", "s3:PutObject", "s3:ListBucket")
    key = {"Bucket": bucket, "Key": "a/b.json"}
    put = machines.call("aws-sdk:s3:putObject", {**key, "Body": {"n": [1, "ü"]}}, role=role)
    assert put.output["ETag"]
    got = machines.call("aws-sdk:s3:getObject", key, role=role, Output="{% $parse($states.result.Body) %}")
    assert got.output == {"n": [1, "ü"]}
    typed = machines.call("aws-sdk:s3:getObject", key, role=role, Output="{% $states.result.ContentType %}")
    assert typed.output == "text/plain; charset=UTF-8"
    machines.call(
        "aws-sdk:s3:putObject", {**key, "Body": {"n": [1, "ü"]}, "ContentType": "application/json"}, role=role
    )
    typed = machines.call("aws-sdk:s3:getObject", key, role=role, Output="{% $states.result.ContentType %}")
    assert typed.output == "application/json"
    listed = machines.call("aws-sdk:s3:listObjectsV2", {"Bucket": bucket, "Prefix": "a/"}, role=role)
    assert [(item["Key"], item["Size"]) for item in listed.output["Contents"]] == [("a/b.json", 14)]
    gone = machines.call("aws-sdk:s3:getObject", {**key, "Key": "nothing"}, role=role)
    assert gone.error == "S3.NoSuchKeyException"
    for action, arguments, right in (
        ("putObject", {**key, "Body": "x"}, "s3:PutObject"),
        ("getObject", key, "s3:GetObject"),
        ("listObjectsV2", {"Bucket": bucket}, "s3:ListBucket"),
    ):
        denied(machines.call(f"aws-sdk:s3:{action}", arguments, role=nobody), "S3.AccessDeniedException", right)


BATCH = {
    "Resources": {
        "Environment": {
            "Type": "AWS::Batch::ComputeEnvironment",
            "Properties": {
                "Type": "MANAGED",
                "ComputeResources": {
                    "Type": "FARGATE",
                    "MaxvCpus": 4,
                    "Subnets": ["subnet-1"],
                    "SecurityGroupIds": ["sg-1"],
                },
            },
        },
        "Queue": {
            "Type": "AWS::Batch::JobQueue",
            "Properties": {
                "Priority": 1,
                "ComputeEnvironmentOrder": [{"Order": 1, "ComputeEnvironment": {"Ref": "Environment"}}],
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                },
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
            },
        },
        "Job": {
            "Type": "AWS::Batch::JobDefinition",
            "Properties": {
                "Type": "container",
                "PlatformCapabilities": ["FARGATE"],
                "ContainerProperties": {
                    "Image": "busybox",
                    "Command": ["sleep", "60"],
                    "ExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "ResourceRequirements": [
                        {"Type": "VCPU", "Value": "0.25"},
                        {"Type": "MEMORY", "Value": "512"},
                    ],
                },
            },
        },
    }
}


def test_jobs_of_batch(machines: Machines, local_aws: LocalAws, nobody: str) -> None:
    stack = local_aws.deploy(BATCH, name="Batch")
    queue = stack.physical_id("Queue")
    role = machines.role("states", *(f"batch:{name}" for name in ("ListJobs", "DescribeJobs", "TerminateJob")))
    submitted = local_aws.client("batch").submit_job(
        jobName="slow", jobQueue=queue, jobDefinition=stack.physical_id("Job")
    )["jobId"]

    def call(action: str, arguments: Any, by: str = role) -> Ended:
        return machines.call(f"aws-sdk:batch:{action}", arguments, role=by)

    assert until(lambda: bool(call("listJobs", {"JobQueue": queue}).output["JobSummaryList"]))
    [listed] = call("listJobs", {"JobQueue": queue, "JobStatus": "RUNNING"}).output["JobSummaryList"]
    assert (listed["JobId"], listed["JobName"]) == (submitted, "slow")
    [described] = call("describeJobs", {"Jobs": [submitted]}).output["Jobs"]
    assert described["Container"]["Command"] == ["sleep", "60"]
    ending = {"JobId": submitted, "Reason": "enough"}
    for action, arguments in (
        ("listJobs", {"JobQueue": queue}),
        ("describeJobs", {"Jobs": [submitted]}),
        ("terminateJob", ending),
    ):
        right = f"batch:{action[:1].upper()}{action[1:]}"
        denied(call(action, arguments, by=nobody), "Batch.BatchException", right)
    assert call("terminateJob", ending).output == {}
    assert until(
        lambda: call("describeJobs", {"Jobs": [submitted]}, by=role).output["Jobs"][0].get("StatusReason") == "enough"
    )
