"""Pipes take messages from queues to their targets: batch by batch, by the rights of their roles."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.local.deliveries.clockwork import ARN, DAY, HOUR, Account, Stack, code_and_message
from tests.waiting import until

RECEIVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
START_ONLY = {"StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"}}


@pytest.fixture
def pipe(account: Account) -> Iterator["Maker"]:
    made = Maker(account)
    yield made
    made.clear()


class Maker:
    """Makes pipes of one test."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.role = ""

    def __call__(self, source: str, target: str, *actions: str, batch: int | None = None, **given: Any) -> str:
        """A pipe, and the name that it has."""
        name = self.account.name("pipe")
        self.role = given.pop("RoleArn", None) or self.account.role("pipes", *RECEIVE, *actions)
        window = given.pop("window", None)
        of_queue = {"BatchSize": batch, "MaximumBatchingWindowInSeconds": window}
        parameters = {
            "SqsQueueParameters": {key: value for key, value in of_queue.items() if value is not None},
            **given.pop("SourceParameters", {}),
        }
        self.account.pipes.create_pipe(
            Name=name, Source=source, Target=target, RoleArn=self.role, SourceParameters=parameters, **given
        )
        return name

    def clear(self) -> None:
        for found in self.account.pipes.list_pipes()["Pipes"]:
            self.account.pipes.delete_pipe(Name=found["Name"])


def send(account: Account, queue: str, *bodies: Any, **options: Any) -> None:
    for body in bodies:
        text = body if isinstance(body, str) else json.dumps(body)
        account.sqs.send_message(QueueUrl=account.url(queue), MessageBody=text, **options)


