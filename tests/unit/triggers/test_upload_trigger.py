"""The rule, the queue, the pipe and the starter of uploads, as they are synthesized."""

import json
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ConfigurationError,
    ContainerJob,
    SubmitJob,
    SubmitTarget,
    UploadTrigger,
)
from tests.unit.core.right_calls import Parts
from tests.unit.resources import named, resources
from tests.unit.triggers.templates import Template, definition, properties, rights, template_of, text

RULE, PIPE, QUEUE, BUCKET = "AWS::Events::Rule", "AWS::Pipes::Pipe", "AWS::SQS::Queue", "AWS::S3::Bucket"


def build(stack: Stack) -> None:
    """A trigger that gives what it must, one that gives everything, and one of jobs."""
    parts = Parts(stack)
    UploadTrigger(stack, "Plain", bucket=parts.bucket, target=parts.machine)
    UploadTrigger(
        stack,
        "Full",
        bucket=parts.bucket,
        prefix="in*/",
        suffix=".csv",
        target=parts.machine,
        collect=Duration.minutes(2),
        collect_max=50,
        enabled=False,
        dead_letter_queue=sqs.Queue(stack, "Own"),
        alarm_topic=sns.Topic(stack, "People"),
        max_age=Duration.minutes(30),
    )
    target = SubmitTarget(
        job=parts.job, queue=parts.queue, parameters={"text": "{% $states.input.key %}"}, job_name="{% $uuid() %}"
    )
    UploadTrigger(stack, "Jobs", bucket=parts.bucket, prefix="in/", target=target)


@pytest.fixture(scope="module")
def template() -> Template:
    return template_of(build)


def key_pattern(stack: Stack, prefix: str, suffix: str) -> Any:
    trigger = UploadTrigger(
        stack,
        f"Trigger{len(stack.node.children)}",
        bucket=s3.Bucket(stack, f"B{len(stack.node.children)}"),
        target=sfn.StateMachine.from_state_machine_name(stack, f"M{len(stack.node.children)}", "m"),
        prefix=prefix,
        suffix=suffix,
    )
    return stack.resolve(trigger.rule.node.default_child.event_pattern)["detail"].get("object")  # type: ignore[union-attr]


def test_the_rule_lets_new_objects_of_the_bucket_into_the_queue(template: Template) -> None:
    plain = properties(template, RULE, "PlainRule")
    assert plain["EventPattern"]["source"] == ["aws.s3"]
    assert plain["EventPattern"]["detail-type"] == ["Object Created"]
    assert set(plain["EventPattern"]["detail"]) == {"bucket"}
    [target] = plain["Targets"]
    assert text(target["Arn"]).startswith("PlainQueue")
    assert target["InputPath"] == "$.detail"
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 21_600, "MaximumRetryAttempts": 185}
    assert text(target["DeadLetterConfig"]["Arn"]).startswith("PlainDeadLettersQueue")


@pytest.mark.parametrize(
    ("prefix", "suffix", "pattern"),
    [
        ("", "", None),
        ("in/", "", {"prefix": "in/"}),
        ("", ".csv", {"suffix": ".csv"}),
        ("in/", ".csv", {"wildcard": "in/*.csv"}),
        ("in*/\\", "*.csv", {"wildcard": "in\\*/\\\\*\\*.csv"}),
        ("in*/", "", {"prefix": "in*/"}),
    ],
)
def test_keys_are_told_by_their_beginning_and_their_end(stack: Stack, prefix: str, suffix: str, pattern: Any) -> None:
    assert key_pattern(stack, prefix, suffix) == ({"key": [pattern]} if pattern else None)


def test_every_option_is_in_the_template(template: Template) -> None:
    rule = properties(template, RULE, "FullRule")
    assert rule["State"] == "DISABLED"
    assert rule["EventPattern"]["detail"]["object"] == {"key": [{"wildcard": "in\\*/*.csv"}]}
    assert rule["Targets"][0]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 1800
    source = properties(template, PIPE, "FullPipe")["SourceParameters"]["SqsQueueParameters"]
    assert source == {"BatchSize": 50, "MaximumBatchingWindowInSeconds": 120}
    [alarm] = resources(template, "AWS::CloudWatch::Alarm").values()
    assert text(alarm["Properties"]["AlarmActions"][0]).startswith("People")


