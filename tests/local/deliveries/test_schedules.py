"""Schedules start their targets by the time of the embedded AWS, by the rights of their roles: a month in a moment."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.deliveries.clockwork import ARN, DAY, HOUR, START, Account, Stack, code_and_message


@pytest.fixture
def schedule(account: Account) -> Iterator["Maker"]:
    made = Maker(account)
    with account.aws.clock.working():  # what another test has left to run lets no time pass meanwhile
        yield made
    made.clear()


class Maker:
    """Makes schedules of one test."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._names: list[str] = []

    def __call__(
        self, expression: str, target: str, *actions: str, options: dict[str, Any] | None = None, **given: Any
    ) -> str:
        """A schedule, and the name that it has."""
        name = self.account.name("schedule")
        role = given.pop("RoleArn", None) or self.account.role("scheduler", *actions)
        self.account.scheduler.create_schedule(
            Name=name,
            ScheduleExpression=expression,
            Target={"Arn": target, "RoleArn": role, **given},
            **{"FlexibleTimeWindow": {"Mode": "OFF"}, **(options or {})},
        )
        self._names.append(name)
        return name

    def clear(self) -> None:
        for page in self.account.scheduler.get_paginator("list_schedules").paginate():
            for found in page["Schedules"]:
                self.account.scheduler.delete_schedule(Name=found["Name"], GroupName=found["GroupName"])


def local(account: Account, hours: int) -> str:
    """A moment so many hours from now, as a schedule says it."""
    return f"{account.now + hours * HOUR:%Y-%m-%dT%H:%M:%S}"


def test_a_month_of_nightly_runs(account: Account, schedule: Maker) -> None:
    machine = account.machine(3 * 60 * 60)
    role = account.role(
        "scheduler",
        "states:StartExecution",
        condition={  # as aws-cdk-lib writes it
            "StringEquals": {
                "aws:SourceAccount": "123456789012",
                "aws:SourceArn": ARN.format("scheduler", "schedule-group/default"),
            }
        },
    )
    given = {
        "for": "<aws.scheduler.scheduled-time>",
        "by": "<aws.scheduler.schedule-arn>",
        "n": "<aws.scheduler.attempt-number>",
    }
    begin = account.now
    name = schedule("cron(0 2 * * ? *)", machine, RoleArn=role, Input=json.dumps(given))
    assert account.starts(machine) == [], "no time passes for a schedule"
    account.aws.advance(30 * DAY)
    inputs = account.inputs(machine)
    nights = [f"{begin + day * DAY:%Y-%m-%d}T02:00:00Z" for day in range(1, 31)]
    assert [item["for"] for item in inputs] == nights
    assert {(item["by"], item["n"]) for item in inputs} == {(ARN.format("scheduler", f"schedule/default/{name}"), "1")}
    assert account.aws.iam.denials == []


def test_local_time_in_spring_and_autumn(account: Account, schedule: Maker) -> None:
    spring, autumn = account.machine(), account.machine()
    zone = {"ScheduleExpressionTimezone": "Europe/Berlin"}
    schedule("cron(30 2 28-30 3 ? 2027)", spring, "states:*", options=zone)
    schedule("cron(30 2 30,31 10 ? 2027)", autumn, "states:*", options=zone)
    account.aws.advance(datetime(2027, 12, 1, tzinfo=UTC) - account.now)
    assert account.starts(spring) == ["03-29 00:30", "03-30 00:30"], "there is no 02:30 on the 28th"
    assert account.starts(autumn) == ["10-30 00:30", "10-31 00:30"], "02:30 comes twice on the 31st"


def test_a_rate_begins_at_once_or_with_its_start(account: Account, schedule: Maker) -> None:
    at_once, later = account.machine(), account.machine()
    begin = account.now
    schedule("rate(6 hours)", at_once, "states:*", options={"EndDate": begin + 13 * HOUR})
    schedule("rate(6 hours)", later, "states:*", options={"StartDate": begin + HOUR, "EndDate": begin + 13 * HOUR})
    account.aws.advance(2 * DAY)
    assert account.starts(at_once) == [f"{begin + hours * HOUR:%m-%d %H:%M}" for hours in (0, 6, 12)]
    assert account.starts(later) == [f"{begin + hours * HOUR:%m-%d %H:%M}" for hours in (1, 7, 13)]


