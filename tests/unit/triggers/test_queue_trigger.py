"""The pipe and the starter of a queue, as they are synthesized."""

from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from constructs_lib import ConfigurationError, QueueTrigger, SubmitTarget, UploadTrigger
from constructs_lib.triggers.places import WITHOUT_PIPES
from tests.unit.core.right_calls import Parts
from tests.unit.triggers.templates import Template, definition, properties, rights, template_of, text

PIPE = "AWS::Pipes::Pipe"
ARN = "arn:aws:sqs:eu-west-1:123456789012:theirs"


def build(stack: Stack) -> None:
    """A trigger of a queue without and with dead letters of its own, of an imported one, and of jobs."""
    parts = Parts(stack)
    QueueTrigger(stack, "Plain", queue=sqs.Queue(stack, "Bare"), target=parts.machine)
    redriven = sqs.Queue(
        stack,
        "Redriven",
        visibility_timeout=Duration.minutes(10),
        encryption_master_key=kms.Key(stack, "Key"),
        dead_letter_queue=sqs.DeadLetterQueue(queue=sqs.Queue(stack, "Dead"), max_receive_count=5),
    )
    QueueTrigger(
        stack,
        "Full",
        queue=redriven,
        target=parts.machine,
        batch_size=200,
        batch_window=Duration.minutes(5),
        enabled=False,
    )
    target = SubmitTarget(
        job=parts.job, queue=parts.queue, environment={"ITEM": "{% $string($states.input.items[0]) %}"}
    )
    QueueTrigger(stack, "Jobs", queue=sqs.Queue.from_queue_arn(stack, "Theirs", ARN), target=target)


@pytest.fixture(scope="module")
def template() -> Template:
    return template_of(build)


def test_a_pipe_reads_the_queue(template: Template) -> None:
    plain = properties(template, PIPE, "PlainPipe")
    assert text(plain["Source"]).startswith("Bare")
    assert plain["SourceParameters"]["SqsQueueParameters"] == {"BatchSize": 1}
    assert plain["DesiredState"] == "RUNNING"
    full = properties(template, PIPE, "FullPipe")
    assert full["SourceParameters"]["SqsQueueParameters"] == {
        "BatchSize": 200,
        "MaximumBatchingWindowInSeconds": 300,
    }
    assert full["DesiredState"] == "STOPPED"
    assert properties(template, PIPE, "JobsPipe")["Source"] == ARN


def test_what_cannot_be_started_is_kept_where_the_queue_has_no_dead_letters(template: Template) -> None:
    states = definition(template, "PlainStarter")["States"]
    assert text(states["Keep dead letter"]["Arguments"]["QueueUrl"]).startswith("PlainDeadLettersQueue")
    assert rights(template, "PlainStarterRole") == [
        ("sqs:SendMessage", ["PlainDeadLettersQueue"]),
        ("states:StartExecution", ["Target"]),
    ]


def test_what_cannot_be_started_goes_back_to_a_queue_that_has_dead_letters(template: Template) -> None:
    assert "Keep dead letter" not in definition(template, "FullStarter")["States"]
    assert not [name for name in template["Resources"] if name.startswith("FullDeadLetters")]


def test_the_pipe_may_read_its_queue_use_its_key_and_run_its_starter(template: Template) -> None:
    read = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    assert rights(template, "FullPipeRole") == [
        (read, ["Redriven"]),
        ("states:StartSyncExecution", ["FullStarter"]),
        ("kms:Decrypt", ["Key"]),
    ]
    assert rights(template, "JobsPipeRole") == [(read, [ARN]), ("states:StartSyncExecution", ["JobsStarter"])]


def test_dead_letters_are_those_of_the_queue(stack: Stack) -> None:
    dead = sqs.Queue(stack, "Dead")
    queue = sqs.Queue(stack, "Queue", dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=3))
    parts = Parts(stack)
    assert QueueTrigger(stack, "Theirs", queue=queue, target=parts.machine).dead_letter_queue is dead
    mine = sqs.Queue(stack, "Mine")
    given = QueueTrigger(stack, "Given", queue=queue, target=parts.machine, dead_letter_queue=mine)
    assert given.dead_letter_queue is mine