def count(account: Account, queue: str) -> int:
    """How many messages a queue has, in sight or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = account.sqs.get_queue_attributes(QueueUrl=account.url(queue), AttributeNames=names)["Attributes"]
    return sum(int(told[name]) for name in names)


def function(account: Account, source: str) -> str:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", source)
    made = account.aws.client("lambda").create_function(
        FunctionName=account.name("function"),
        Runtime="python3.12",
        Role=account.role("lambda", "logs:*"),
        Handler="index.handler",
        Code={"ZipFile": content.getvalue()},
        Timeout=30,
    )
    return str(made["FunctionArn"])


def test_a_message_starts_a_state_machine(account: Account, pipe: Maker) -> None:
    queue, machine = account.queue(), account.machine()
    name = pipe(queue, machine, "states:StartExecution", TargetParameters=START_ONLY)
    attributes = {"kind": {"DataType": "String", "StringValue": "flower"}}
    send(account, queue, {"n": 1}, MessageAttributes=attributes)
    [[event]] = until(lambda: account.inputs(machine))
    assert event.pop("messageId")
    assert event.pop("receiptHandle")
    assert event.pop("md5OfBody")
    told = event.pop("attributes")
    assert (told["ApproximateReceiveCount"], told["SentTimestamp"]) == ("1", str(int(account.now.timestamp() * 1000)))
    assert event == {
        "body": '{"n": 1}',
        "messageAttributes": {
            "kind": {
                "stringValue": "flower",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "String",
            }
        },
        "eventSource": "aws:sqs",
        "eventSourceARN": queue,
        "awsRegion": "us-east-1",
    }
    until(lambda: count(account, queue) == 0)
    assert account.pipes.describe_pipe(Name=name)["CurrentState"] == "RUNNING"


def test_batches_fill_up_as_long_as_their_window_is_open(account: Account, pipe: Maker) -> None:
    queue, machine = account.queue(VisibilityTimeout="300"), account.machine()
    template = {"InputTemplate": '{"n": <$.body.n>, "at": <aws.pipes.event.ingestion-time>}', **START_ONLY}
    pipe(queue, machine, "states:StartExecution", batch=25, window=60, TargetParameters=template)
    begin = account.now
    with account.aws.clock.working():  # all of them come before the window closes
        send(account, queue, *({"n": number} for number in range(40)))
    account.aws.advance(HOUR)
    batches = account.inputs(machine)
    assert [len(batch) for batch in batches] == [25, 15]
    assert sorted(item["n"] for batch in batches for item in batch) == list(range(40))
    waited = [datetime.fromisoformat(batch[0]["at"]) - begin for batch in batches]
    assert [round(item.total_seconds()) for item in waited] == [0, 60]


def test_a_filter_takes_what_it_matches_and_drops_the_rest(account: Account, pipe: Maker) -> None:
    queue, machine = account.queue(), account.machine()
    patterns = [{"body": {"kind": ["csv"], "size": [{"numeric": [">", 10]}]}}, {"body": ["plain"]}]
    criteria = {"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns]}
    source = {"FilterCriteria": criteria}
    template = {"InputTemplate": "<$.body>", **START_ONLY}
    pipe(queue, machine, "states:StartExecution", SourceParameters=source, TargetParameters=template)
    wanted = {"kind": "csv", "size": 11}
    send(account, queue, {"kind": "csv", "size": 9}, wanted, "not JSON", "plain")
    account.aws.advance(DAY)
    assert [item for batch in account.inputs(machine) for item in batch] == [wanted, "plain"]
    assert count(account, queue) == 0


def test_templates(account: Account, pipe: Maker) -> None:
    queue, told = account.queue(), account.queue()
    template = (
        '{"one": <$.body.items[0].name>, "text": "of <$.body.items[1].name> in <aws.pipes.pipe-name>", '
        '"all": <$.body.items>, "none": "<$.body.missing>", "who": "<$.attributes.SenderId>", '
        '"from": <aws.pipes.source-arn>, "to": "<aws.pipes.target-arn>", "whole": <aws.pipes.event.json>}'
    )
    name = pipe(queue, told, "sqs:SendMessage", TargetParameters={"InputTemplate": template})
    items = [{"name": 'Zoë "Z"'}, {"name": "b"}]
    send(account, queue, {"items": items})
    [found] = until(lambda: account.bodies(told))
    assert found.pop("whole")["body"] == {"items": items}
    assert found.pop("who")
    assert found == {
        "one": 'Zoë "Z"',
        "text": f"of b in {name}",
        "all": items,
        "none": "",
        "from": queue,
        "to": told,
    }


def test_a_job_is_submitted_with_what_the_message_says(account: Account, pipe: Maker) -> None:
    batch = account.batch
    compute = {"type": "FARGATE", "maxvCpus": 4, "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    batch.create_compute_environment(computeEnvironmentName="place", type="MANAGED", computeResources=compute)
    jobs = batch.create_job_queue(
        jobQueueName="queue", priority=1, computeEnvironmentOrder=[{"order": 1, "computeEnvironment": "place"}]
    )["jobQueueArn"]
    batch.register_job_definition(
        jobDefinitionName="job",
        type="container",
        platformCapabilities=["FARGATE"],
        containerProperties={
            "image": "image",
            "command": ["run", "Ref::file"],
            "executionRoleArn": account.role("ecs-tasks", "*"),
            "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}],
        },
    )
    queue = account.queue()
    parameters = {
        "JobDefinition": "job",
        "JobName": "$.body.name",
        "Parameters": {"file": "$.body.file"},
        "ArrayProperties": {"Size": 2},
        "ContainerOverrides": {"Environment": [{"Name": "ID", "Value": "$.messageId"}]},
    }
    pipe(queue, jobs, "batch:SubmitJob", TargetParameters={"BatchJobParameters": parameters})
    send(account, queue, {"name": "one", "file": "a"}, {"name": "two", "file": "b"})
    account.aws.advance(DAY)
    found = batch.list_jobs(jobQueue="queue", jobStatus="SUCCEEDED")["jobSummaryList"]
    assert {job["jobName"] for job in found} == {"one", "two"}
    described = batch.describe_jobs(jobs=[job["jobId"] for job in found])["jobs"]
    assert {job["jobName"]: job["parameters"]["file"] for job in described} == {"one": "a", "two": "b"}
    assert all(job["container"]["environment"][0]["value"] for job in described)


def test_what_fails_comes_back_and_goes_to_the_dead_letters_of_its_queue(account: Account, pipe: Maker) -> None:
    dead = account.queue()
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3})
    queue = account.queue(RedrivePolicy=redrive, VisibilityTimeout="300")
    begin = account.now
    pipe(queue, account.machine(), TargetParameters=START_ONLY)
    denied = len(account.aws.iam.denials)
    send(account, queue, "lost")
    account.aws.advance(HOUR)
    assert [message["Body"] for message in account.messages(dead)] == ["lost"]
    assert [denial.action for denial in account.aws.iam.denials[denied:]] == ["states:StartExecution"] * 3
    assert "is not authorized to perform: states:StartExecution" in account.aws.pipes.lost[-1]
    assert account.now - begin == HOUR


def test_without_dead_letters_no_time_passes_for_what_fails(account: Account, pipe: Maker) -> None:
    queue = account.queue(VisibilityTimeout="300")
    machine = account.machine()
    pipe(queue, machine, TargetParameters=START_ONLY)
    begin, lost = account.now, len(account.aws.pipes.lost)
    send(account, queue, "late")
    until(lambda: len(account.aws.pipes.lost) > lost)
    account.allow(pipe.role, *RECEIVE, "states:StartExecution")
    assert account.now == begin
    account.aws.advance(HOUR)
    [[event]] = account.inputs(machine)
    assert (event["body"], event["attributes"]["ApproximateReceiveCount"]) == ("late", "2")


@pytest.mark.parametrize("missing", RECEIVE)
def test_each_right_of_the_role_is_needed(account: Account, pipe: Maker, missing: str) -> None:
    queue, machine = account.queue(VisibilityTimeout="60"), account.machine()
    role = account.role("pipes", *(set(RECEIVE) - {missing}), "states:StartExecution")
    name = pipe(queue, machine, RoleArn=role, TargetParameters=START_ONLY)
    send(account, queue, "one")
    account.aws.advance(HOUR)
    described = account.pipes.describe_pipe(Name=name)
    assert count(account, queue) == 1
    if missing == "sqs:GetQueueAttributes":
        assert described["CurrentState"] == "CREATE_FAILED"
        assert "is not authorized to perform: sqs:GetQueueAttributes" in described["StateReason"]
    assert (len(account.inputs(machine)) > 1) is (missing == "sqs:DeleteMessage"), "delivered again and again"


def test_a_role_that_trusts_somebody_else_and_a_queue_that_is_not_there(account: Account, pipe: Maker) -> None:
    machine = account.machine()
    other = pipe(account.queue(), machine, RoleArn=account.role("lambda", "*"), TargetParameters=START_ONLY)
    gone = pipe(ARN.format("sqs", "nowhere"), machine, TargetParameters=START_ONLY)
    for name, reason in ((other, "cannot be taken on by pipes.amazonaws.com"), (gone, "NonExistentQueue")):
        described = account.pipes.describe_pipe(Name=name)
        assert described["CurrentState"] == "CREATE_FAILED"
        assert reason in described["StateReason"]


def test_an_express_state_machine_tells_which_messages_failed(account: Account, pipe: Maker) -> None:
    queue = account.queue(VisibilityTimeout="60")
    expression = (
        "{% {'batchItemFailures': $states.input[$number(attributes.ApproximateReceiveCount) = 1 and body = 'b']."
        "{'itemIdentifier': messageId}[]} %}"
    )
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "Judge",
        "States": {"Judge": {"Type": "Pass", "Output": expression, "End": True}},
    }
    machine = account.sfn.create_state_machine(
        name=account.name("judge"),
        definition=json.dumps(definition),
        roleArn=account.role("states"),
        type="EXPRESS",
    )["stateMachineArn"]
    pipe(queue, machine, "states:StartSyncExecution", batch=3)
    with account.aws.clock.working():
        send(account, queue, "a", "b", "c")
    lost = len(account.aws.pipes.lost)
    account.aws.advance(HOUR)
    assert count(account, queue) == 0
    told = account.aws.pipes.lost[lost - len(account.aws.pipes.lost) or None :]
    assert all("messages failed" in line for line in told)


def test_a_function_enriches_and_a_function_judges(account: Account, pipe: Maker) -> None:
    queue, told = account.queue(), account.queue()
    source = """