def test_once_and_gone(account: Account, schedule: Maker) -> None:
    machine = account.machine()
    kept = schedule(f"at({local(account, 5)})", machine, "states:*")
    gone = schedule(f"at({local(account, 6)})", machine, "states:*", options={"ActionAfterCompletion": "DELETE"})
    schedule(f"at({local(account, -5)})", machine, "states:*")
    ending = {"EndDate": account.now + DAY, "ActionAfterCompletion": "DELETE"}
    ended = schedule("rate(20 hours)", machine, "states:*", options=ending)
    account.aws.advance(3 * DAY)
    assert len(account.starts(machine)) == 4
    assert account.scheduler.get_schedule(Name=kept)["State"] == "ENABLED"
    for name in (gone, ended):
        with pytest.raises(account.scheduler.exceptions.ResourceNotFoundException):
            account.scheduler.get_schedule(Name=name)


def test_a_schedule_is_followed_as_it_is_now(account: Account, schedule: Maker) -> None:
    first, second = account.machine(), account.machine()
    role = account.role("scheduler", "states:StartExecution")
    name = schedule("rate(1 day)", first, RoleArn=role, options={"State": "DISABLED"})
    account.aws.advance(2 * DAY)
    assert account.starts(first) == []
    changed = {
        "Name": name,
        "ScheduleExpression": "rate(12 hours)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": second, "RoleArn": role},
    }
    account.scheduler.update_schedule(**changed, StartDate=account.now + HOUR)
    account.aws.advance(DAY)
    assert (account.starts(first), len(account.starts(second))) == ([], 2)
    account.scheduler.update_schedule(**changed, State="DISABLED")
    account.aws.advance(DAY)
    account.scheduler.update_schedule(**changed)
    assert account.scheduler.get_schedule(Name=name)["State"] == "ENABLED", "an update sets all of it"
    account.scheduler.delete_schedule(Name=name)
    before = len(account.starts(second))
    account.aws.advance(2 * DAY)
    assert len(account.starts(second)) == before <= 3


def test_a_group_goes_with_its_schedules(account: Account, schedule: Maker) -> None:
    machine = account.machine()
    account.scheduler.create_schedule_group(Name="nightly")
    with pytest.raises(account.scheduler.exceptions.ConflictException):
        account.scheduler.create_schedule_group(Name="nightly")
    schedule("cron(0 2 * * ? *)", machine, "states:*", options={"GroupName": "nightly"})
    account.scheduler.delete_schedule_group(Name="nightly")
    account.aws.advance(3 * DAY)
    assert account.starts(machine) == []
    with pytest.raises(account.scheduler.exceptions.ResourceNotFoundException, match="Schedule group nightly"):
        schedule("cron(0 2 * * ? *)", machine, "states:*", options={"GroupName": "nightly"})


def test_a_flexible_window_is_kept(account: Account, schedule: Maker) -> None:
    machine = account.machine()
    window = {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60}}
    given = json.dumps({"for": "<aws.scheduler.scheduled-time>"})
    schedule("cron(0 2 * * ? *)", machine, "states:*", options=window, Input=given)
    account.aws.advance(10 * DAY)
    starts = account.starts(machine)
    assert len(starts) == 10
    assert {start[6:8] for start in starts} == {"02"}
    assert len({start[9:] for start in starts}) > 1
    assert {item["for"][11:] for item in account.inputs(machine)} == {"02:00:00Z"}, "the time that the schedule says"


