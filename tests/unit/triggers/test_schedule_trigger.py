"""The schedule, its role, its starter and its dead letters, as they are synthesized."""

import json
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Duration, Environment, Stack, TimeZone
from aws_cdk import aws_batch as batch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import ConfigurationError, ScheduleTrigger, SubmitTarget
from tests.unit.core.right_calls import Parts
from tests.unit.resources import named, resources
from tests.unit.triggers.templates import Template, definition, properties, rights, statements, template_of, text

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:theirs"
QUEUE = "arn:aws:batch:eu-west-1:123456789012:job-queue/theirs"
JOB = "arn:aws:batch:eu-west-1:123456789012:job-definition/theirs:3"


def build(stack: Stack) -> None:
    """A trigger that gives what it must, one that gives everything, and one of jobs."""
    parts = Parts(stack)
    ScheduleTrigger(stack, "Plain", schedule="cron(0 3 * * ? *)", target=parts.machine)
    ScheduleTrigger(
        stack,
        "Full",
        schedule=scheduler.ScheduleExpression.rate(Duration.hours(2)),
        target=sfn.StateMachine.from_state_machine_arn(stack, "Theirs", MACHINE),
        input={"day": "<aws.scheduler.scheduled-time>", "items": [1, "two"]},
        time_zone="Europe/Berlin",
        flexible_window=Duration.minutes(15),
        enabled=False,
        dead_letter_queue=sqs.Queue(stack, "Own", encryption_master_key=kms.Key(stack, "Key")),
        alarm_topic=sns.Topic(stack, "People"),
        max_age=Duration.minutes(30),
    )
    ScheduleTrigger(
        stack,
        "Jobs",
        schedule="at(2027-01-31T03:00:00)",
        target=SubmitTarget(
            job=parts.job,
            queue=parts.queue,
            array_size=5,
            environment={"DAY": "<aws.scheduler.scheduled-time>"},
            parameters={"text": "night"},
            vcpus=0.5,
            attempts=3,
            timeout=Duration.minutes(10),
            tags={"team": "x"},
        ),
    )
    ScheduleTrigger(
        stack,
        "TheirJobs",
        schedule="rate(1 day)",
        target=SubmitTarget(
            job=batch.EcsJobDefinition.from_job_definition_arn(stack, "TheirJob", JOB),
            queue=batch.JobQueue.from_job_queue_arn(stack, "TheirQueue", QUEUE),
            job_name="theirs",
        ),
    )


@pytest.fixture(scope="module")
def template() -> Template:
    return template_of(build)


def schedule(template: Template, trigger: str) -> dict[str, Any]:
    return properties(template, "AWS::Scheduler::Schedule", f"{trigger}Schedule")


