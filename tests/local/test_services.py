"""Service integrations of state machines: each really runs, and each is denied without its right."""

import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.testing.local_aws import LocalAws
from tests.local.machines import Ended, Machines, task
from tests.local.rights import until

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


class Inbox:
    """What arrives in the queue; read once."""

    def __init__(self, local_aws: LocalAws, url: str) -> None:
        self._sqs, self._url = local_aws.client("sqs"), url

    def read(self) -> list[Any]:
        messages = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]


@pytest.fixture
def inbox(local_aws: LocalAws, queue: str) -> Inbox:
    found = Inbox(local_aws, queue)
    found.read()
    return found


def denied(ended: Ended, error: str, action: str) -> None:
    assert (ended.status, ended.error) == ("FAILED", error), ended
    assert f" is not authorized to perform: {action} on resource: " in str(ended.cause)
    assert "because no identity-based policy allows the" in str(ended.cause)


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


PASS = {"Done": {"Type": "Pass", "Output": {"n": "{% $states.input.n * 2 %}"}, "End": True}}
FAIL = {"Done": {"Type": "Fail", "Error": "TooBad", "Cause": "it is"}}


def machine(machines: Machines, states: dict[str, Any], role: str) -> str:
    definition = {"QueryLanguage": "JSONata", "StartAt": "Done", "States": states}
    made = machines.states.create_state_machine(
        name=f"child{uuid.uuid4().hex}", definition=json.dumps(definition), roleArn=role
    )
    return str(made["stateMachineArn"])


OF_MACHINES = (
    *("states:StartExecution", "states:DescribeExecution", "states:StopExecution"),
    *("events:PutRule", "events:PutTargets", "events:DescribeRule"),
)


def test_start_execution(machines: Machines, nobody: str) -> None:
    role = machines.role("states", *OF_MACHINES)
    child = machine(machines, PASS, nobody)
    given = {"StateMachineArn": child, "Input": {"n": "{% $states.input.n %}"}}
    started = machines.call("states:startExecution", given, {"n": 1}, role=role)
    assert started.output.keys() == {"ExecutionArn", "StartDate"}
    assert machines.wait(started.output["ExecutionArn"]).output == {"n": 2}
    text = machines.call("states:startExecution.sync", given, {"n": 2}, role=role).output
    assert (text["Status"], text["Output"], text["Input"]) == ("SUCCEEDED", '{"n":4}', '{"n":2}')
    value = machines.call("states:startExecution.sync:2", given, {"n": 3}, role=role).output
    assert (value["Status"], value["Output"], value["Input"]) == ("SUCCEEDED", {"n": 6}, {"n": 3})


def test_start_execution_of_one_that_fails(machines: Machines, nobody: str) -> None:
    role = machines.role("states", *OF_MACHINES)
    given = {"StateMachineArn": machine(machines, FAIL, nobody), "Name": "once"}
    failed = machines.call("states:startExecution.sync:2", given, role=role)
    assert (failed.error, failed.told["Status"], failed.told["Error"]) == ("States.TaskFailed", "FAILED", "TooBad")
    assert failed.told["Cause"] == "it is"
    again = machines.call("states:startExecution", {**given, "Input": {"n": 5}}, role=role)
    assert again.error == "StepFunctions.ExecutionAlreadyExistsException"
    gone = machines.call("states:startExecution", {"StateMachineArn": f"{given['StateMachineArn']}x"}, role=role)
    assert gone.error == "StepFunctions.StateMachineDoesNotExistException"


def test_start_execution_needs_the_right(machines: Machines, nobody: str) -> None:
    child = machine(machines, PASS, nobody)
    ended = machines.call("states:startExecution", {"StateMachineArn": child}, role=nobody)
    denied(ended, "StepFunctions.AWSStepFunctionsException", "states:StartExecution")