def test_a_universal_target_submits_a_job(account: Account, schedule: Maker) -> None:
    batch = account.batch
    compute = {"type": "FARGATE", "maxvCpus": 4, "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
    batch.create_compute_environment(computeEnvironmentName="place", type="MANAGED", computeResources=compute)
    queue = batch.create_job_queue(
        jobQueueName="queue", priority=1, computeEnvironmentOrder=[{"order": 1, "computeEnvironment": "place"}]
    )["jobQueueArn"]
    batch.register_job_definition(
        jobDefinitionName="job",
        type="container",
        platformCapabilities=["FARGATE"],
        containerProperties={
            "image": "image",
            "executionRoleArn": account.role("ecs-tasks", "*"),
            "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}],
        },
    )
    request = {
        "JobName": "nightly",
        "JobQueue": queue,
        "JobDefinition": "job",
        "ArrayProperties": {"Size": 3},
        "ContainerOverrides": {"Environment": [{"Name": "DAY", "Value": "<aws.scheduler.scheduled-time>"}]},
    }
    universal = "arn:aws:scheduler:::aws-sdk:batch:submitJob"
    begin = account.now - 2 * HOUR - timedelta(seconds=1)
    schedule("cron(0 2 * * ? *)", universal, "batch:SubmitJob", Input=json.dumps(request))
    account.aws.advance(4 * DAY)
    jobs = batch.list_jobs(jobQueue="queue", filters=[{"name": "JOB_NAME", "values": ["nightly"]}])["jobSummaryList"]
    assert [job["arrayProperties"]["size"] for job in jobs] == [3] * 4
    assert {job["status"] for job in jobs} == {"SUCCEEDED"}
    described = batch.describe_jobs(jobs=[job["jobId"] for job in jobs])["jobs"]
    days = sorted(job["container"]["environment"][0]["value"] for job in described)
    assert days == [f"{begin + day * DAY:%Y-%m-%d}T02:00:00Z" for day in range(1, 5)]


def test_templated_targets(account: Account, schedule: Maker) -> None:
    queue, fifo = account.queue(), account.queue(FifoQueue="true", ContentBasedDeduplication="true")
    topic = account.sns.create_topic(Name="topic")["TopicArn"]
    heard = account.queue()
    account.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=heard)
    event = account.queue()
    account.events.put_rule(Name="own", EventPattern=json.dumps({"source": ["mine"]}))
    account.events.put_targets(Rule="own", Targets=[{"Id": "1", "Arn": event}])
    at = f"at({local(account, 1)})"
    schedule(at, queue, "sqs:SendMessage", Input="<aws.scheduler.scheduled-time>")
    schedule(at, fifo, "sqs:SendMessage", Input="first", SqsParameters={"MessageGroupId": "group"})
    schedule(at, topic, "sns:Publish")
    bus = ARN.format("events", "event-bus/default")
    details = {"DetailType": "Night", "Source": "mine"}
    schedule(at, bus, "events:PutEvents", Input='{"n": 1}', EventBridgeParameters=details)
    account.aws.advance(2 * HOUR)
    assert [message["Body"] for message in account.messages(queue)] == [f"{account.now - HOUR:%Y-%m-%dT%H:%M:%SZ}"]
    assert [message["Body"] for message in account.messages(fifo)] == ["first"]
    [published] = account.bodies(heard)
    told = json.loads(published["Message"])
    assert (told["detail-type"], told["source"], told["detail"]) == ("Scheduled Event", "aws.scheduler", "{}")
    assert told["resources"][0].startswith(ARN.format("scheduler", "schedule/default/"))
    [sent] = account.bodies(event)
    assert (sent["source"], sent["detail-type"], sent["detail"]) == ("mine", "Night", {"n": 1})