@pytest.mark.parametrize(
    ("seconds", "window", "warned"),
    [(None, 0, False), (None, 10, True), (29, 0, True), (60, 30, False), (60, 31, True)],
)
def test_a_queue_that_hides_messages_too_briefly_is_told_of(
    seconds: int | None,
    window: int,
    warned: bool,
) -> None:
    stack = Stack(App(analytics_reporting=False), "Stack")
    hidden = None if seconds is None else Duration.seconds(seconds)
    QueueTrigger(
        stack,
        "Trigger",
        queue=sqs.Queue(stack, "Queue", visibility_timeout=hidden),
        target=Parts(stack).machine,
        batch_window=Duration.seconds(window),
    )
    found = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("would be read twice"))
    assert len(found) == warned


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"batch_size": 0}, "batch_size: got 0"),
        ({"batch_size": 11}, "batch_size: got 11, of a FIFO queue, EventBridge Pipes allows 1 to 10"),
        ({"batch_window": Duration.seconds(1)}, "batch_window: got a window for a FIFO queue"),
        ({"batch_window": Duration.seconds(301)}, "batch_window: got 301 s"),
    ],
)
def test_what_a_pipe_does_not_do_for_a_fifo_queue_is_refused(stack: Stack, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        QueueTrigger(
            stack, "Trigger", queue=sqs.Queue(stack, "Queue", fifo=True), target=Parts(stack).machine, **options
        )


def test_a_fifo_queue_is_read(stack: Stack) -> None:
    queue = sqs.Queue(stack, "Queue", fifo=True)
    assert QueueTrigger(stack, "Trigger", queue=queue, target=Parts(stack).machine, batch_size=10).pipe


def test_a_queue_that_is_elsewhere_is_refused() -> None:
    stack = Stack(App(analytics_reporting=False), "Here", env=Environment(account="111122223333", region="eu-west-1"))
    queue = sqs.Queue.from_queue_arn(stack, "Far", "arn:aws:sqs:us-east-1:111122223333:orders")
    with pytest.raises(ConfigurationError, match=r"queue: got the queue Here/Far in the region us-east-1, "):
        QueueTrigger(stack, "Ordered", queue=queue, target=Parts(stack).machine)


def trigger_in(region: str, kind: str) -> Stack:
    stack = Stack(App(analytics_reporting=False), "Stack", env=Environment(region=region))
    machine = sfn.StateMachine.from_state_machine_name(stack, "Machine", "nightly")
    if kind == "QueueTrigger":
        QueueTrigger(stack, kind, queue=sqs.Queue(stack, "Queue"), target=machine)
    else:
        UploadTrigger(stack, kind, bucket=s3.Bucket(stack, "Bucket"), target=machine)
    return stack


@pytest.mark.parametrize("kind", ["QueueTrigger", "UploadTrigger"])
def test_triggers_with_a_pipe_are_refused_in_govcloud_and_warned_of_where_pipes_are_not_known(kind: str) -> None:
    with pytest.raises(ConfigurationError, match=r"got a stack in us-gov-east-1, .*TRIG012"):
        trigger_in("us-gov-east-1", kind)
    warning = Match.string_like_regexp("ca-west-1 is not known to have EventBridge Pipes")
    Annotations.from_stack(trigger_in("ca-west-1", kind)).has_warning(f"/Stack/{kind}", warning)
    known = Annotations.from_stack(trigger_in("eu-west-1", kind))
    known.has_no_warning(f"/Stack/{kind}", Match.string_like_regexp("EventBridge Pipes"))


def test_the_regions_without_pipes_are_those_of_cloudformation() -> None:
    def has_pipes(region: str) -> bool:
        try:
            PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, PIPE)
        except ResourceNotFoundError:
            return False
        return True

    assert {region for region in REGIONS if not has_pipes(region)} == WITHOUT_PIPES