def test_event_bridge_may_use_the_key_of_a_dead_letter_queue_and_alarms_publish_to_an_encrypted_topic() -> None:
    def with_keys(stack: Stack) -> None:
        parts = Parts(stack)
        letters = sqs.Queue(stack, "Letters", encryption_master_key=kms.Key(stack, "LettersKey"))
        people = sns.Topic(stack, "People", enforce_ssl=True, master_key=kms.Key(stack, "TopicKey"))
        UploadTrigger(
            stack,
            "Trigger",
            bucket=parts.bucket,
            target=parts.machine,
            dead_letter_queue=letters,
            alarm_topic=people,
        )

    made = template_of(with_keys)

    def allowed(kind: str, prefix: str, document: str) -> set[str]:
        told = properties(made, kind, prefix)[document]["Statement"]
        return {str(each["Principal"].get("Service")) for each in told if each["Effect"] == "Allow"}

    assert "events.amazonaws.com" in allowed("AWS::KMS::Key", "LettersKey", "KeyPolicy")
    assert "cloudwatch.amazonaws.com" in allowed("AWS::KMS::Key", "TopicKey", "KeyPolicy")
    assert "cloudwatch.amazonaws.com" in allowed("AWS::SNS::TopicPolicy", "PeoplePolicy", "PolicyDocument")


def test_one_object_is_one_batch_and_a_collected_list_has_a_most(template: Template) -> None:
    assert properties(template, PIPE, "PlainPipe")["SourceParameters"]["SqsQueueParameters"] == {"BatchSize": 1}


def test_the_pipe_waits_for_the_starter_so_that_what_fails_stays_in_the_queue(template: Template) -> None:
    pipe = properties(template, PIPE, "PlainPipe")
    assert pipe["TargetParameters"] == {"StepFunctionStateMachineParameters": {"InvocationType": "REQUEST_RESPONSE"}}
    states = definition(template, "PlainStarter")["States"]
    assert "Keep dead letter" not in states
    assert states["Start execution"]["Retry"][1]["MaxAttempts"] == 4


def test_messages_are_tried_until_they_are_too_old_and_then_dead_letters(template: Template) -> None:
    plain = properties(template, QUEUE, "PlainQueue")
    assert plain["VisibilityTimeout"] == 120
    assert plain["RedrivePolicy"]["maxReceiveCount"] * 120 == 6 * 3600
    assert plain["MessageRetentionPeriod"] == 1_209_600
    assert plain["SqsManagedSseEnabled"] is True
    full = properties(template, QUEUE, "FullQueue")
    assert full["VisibilityTimeout"] == 240
    assert full["RedrivePolicy"]["maxReceiveCount"] == 8
    assert text(full["RedrivePolicy"]["deadLetterTargetArn"]).startswith("Own")