def test_a_role_that_may_not_is_tried_again_and_then_told_of(account: Account, schedule: Maker) -> None:
    machine, dead = account.machine(), account.queue()
    policy = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}
    name = schedule(
        f"at({local(account, 1)})",
        machine,
        "sqs:SendMessage",
        Input='{"attempt": "<aws.scheduler.attempt-number>"}',
        RetryPolicy=policy,
        DeadLetterConfig={"Arn": dead},
    )
    scheduled = account.now + HOUR
    denied = len(account.aws.iam.denials)
    account.aws.advance(2 * HOUR)
    assert [denial.action for denial in account.aws.iam.denials[denied:]] == ["states:StartExecution"] * 3
    [message] = account.messages(dead)
    told = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert told.pop("EXECUTION_ID")
    assert "is not authorized to perform: states:StartExecution" in told.pop("ERROR_MESSAGE")
    assert told == {
        "ERROR_CODE": "AccessDeniedException",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "2",
        "SCHEDULED_TIME": f"{scheduled:%Y-%m-%dT%H:%M:%SZ}",
        "SCHEDULE_ARN": ARN.format("scheduler", f"schedule/default/{name}"),
        "TARGET_ARN": machine,
    }
    assert json.loads(message["Body"]) == {"StateMachineArn": machine, "Input": '{"attempt": "3"}'}


def test_an_event_that_is_too_old_is_not_tried_again(account: Account, schedule: Maker) -> None:
    dead = account.queue()
    old = {"RetryPolicy": {"MaximumEventAgeInSeconds": 600}, "DeadLetterConfig": {"Arn": dead}}
    schedule(f"at({local(account, 1)})", ARN.format("sqs", "nowhere"), "sqs:SendMessage", Input="x", **old)
    account.aws.advance(2 * HOUR)
    told = account.attributes(dead)
    assert told["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    assert told["ERROR_CODE"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert int(told["RETRY_ATTEMPTS"]) == 9, "after 1, 2, 4 … seconds"


def test_the_first_try_that_succeeds_is_the_last(account: Account, schedule: Maker) -> None:
    machine = account.machine()
    role = account.role("scheduler")
    given = '{"attempt": "<aws.scheduler.attempt-number>"}'
    schedule(f"at({local(account, 1)})", machine, RoleArn=role, Input=given)
    account.aws.advance(HOUR)
    account.allow(role, "states:StartExecution")
    account.aws.advance(HOUR)
    [told] = account.inputs(machine)
    assert int(told["attempt"]) > 1


def test_a_dead_letter_that_may_not_be_sent_is_lost(account: Account, schedule: Maker) -> None:
    dead = account.queue()
    given = {"RetryPolicy": {"MaximumRetryAttempts": 0}, "DeadLetterConfig": {"Arn": dead}}
    schedule(f"at({local(account, 1)})", account.machine(), **given)
    account.aws.advance(2 * HOUR)
    assert account.messages(dead) == []
    assert "dead-letter queue" in account.aws.schedules.lost[-1]


def test_a_role_that_trusts_somebody_else_is_refused(account: Account, schedule: Maker) -> None:
    with pytest.raises(ClientError) as refused:
        schedule("rate(1 day)", account.machine(), RoleArn=account.role("lambda", "*"))
    assert code_and_message(refused.value) == (
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    )


@pytest.mark.parametrize(
    ("options", "target", "message"),
    [
        ({"ScheduleExpression": "cron(0 2 * * * *)"}, {}, "Invalid Schedule Expression cron(0 2 * * * *)."),
        ({"ScheduleExpressionTimezone": "Mars/Base"}, {}, "Invalid Schedule Expression Timezone Mars/Base."),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, {}, "MaximumWindowInMinutes must be provided"),
        ({"StartDate": START - 300 * DAY}, {}, "The StartDate you specify cannot be earlier than 5 minutes ago."),
        ({"EndDate": START - 300 * DAY}, {}, "The EndDate you specify cannot be earlier"),
        (
            {"State": "PAUSED"},
            {},
            "Value 'PAUSED' at 'state' failed to satisfy constraint: Member must satisfy enum value set",
        ),
        (
            {},
            {"RetryPolicy": {"MaximumRetryAttempts": 186, "MaximumEventAgeInSeconds": 86_401}},
            "2 validation errors detected: Value '86401' at 'target.retryPolicy.maximumEventAgeInSeconds' failed",
        ),
        ({}, {"Arn": "machine"}, "Provided Arn is not in correct format."),
        ({}, {"Arn": ARN.format("batch", "job-queue/q")}, "batch is not a supported service for a target."),
        ({}, {"Arn": "arn:aws:scheduler:::aws-sdk:teapot:brew"}, "teapot is not a supported service for a target."),
        ({}, {"Arn": "arn:aws:scheduler:::aws-sdk:batch:listJobs"}, "batch:listJobs is not a supported API action"),
        ({}, {"Input": "text"}, "must be a well-formed JSON"),
        ({}, {"Arn": ARN.format("ecs", "cluster/c")}, "EcsParameters must be provided for this target."),
        (
            {},
            {"Arn": "arn:aws:scheduler:::aws-sdk:batch:submitJob", "Input": '{"jobName": "x"}'},
            "Invalid RequestJson provided. Reason: The field 'jobName' is not supported for api 'submitJob'",
        ),
        (
            {},
            {"Arn": "arn:aws:scheduler:::aws-sdk:batch:submitJob", "Input": '{"JobName": "x", "JobQueue": "q"}'},
            "Invalid RequestJson provided. Reason: Must include the member 'JobDefinition'",
        ),
        ({}, {"Arn": "arn:aws:scheduler:::aws-sdk:batch:submitJob", "Input": "x"}, "it is not a well-formed JSON"),
        ({}, {"DeadLetterConfig": {"Arn": ARN.format("sqs", "q.fifo")}}, "failed to satisfy constraint"),
    ],
)
def test_what_is_refused(account: Account, options: dict[str, Any], target: dict[str, Any], message: str) -> None:
    name, machine = account.name("refused"), ARN.format("states", "stateMachine:m")
    given = {
        "Name": name,
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": machine, "RoleArn": account.role("scheduler"), **target},
        **options,
    }
    with pytest.raises(account.scheduler.exceptions.ValidationException) as refused:
        account.scheduler.create_schedule(**given)
    assert message in code_and_message(refused.value)[1]
    with pytest.raises(account.scheduler.exceptions.ResourceNotFoundException):
        account.scheduler.get_schedule(Name=name)