import json
def handler(events, context):
    return [{"doubled": 2 * json.loads(event["body"])} for event in events if event["body"] != "0"]
"""
    enrich = function(account, source)
    pipe(
        queue,
        told,
        "lambda:InvokeFunction",
        "sqs:SendMessage",
        Enrichment=enrich,
        TargetParameters={"InputTemplate": '{"value": <$.doubled>}'},
    )
    send(account, queue, "21", "0")
    assert until(lambda: account.bodies(told), seconds=60) == [{"value": 42}]
    until(lambda: count(account, queue) == 0)


def test_targets_with_entries_of_their_own(account: Account, pipe: Maker) -> None:
    first, second, third, event, heard = (account.queue() for _ in range(5))
    topic = account.sns.create_topic(Name="piped")["TopicArn"]
    account.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=heard)
    account.events.put_rule(Name="piped", EventPattern=json.dumps({"source": ["mine"]}))
    account.events.put_targets(Rule="piped", Targets=[{"Id": "1", "Arn": event}])
    account.logs.create_log_group(logGroupName="piped")
    fifo = account.queue(FifoQueue="true")
    template = "<$.body>"
    pipe(first, topic, "sns:Publish", TargetParameters={"InputTemplate": template})
    bus = {"Source": "mine", "DetailType": "$.body.kind", "Resources": ["$.messageId"]}
    pipe(
        second,
        ARN.format("events", "event-bus/default"),
        "events:PutEvents",
        TargetParameters={"InputTemplate": template, "EventBridgeEventBusParameters": bus},
    )
    pipe(
        third,
        ARN.format("logs", "log-group:piped"),
        "logs:*",
        TargetParameters={"InputTemplate": template, "CloudWatchLogsParameters": {"LogStreamName": "$.body.kind"}},
    )
    for source in (first, second, third):
        send(account, source, {"kind": "night", "n": 1})
    [published] = until(lambda: account.bodies(heard))
    assert json.loads(published["Message"]) == {"kind": "night", "n": 1}
    [sent] = until(lambda: account.bodies(event))
    assert (sent["source"], sent["detail-type"], sent["detail"]["n"]) == ("mine", "night", 1)
    streams = until(lambda: account.logs.describe_log_streams(logGroupName="piped")["logStreams"])
    assert [stream["logStreamName"] for stream in streams] == ["night"]
    fourth = account.queue()
    group = {"MessageGroupId": "$.body.kind", "MessageDeduplicationId": "$.messageId"}
    pipe(fourth, fifo, "sqs:SendMessage", TargetParameters={"SqsQueueParameters": group})
    send(account, fourth, {"kind": "night"})
    until(lambda: count(account, fifo) == 1)


def test_a_pipe_stops_starts_changes_and_goes(account: Account, pipe: Maker) -> None:
    queue, first, second = account.queue(), account.machine(), account.machine()
    name = pipe(queue, first, "states:StartExecution", TargetParameters=START_ONLY, DesiredState="STOPPED")
    send(account, queue, "one")
    account.aws.advance(HOUR)
    assert account.pipes.describe_pipe(Name=name)["CurrentState"] == "STOPPED"
    assert account.inputs(first) == []
    account.pipes.start_pipe(Name=name)
    until(lambda: account.inputs(first))
    account.pipes.update_pipe(Name=name, RoleArn=pipe.role, Target=second)
    send(account, queue, "two")
    until(lambda: account.inputs(second))
    account.pipes.stop_pipe(Name=name)
    assert account.pipes.describe_pipe(Name=name)["CurrentState"] == "STOPPED"
    account.pipes.start_pipe(Name=name)
    account.pipes.delete_pipe(Name=name)
    send(account, queue, "three")
    account.aws.advance(HOUR)
    assert (len(account.inputs(first)), len(account.inputs(second))) == (1, 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Source": ARN.format("kinesis", "stream/s")}, "constructs-lib local: a pipe from arn:aws:kinesis"),
        ({"Target": ARN.format("redshift", "cluster:c")}, "constructs-lib local: a pipe to arn:aws:redshift"),
        ({"Enrichment": ARN.format("execute-api", "x")}, "constructs-lib local: an enrichment by"),
        ({"Target": ARN.format("batch", "job-queue/q")}, "BatchJobParameters must be provided"),
        ({"SourceParameters": {"SqsQueueParameters": {"BatchSize": 11}}}, "Maximum batch window in seconds must be"),
        (
            {"Target": ARN.format("sqs", "t"), "SourceParameters": {"SqsQueueParameters": {"BatchSize": 11}}},
            "BatchSize 11 is greater than 10",
        ),
        (
            {
                "Source": ARN.format("sqs", "q.fifo"),
                "SourceParameters": {"SqsQueueParameters": {"MaximumBatchingWindowInSeconds": 1}},
            },
            "not supported for FIFO queues",
        ),
        ({"SourceParameters": {"FilterCriteria": {"Filters": [{"Pattern": "x"}]}}}, "Event pattern is not valid"),
        ({"DesiredState": "PAUSED"}, "Value 'PAUSED' at 'desiredState' failed to satisfy constraint"),
    ],
)
def test_what_is_refused(account: Account, given: dict[str, Any], message: str) -> None:
    name = account.name("refused")
    pipe = {
        "Name": name,
        "Source": ARN.format("sqs", "q"),
        "Target": ARN.format("lambda", "function:f"),
        "RoleArn": ARN.format("iam", "role/r").replace("us-east-1", ""),
    }
    with pytest.raises(account.pipes.exceptions.ValidationException) as refused:
        account.pipes.create_pipe(**{**pipe, **given})
    assert message in code_and_message(refused.value)[1]
    with pytest.raises(account.pipes.exceptions.NotFoundException):
        account.pipes.describe_pipe(Name=name)


def test_a_name_is_given_once(account: Account, pipe: Maker) -> None:
    queue = account.queue()
    name = pipe(queue, account.machine(), TargetParameters=START_ONLY)
    with pytest.raises(account.pipes.exceptions.ConflictException):
        account.pipes.create_pipe(Name=name, Source=queue, Target=account.queue(), RoleArn=pipe.role)


def test_who_waits_for_messages_lets_time_pass(account: Account) -> None:
    queue = account.queue()
    url, begin = account.url(queue), account.now
    assert "Messages" not in account.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
    assert account.now - begin >= 20 * HOUR / 3600
    send(account, queue, "late", DelaySeconds=10)
    [message] = account.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, VisibilityTimeout=600)["Messages"]
    assert message["Body"] == "late"
    assert "Messages" not in account.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)
    account.aws.advance(HOUR)
    assert account.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)["Messages"]


def test_the_key_of_a_queue_is_used_by_the_rights_of_who_uses_the_queue(account: Account, pipe: Maker) -> None:
    key = account.kms.create_key()["KeyMetadata"]["Arn"]
    queue, machine = account.queue(KmsMasterKeyId=key, VisibilityTimeout="60"), account.machine()
    pipe(queue, machine, "states:StartExecution", TargetParameters=START_ONLY)
    send(account, queue, "one")
    until(lambda: any("kms:Decrypt" in line for line in account.aws.pipes.lost))
    assert account.inputs(machine) == []
    account.allow(pipe.role, *RECEIVE, "states:StartExecution", "kms:Decrypt")
    account.aws.advance(HOUR)
    assert len(account.inputs(machine)) == 1
    denied = len(account.aws.iam.denials)
    source, told = account.queue(), account.queue(KmsMasterKeyId=key)
    pipe(source, told, "sqs:SendMessage")
    send(account, source, "two")
    until(lambda: len(account.aws.iam.denials) > denied)
    assert account.aws.iam.denials[-1].action == "kms:GenerateDataKey"


def test_a_pipe_of_a_stack_needs_its_rights_and_goes_with_it(account: Account) -> None:
    queue, machine = account.queue(), account.machine()
    powerless = account.role("pipes", "states:StartExecution")

    def pipe(role: str) -> dict[str, Any]:
        parameters = {"InputTemplate": "<$.body>", **START_ONLY}
        properties = {"RoleArn": role, "Source": queue, "Target": machine, "TargetParameters": parameters}
        return {"Pipe": {"Type": "AWS::Pipes::Pipe", "Properties": properties}}

    failing = Stack(account, "failing-pipe")
    assert failing.deploy(pipe(powerless)) == "ROLLBACK_COMPLETE"
    assert any("CREATE_FAILED" in reason and "sqs:GetQueueAttributes" in reason for reason in failing.reasons())
    assert account.pipes.list_pipes()["Pipes"] == []
    stack = Stack(account, "pipe")
    assert stack.deploy(pipe(account.role("pipes", *RECEIVE, "states:StartExecution"))) == "CREATE_COMPLETE"
    send(account, queue, {"n": 1})
    assert until(lambda: account.inputs(machine)) == [[{"n": 1}]]
    stack.delete()
    send(account, queue, {"n": 2})
    account.aws.advance(HOUR)
    assert len(account.inputs(machine)) == 1


def test_a_program_that_waits_for_messages_takes_real_time(account: Account) -> None:
    queue = account.queue()
    with account.aws.clock.working():  # as long as a program runs
        begun, now = time.monotonic(), account.now
        assert "Messages" not in account.sqs.receive_message(QueueUrl=account.url(queue), WaitTimeSeconds=1)
        assert 1 <= time.monotonic() - begun < 20
        assert account.now == now


def test_no_message_expires_while_days_pass(account: Account) -> None:
    queue = account.queue(MessageRetentionPeriod="60")
    send(account, queue, "old")
    account.aws.advance(30 * DAY)
    send(account, queue, "new")
    assert sorted(message["Body"] for message in account.messages(queue)) == ["new", "old"]