def test_the_pipe_may_read_its_queue_and_run_its_starter_and_nothing_else(template: Template) -> None:
    assert rights(template, "PlainPipeRole") == [
        (["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], ["PlainQueue"]),
        ("states:StartSyncExecution", ["PlainStarter"]),
    ]
    assert rights(template, "PlainStarterRole") == [("states:StartExecution", ["Target"])]


def test_jobs_are_submitted_by_the_starter_with_expressions_over_the_object(template: Template) -> None:
    states = definition(template, "JobsStarter")["States"]
    submit = states["Submit job"]
    assert submit["Resource"].endswith(":states:::aws-sdk:batch:submitJob")
    assert submit["Arguments"]["Parameters"] == {"text": "{% $states.input.key %}"}
    assert submit["Arguments"]["JobName"] == "{% $uuid() %}"
    [(actions, where)] = rights(template, "JobsStarterRole")
    assert actions == ["batch:SubmitJob", "batch:TagResource"]
    assert ["JobB9D00F9F" in where[0], where[1:]] == [True, ["Queue"]]


def test_a_bucket_of_the_app_tells_event_bridge_without_a_function(template: Template) -> None:
    bucket = properties(template, BUCKET, "Bucket")
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert resources(template, "AWS::Lambda::Function") == {}


@pytest.mark.parametrize("before", [True, False])
def test_a_bucket_with_other_notifications_tells_event_bridge_by_the_function_that_writes_them(before: bool) -> None:
    def with_notifications(stack: Stack) -> None:
        parts = Parts(stack)

        def notify() -> None:
            parts.bucket.add_object_removed_notification(notifications.SqsDestination(sqs.Queue(stack, "Removed")))

        if before:
            notify()
        UploadTrigger(stack, "Trigger", bucket=parts.bucket, target=parts.machine)
        if not before:
            notify()

    made = template_of(with_notifications)
    [custom] = resources(made, "Custom::S3BucketNotifications").values()
    written = custom["Properties"]["NotificationConfiguration"]
    assert written["EventBridgeConfiguration"] == {}
    assert len(written["QueueConfigurations"]) == 1
    assert "NotificationConfiguration" not in named(made, BUCKET, "Bucket").get("Properties", {})


def test_a_bucket_of_others_is_told_of_and_can_be_acknowledged() -> None:
    app = App(analytics_reporting=False)
    stack = Stack(app, "Stack")
    bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "theirs")
    trigger = UploadTrigger(stack, "Trigger", bucket=bucket, target=Parts(stack).machine)
    found = Annotations.from_stack(stack)
    found.has_warning("/Stack/Trigger", Match.string_like_regexp("The bucket is imported.*nothing ever starts"))
    pattern = stack.resolve(trigger.rule.node.default_child.event_pattern)  # type: ignore[union-attr]
    assert pattern["detail"]["bucket"] == {"name": ["theirs"]}


def machine_that_writes(stack: Stack, bucket: s3.IBucket) -> BatchStateMachine:
    parts = Parts(stack)
    tiles = ArrayFanOut(stack, "Tiles", job=parts.job, queue=parts.queue, bucket=bucket)
    return BatchStateMachine(stack, "Machine", definition=tiles)


@pytest.mark.parametrize(
    ("prefix", "suffix", "refused"),
    [
        ("", "", True),
        ("fan", "", True),
        ("fan-out/", "", True),
        ("", ".json", True),
        ("", "json", True),
        ("", ".csv", False),
        ("in/", "", False),
        ("fan-out/mine/", "", False),
    ],
)
def test_a_pipeline_that_writes_where_it_is_triggered_is_refused(
    stack: Stack,
    prefix: str,
    suffix: str,
    refused: bool,
) -> None:
    bucket = s3.Bucket(stack, "Data")
    machine = machine_that_writes(stack, bucket)

    def trigger() -> UploadTrigger:
        return UploadTrigger(stack, "Trigger", bucket=bucket, prefix=prefix, suffix=suffix, target=machine)

    if refused:
        with pytest.raises(ConfigurationError, match="in a bucket in which the target writes below 'fan-out/'"):
            trigger()
    else:
        assert trigger().rule


def test_a_pipeline_that_writes_to_another_bucket_passes(stack: Stack) -> None:
    machine = machine_that_writes(stack, s3.Bucket(stack, "Results"))
    assert UploadTrigger(stack, "Trigger", bucket=s3.Bucket(stack, "Data"), target=machine).pipe


def test_an_imported_bucket_is_known_again_by_its_name(stack: Stack) -> None:
    machine = machine_that_writes(stack, s3.Bucket.from_bucket_name(stack, "One", "data"))
    again = s3.Bucket.from_bucket_name(stack, "Again", "data")
    with pytest.raises(ConfigurationError, match="TRIG010"):
        UploadTrigger(stack, "Trigger", bucket=again, target=machine)
    other = s3.Bucket.from_bucket_name(stack, "Other", "data-2")
    assert UploadTrigger(stack, "Beside", bucket=other, target=machine).rule


def test_a_bucket_of_another_stack_with_the_same_name_is_another_one(stack: Stack) -> None:
    machine = machine_that_writes(stack, s3.Bucket(stack, "Data"))
    theirs = s3.Bucket(Stack(stack.node.root, "Other"), "Data")
    assert UploadTrigger(stack, "Trigger", bucket=theirs, target=machine).rule


def test_a_bucket_of_another_stack_is_known_again(stack: Stack) -> None:
    theirs = s3.Bucket(Stack(stack.node.root, "Other"), "Data")
    machine = machine_that_writes(stack, theirs)
    with pytest.raises(ConfigurationError, match="TRIG010"):
        UploadTrigger(stack, "Trigger", bucket=theirs, target=machine)


def test_a_job_that_writes_where_it_is_triggered_is_refused(stack: Stack) -> None:
    parts = Parts(stack)
    parts.bucket.grant_put(parts.job, "out/*")
    target = SubmitTarget(job=parts.job, queue=parts.queue)
    with pytest.raises(ConfigurationError, match="the target writes below 'out/'"):
        UploadTrigger(stack, "All", bucket=parts.bucket, target=target)
    assert UploadTrigger(stack, "In", bucket=parts.bucket, prefix="in/", target=target).rule


def test_the_jobs_of_a_state_machine_are_its_own_output_too(stack: Stack) -> None:
    parts = Parts(stack)
    parts.bucket.grant_put(parts.job, "in/done/*")
    submit = SubmitJob(stack, "Work", job=parts.job, queue=parts.queue)
    machine = BatchStateMachine(stack, "Machine", definition=submit)
    with pytest.raises(ConfigurationError, match="the target writes below 'in/done/'"):
        UploadTrigger(stack, "In", bucket=parts.bucket, prefix="in/", target=machine)
    assert UploadTrigger(stack, "New", bucket=parts.bucket, prefix="in/new/", target=machine).rule


def test_a_job_of_somebody_else_in_the_app_is_none_of_its_own(stack: Stack) -> None:
    parts = Parts(stack)
    other = ContainerJob(stack, "Other", **parts.job_options)
    parts.bucket.grant_put(other, "in/*")
    submit = SubmitJob(stack, "Work", job=parts.job, queue=parts.queue)
    machine = BatchStateMachine(stack, "Machine", definition=submit)
    assert UploadTrigger(stack, "In", bucket=parts.bucket, prefix="in/", target=machine).rule


def test_a_right_to_all_of_the_bucket_tells_nothing(stack: Stack) -> None:
    parts = Parts(stack)
    parts.bucket.grant_read_write(parts.job)
    submit = SubmitJob(stack, "Work", job=parts.job, queue=parts.queue)
    machine = BatchStateMachine(stack, "Machine", definition=submit)
    parts.bucket.grant_put(machine)
    assert UploadTrigger(stack, "In", bucket=parts.bucket, prefix="in/", target=machine).rule


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"collect": Duration.minutes(6)}, "collect: got 360 s"),
        ({"collect": Duration.seconds(0)}, "collect: got 0 s"),
        ({"collect": Duration.millis(1500)}, r"collect: got 1\.5 seconds"),
        ({"collect": Duration.minutes(1), "collect_max": 10_001}, "collect_max: got 10,001"),
        ({"collect_max": 10}, "collect_max: got 10 without collect"),
    ],
)
def test_a_list_that_aws_does_not_collect_is_refused(stack: Stack, options: dict[str, Any], said: str) -> None:
    parts = Parts(stack)
    with pytest.raises(ConfigurationError, match=said) as refused:
        UploadTrigger(stack, "Trigger", bucket=parts.bucket, target=parts.machine, **options)
    assert refused.value.code == "TRIG009"