def test_a_schedule_of_a_stack_starts_changes_and_goes_with_it(account: Account) -> None:
    first, second = account.machine(), account.machine()
    role = account.role("scheduler", "states:StartExecution")

    def schedule(target: str, **more: Any) -> dict[str, Any]:
        properties = {
            "ScheduleExpression": "rate(12 hours)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "GroupName": {"Ref": "Group"},
            "Target": {"Arn": target, "RoleArn": role, "Input": '{"at": "<aws.scheduler.scheduled-time>"}'},
            **more,
        }
        return {"Type": "AWS::Scheduler::Schedule", "Properties": properties}

    group = {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "of-a-stack"}}
    stack = Stack(account, "schedules")
    assert stack.deploy({"Group": group, "Schedule": schedule(first)}) == "CREATE_COMPLETE", stack.reasons()
    account.aws.advance(DAY)
    assert len(account.inputs(first)) == 3
    assert stack.deploy({"Group": group, "Schedule": schedule(second, State="DISABLED")}) == "UPDATE_COMPLETE"
    account.aws.advance(DAY)
    assert account.inputs(second) == []
    failing = schedule(second, ScheduleExpression="rate(12 months)")
    assert stack.deploy({"Group": group, "Schedule": failing}) == "UPDATE_ROLLBACK_COMPLETE"
    assert any("Invalid Schedule Expression rate(12 months)." in reason for reason in stack.reasons())
    assert stack.deploy({"Group": group, "Schedule": schedule(second)}) == "UPDATE_COMPLETE"
    account.aws.advance(HOUR)
    assert len(account.inputs(second)) == 1
    stack.delete()
    account.aws.advance(2 * DAY)
    assert (len(account.inputs(first)), len(account.inputs(second))) == (3, 1)