def test_a_text_is_the_schedule_of_the_trigger(template: Template) -> None:
    plain = schedule(template, "Plain")
    assert plain["ScheduleExpression"] == "cron(0 3 * * ? *)"
    assert plain["ScheduleExpressionTimezone"] == "Etc/UTC"
    assert plain["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert plain["State"] == "ENABLED"
    assert plain["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 21_600, "MaximumRetryAttempts": 185}


def test_every_option_is_in_the_schedule(template: Template) -> None:
    full = schedule(template, "Full")
    assert full["ScheduleExpression"] == "rate(2 hours)"
    assert full["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert full["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    assert full["State"] == "DISABLED"
    assert full["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 1800
    assert "Own" in full["Target"]["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0]


def test_an_execution_gets_the_scheduled_time_or_the_input_that_is_given(template: Template) -> None:
    common = {"schedule": "<aws.scheduler.schedule-arn>", "time": "<aws.scheduler.scheduled-time>"}
    assert json.loads(schedule(template, "Plain")["Target"]["Input"]) == {
        "id": "Plain",
        **common,
        "input": {"scheduledTime": "<aws.scheduler.scheduled-time>"},
    }
    assert json.loads(schedule(template, "Full")["Target"]["Input"]) == {
        "id": "Full",
        **common,
        "input": {"day": "<aws.scheduler.scheduled-time>", "items": [1, "two"]},
    }


def test_the_role_of_a_schedule_may_start_its_starter_and_send_dead_letters(template: Template) -> None:
    assert rights(template, "PlainRole") == [
        ("states:StartExecution", ["PlainStarter"]),
        ("sqs:SendMessage", ["PlainDeadLettersQueue"]),
    ]
    own = statements(template, "FullRole")
    assert [each["Action"] for each in own] == [
        ["kms:Decrypt", "kms:GenerateDataKey"],
        "states:StartExecution",
        "sqs:SendMessage",
    ]


def test_only_schedules_of_the_account_get_the_role(template: Template) -> None:
    [trust] = named(template, "AWS::IAM::Role", "PlainRole")["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    conditions = trust["Condition"]["StringEquals"]
    assert conditions["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert conditions["aws:SourceArn"]["Fn::Join"][1][-1] == ":schedule-group/default"


def test_the_starter_may_start_the_target_alone(template: Template) -> None:
    assert rights(template, "PlainStarterRole") == [
        ("sqs:SendMessage", ["PlainDeadLettersQueue"]),
        ("states:StartExecution", ["Target"]),
    ]
    assert statements(template, "FullStarterRole")[-1]["Resource"] == MACHINE


def test_the_starter_is_an_express_machine_with_logs_and_without_data(template: Template) -> None:
    starter = named(template, "AWS::StepFunctions::StateMachine", "PlainStarter")["Properties"]
    assert starter["StateMachineType"] == "EXPRESS"
    assert starter["LoggingConfiguration"]["IncludeExecutionData"] is False
    assert starter["LoggingConfiguration"]["Level"] == "ALL"


def test_what_was_started_before_is_no_failure_and_what_cannot_be_started_is_kept(template: Template) -> None:
    states = definition(template, "PlainStarter")["States"]
    [branch] = states["Start it once"]["Branches"]
    start = branch["States"]["Start execution"]
    assert start["Retry"][0] == {"ErrorEquals": ["StepFunctions.ExecutionAlreadyExistsException"], "MaxAttempts": 0}
    assert branch["States"][start["Catch"][0]["Next"]]["Type"] == "Succeed"
    [catch] = states["Start it once"]["Catch"]
    assert (catch["ErrorEquals"], catch["Next"]) == (["States.ALL"], "Keep dead letter")
    assert states["Keep dead letter"]["Resource"].endswith(":states:::sqs:sendMessage")


def test_the_retries_of_a_starter_end_before_an_express_execution_does(template: Template) -> None:
    [branch] = definition(template, "PlainStarter")["States"]["Start it once"]["Branches"]
    retry = branch["States"]["Start execution"]["Retry"][1]
    waits = [min(2**at, retry["MaxDelaySeconds"]) for at in range(retry["MaxAttempts"])]
    assert 120 < sum(waits) < 240


def test_jobs_are_submitted_by_the_schedule_itself(template: Template) -> None:
    target = schedule(template, "Jobs")["Target"]
    assert target["Arn"]["Fn::Join"][1] == ["arn:", {"Ref": "AWS::Partition"}, ":scheduler:::aws-sdk:batch:submitJob"]
    request = json.loads(text(target["Input"]))
    definition_id, queue_id = request.pop("JobDefinition"), request.pop("JobQueue")
    assert definition_id.startswith("Job")
    assert queue_id.startswith("Queue")
    assert request == {
        "JobName": "Jobs",
        "ArrayProperties": {"Size": 5},
        "ContainerOverrides": {
            "Environment": [{"Name": "DAY", "Value": "<aws.scheduler.scheduled-time>"}],
            "ResourceRequirements": [{"Type": "VCPU", "Value": "0.5"}],
        },
        "Parameters": {"text": "night"},
        "RetryStrategy": {"Attempts": 3},
        "Timeout": {"AttemptDurationSeconds": 600},
        "Tags": {"team": "x", "constructs-lib:submitted-by": "Stack/Jobs/Jobs"},
    }


def test_the_role_of_jobs_may_submit_one_definition_to_one_queue(template: Template) -> None:
    theirs = statements(template, "TheirJobsRole")
    assert theirs[0]["Action"] == ["batch:SubmitJob", "batch:TagResource"]
    assert theirs[0]["Resource"] == [JOB, QUEUE]
    assert [each["Action"] for each in theirs[1:]] == ["sqs:SendMessage"]
    request = json.loads(schedule(template, "TheirJobs")["Target"]["Input"])
    assert (request["JobName"], request["JobDefinition"], request["JobQueue"]) == ("theirs", JOB, QUEUE)


def test_jobs_need_no_starter(template: Template) -> None:
    machines = resources(template, "AWS::StepFunctions::StateMachine")
    assert sorted(name[:-8] for name in machines) == ["FullStarter", "PlainStarter", "Target"]


def test_dead_letters_are_encrypted_kept_and_sent_by_tls(template: Template) -> None:
    letters = named(template, "AWS::SQS::Queue", "PlainDeadLettersQueue")["Properties"]
    assert letters == {"MessageRetentionPeriod": 1_209_600, "SqsManagedSseEnabled": True}
    policy = named(template, "AWS::SQS::QueuePolicy", "PlainDeadLettersQueuePolicy")["Properties"]
    assert policy["PolicyDocument"]["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    queues = [name for name in resources(template, "AWS::SQS::Queue") if name.startswith("Full")]
    assert queues == []


def test_a_topic_is_told_of_the_first_dead_letter(template: Template) -> None:
    alarms = resources(template, "AWS::CloudWatch::Alarm")
    [alarm] = alarms.values()
    properties = alarm["Properties"]
    assert (properties["MetricName"], properties["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 1)
    assert properties["AlarmActions"][0]["Ref"].startswith("People")


def test_a_trigger_shows_what_it_made(stack: Stack) -> None:
    trigger = ScheduleTrigger(stack, "Nightly", schedule="rate(1 day)", target=Parts(stack).machine)
    assert trigger.schedule.schedule_name
    assert trigger.alarm is None
    metric = trigger.metric_dead_letters(period=Duration.minutes(5))
    assert (metric.metric_name, metric.statistic) == ("ApproximateNumberOfMessagesVisible", "Maximum")
    assert metric.period.to_minutes() == 5


def test_a_time_zone_is_said_once(stack: Stack) -> None:
    berlin = scheduler.ScheduleExpression.cron(hour="3", minute="0", time_zone=TimeZone.EUROPE_BERLIN)
    machine = Parts(stack).machine
    ScheduleTrigger(stack, "Same", schedule=berlin, target=machine, time_zone="Europe/Berlin")
    with pytest.raises(ConfigurationError, match="with 'Europe/Berlin', a schedule has one time zone"):
        ScheduleTrigger(stack, "Other", schedule=berlin, target=machine, time_zone="Europe/Paris")


def test_the_expression_of_aws_cdk_lib_is_checked_like_text(stack: Stack) -> None:
    with pytest.raises(ConfigurationError, match="with 5 fields"):
        ScheduleTrigger(
            stack,
            "Wrong",
            schedule=scheduler.ScheduleExpression.expression("cron(0 3 * * *)"),
            target=Parts(stack).machine,
        )


def test_what_is_known_when_it_is_deployed_passes(stack: Stack) -> None:
    when = CfnParameter(stack, "When").value_as_string
    trigger = ScheduleTrigger(stack, "Nightly", schedule=when, target=Parts(stack).machine)
    assert trigger.node.try_find_child("Schedule") is not None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({1}, r"what JSON cannot say.*set"),
        (float("nan"), r"what JSON cannot say.*float values"),
        (float("inf"), r"what JSON cannot say.*float values"),
        ("\ud800", r"what JSON cannot say.*surrogates"),
        ("ü" * 131_072, r"got 262,152 bytes, the input of an execution has 262,144 at most"),
    ],
    ids=["a set", "no number", "infinite", "half a character", "too long"],
)
def test_an_input_that_no_execution_could_get_is_refused(stack: Stack, value: object, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        ScheduleTrigger(stack, "Nightly", schedule="rate(1 day)", target=Parts(stack).machine, input={"a": value})


def test_a_submit_target_is_checked_where_the_trigger_is(stack: Stack) -> None:
    parts = Parts(stack)
    target = SubmitTarget(job=parts.job, queue=parts.queue, array_size=1)
    with pytest.raises(ConfigurationError, match="SubmitTarget 'Stack/Nightly' array_size: got 1"):
        ScheduleTrigger(stack, "Nightly", schedule="rate(1 day)", target=target)


def test_a_submit_target_is_one_of_aws_cdk_lib_too() -> None:
    def build(stack: Stack) -> None:
        parts = Parts(stack)
        daily = scheduler.ScheduleExpression.rate(Duration.days(1))
        scheduler.Schedule(stack, "Plain", schedule=daily, target=SubmitTarget(job=parts.job, queue=parts.queue))

    target = properties(template_of(build), "AWS::Scheduler::Schedule", "Plain")["Target"]
    assert target["Arn"]["Fn::Join"][1][-1] == ":scheduler:::aws-sdk:batch:submitJob"
    assert "JobQueue" in json.dumps(target["Input"])


@pytest.mark.parametrize("started", ["machine", "jobs"])
def test_a_target_that_is_elsewhere_is_refused(started: str) -> None:
    stack = Stack(App(analytics_reporting=False), "Here", env=Environment(account="111122223333", region="eu-west-1"))
    if started == "machine":
        arn = "arn:aws:states:us-east-1:111122223333:stateMachine:nightly"
        target: Any = sfn.StateMachine.from_state_machine_arn(stack, "Far", arn)
    else:
        arn = "arn:aws:batch:eu-west-1:444455556666:job-queue/nightly"
        queue = batch.JobQueue.from_job_queue_arn(stack, "Far", arn)
        target = SubmitTarget(job=Parts(stack).job, queue=queue)
    told = r"target: got the (state machine|job queue) Here/Far in the (region us-east-1|account 444455556666), "
    with pytest.raises(ConfigurationError, match=told):
        ScheduleTrigger(stack, "Nightly", schedule="rate(1 day)", target=target)