def test_a_role_without_a_policy_of_its_own_passes(stack: Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/theirs")
    start = sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "Pass"))
    machine = sfn.StateMachine(stack, "Machine", definition_body=start, role=role)
    assert UploadTrigger(stack, "Trigger", bucket=s3.Bucket(stack, "Data"), target=machine).rule


def test_expressions_over_the_object_are_checked(stack: Stack) -> None:
    parts = Parts(stack)
    target = SubmitTarget(job=parts.job, queue=parts.queue, environment={"KEY": "{% $states.input. %}"})
    with pytest.raises(ConfigurationError, match=r"SubmitTarget 'Stack/Trigger' environment\['KEY'\]"):
        UploadTrigger(stack, "Trigger", bucket=parts.bucket, target=target)


def test_a_trigger_may_wait_for_a_bucket_of_another_stack() -> None:
    app = App(analytics_reporting=False)
    bucket = s3.Bucket(Stack(app, "Data"), "Bucket")
    stack = Stack(app, "Work")
    UploadTrigger(stack, "Trigger", bucket=bucket, target=Parts(stack).machine)
    assembly = app.synth()
    data, work = (assembly.get_stack_by_name(name).template for name in ("Data", "Work"))
    assert "EventBridgeConfiguration" in json.dumps(named(data, BUCKET, "Bucket"))
    assert "Fn::ImportValue" in json.dumps(named(work, RULE, "TriggerRule"))