def test_a_stopped_execution_stops_the_one_it_waits_for(machines: Machines, nobody: str) -> None:
    role = machines.role("states", *OF_MACHINES)
    child = machine(machines, {"Done": {"Type": "Wait", "Seconds": 60, "End": True}}, nobody)
    parent = machines.start(task("states:startExecution.sync:2", {"StateMachineArn": child}), role=role)

    def running() -> list[Any]:
        return list(machines.states.list_executions(stateMachineArn=child, statusFilter="RUNNING")["executions"])

    assert until(lambda: bool(running()))
    [execution] = running()
    machines.states.stop_execution(executionArn=parent)
    assert machines.wait(execution["executionArn"]).status == "ABORTED"


ASK = {"QueueUrl": "", "MessageBody": {"token": "{% $states.context.Task.Token %}"}}


class Callbacks:
    """Starts a state that waits for its token, and reads the token."""

    def __init__(self, machines: Machines, queue: str, inbox: Inbox) -> None:
        self.machines, self._queue, self._inbox = machines, queue, inbox
        self._role = machines.role("states", "sqs:SendMessage")

    def start(self, **fields: Any) -> tuple[str, str]:
        states = task("sqs:sendMessage.waitForTaskToken", {**ASK, "QueueUrl": self._queue}, **fields)
        execution = self.machines.start(states, role=self._role)
        found: list[Any] = []
        assert until(lambda: bool(found.extend(self._inbox.read()) or found))
        return execution, found[0]["token"]


@pytest.fixture
def callbacks(machines: Machines, queue: str, inbox: Inbox) -> Callbacks:
    return Callbacks(machines, queue, inbox)


def test_a_token_ends_the_wait(callbacks: Callbacks) -> None:
    states = callbacks.machines.states
    execution, token = callbacks.start(HeartbeatSeconds=30)
    states.send_task_heartbeat(taskToken=token)
    states.send_task_success(taskToken=token, output='{"n": 7}')
    assert callbacks.machines.wait(execution).output == {"n": 7}
    execution, token = callbacks.start()
    states.send_task_failure(taskToken=token, error="NotToday", cause="closed")
    ended = callbacks.machines.wait(execution)
    assert (ended.error, ended.cause) == ("NotToday", "closed")
    with pytest.raises(ClientError) as gone:
        states.send_task_success(taskToken=token, output="{}")
    assert gone.value.response["Error"]["Code"] == "TaskTimedOut"
    with pytest.raises(ClientError) as wrong:
        states.send_task_success(taskToken="nonsense", output="{}")
    assert wrong.value.response["Error"]["Code"] == "InvalidToken"


def test_a_token_that_nobody_sends(callbacks: Callbacks) -> None:
    machines = callbacks.machines
    execution, _ = callbacks.start(HeartbeatSeconds=1)
    other, _ = callbacks.start(TimeoutSeconds=1)
    third, token = callbacks.start()
    machines.states.stop_execution(executionArn=third)
    assert machines.wait(execution).error == "States.HeartbeatTimeout"
    assert machines.wait(other).error == "States.Timeout"
    assert machines.wait(third).status == "ABORTED"
    with pytest.raises(ClientError, match="TaskTimedOut"):
        machines.states.send_task_success(taskToken=token, output="{}")


def test_a_function_gets_the_token(machines: Machines, local_aws: LocalAws) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(
            "app.py",
            "import boto3\n"
            "def main(event, _):\n"
            "    states = boto3.client('stepfunctions')\n"
            "    states.send_task_success(taskToken=event['token'], output='\"from inside\"')\n",
        )
    local_aws.client("lambda").create_function(
        FunctionName="Answer",
        Role=machines.role("lambda", "states:SendTaskSuccess"),
        Code={"ZipFile": code.getvalue()},
        Handler="app.main",
        Runtime="python3.13",
        Timeout=20,
    )
    given = {"FunctionName": "Answer", "Payload": {"token": "{% $states.context.Task.Token %}"}}
    role = machines.role("states", "lambda:InvokeFunction")
    ended = machines.call("lambda:invoke.waitForTaskToken", given, role=role)
    assert ended.output == "from inside", ended


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
