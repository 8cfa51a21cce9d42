"""Triggers start what they are for: by the clock, for objects, for messages; once, and by no other rights."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import BatchStateMachine, QueueTrigger, ScheduleTrigger, SubmitTarget, UploadTrigger
from constructs_lib.local import (
    DeliverLate,
    DeliverOutOfOrder,
    DeliverTwice,
    EmbeddedAws,
    Ending,
    FaultPlan,
    SimulatedRunner,
    ThrottleSubmit,
    ThrottleTarget,
    VirtualClock,
)
from constructs_lib.local.apps.assembly import load
from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.states.mocks.answers import MockError
from constructs_lib.local.states.mocks.mocking import mocking
from tests.local.deliveries.clockwork import DAY, HOUR, START, Account
from tests.local.rights import Right, Roles
from tests.unit.core.right_calls import Parts
from tests.waiting import until

pytestmark = pytest.mark.local

MINUTE = timedelta(minutes=1)
QUEUES = {"Orders": "Bare", "Redriven": "Kept"}
PREFIXES = {"PipelineOnUpload": "in/", "Logs": "logs/"}
KEYS = [
    "in/plain.csv",
    "in/with space+plus%20percent&more=?.csv",
    "in/quote\" and 'apostrophe' and \\backslash.csv",
    "in/{% $states.input %}<tag>$dollar.csv",
    "in/Ünïcode/日本/😀.csv",
    "in/" + "é" * 510,
]


class TriggersStack(Stack):
    """A trigger of each kind, for a state machine and for jobs."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Triggers")
        parts = Parts(self)
        bucket = parts.bucket
        pipeline = BatchStateMachine(
            self,
            "Pipeline",
            definition=sfn.Pass(self, "Pass"),
            schedule="cron(0 3 * * ? *)",
            on_upload=(bucket, "in/"),
        )
        text = {"text": "<aws.scheduler.scheduled-time>"}
        nightly = SubmitTarget(job=parts.job, queue=parts.queue, array_size=2, parameters=text)
        jobs = ScheduleTrigger(self, "Jobs", schedule="cron(0 6 * * ? *)", target=nightly)
        key = {"text": "{% $states.input.key %}"}
        logs = UploadTrigger(
            self,
            "Logs",
            bucket=bucket,
            prefix="logs/",
            target=SubmitTarget(job=parts.job, queue=parts.queue, parameters=key),
            max_age=Duration.minutes(10),
        )
        soon = UploadTrigger(self, "Soon", bucket=bucket, prefix="soon/", target=pipeline, max_age=Duration.minutes(10))
        collect = Duration.minutes(1)
        tiles = UploadTrigger(self, "Tiles", bucket=bucket, prefix="tiles/", target=pipeline, collect=collect)
        bare = sqs.Queue(self, "Bare", visibility_timeout=Duration.minutes(3))
        lost = sqs.DeadLetterQueue(queue=sqs.Queue(self, "Lost"), max_receive_count=3)
        kept = sqs.Queue(self, "Kept", visibility_timeout=Duration.minutes(3), dead_letter_queue=lost)
        orders = QueueTrigger(self, "Orders", queue=bare, target=pipeline)
        redriven = QueueTrigger(self, "Redriven", queue=kept, target=pipeline)
        assert pipeline.schedule_trigger
        assert pipeline.upload_trigger
        triggers = [pipeline.schedule_trigger, pipeline.upload_trigger, jobs, logs, soon, tiles, orders, redriven]
        outputs = {
            "Pipeline": pipeline.state_machine_arn,
            "Bucket": bucket.bucket_name,
            "Bare": bare.queue_url,
            "Kept": kept.queue_url,
            "Queue": parts.queue.job_queue_arn,
            **{f"{trigger.node.id}Letters": trigger.dead_letter_queue.queue_arn for trigger in triggers},
        }
        for name, value in outputs.items():
            CfnOutput(self, f"{name}Output", value=value)


class Triggered(Roles):
    """The deployed stack: what comes, and what has started of it."""

    def __init__(self, aws: EmbeddedAws, directory: Path) -> None:
        super().__init__(aws)
        app = App(analytics_reporting=False, outdir=str(directory / "cdk.out"))
        TriggersStack(app)
        app.synth()
        self.deployment = aws.deploy(load(directory / "cdk.out").stack("Triggers"))
        self.account = Account(aws)
        assert aws.iam.denials == []

    def __getitem__(self, name: str) -> str:
        return self.deployment.outputs[f"{name}Output"]

    def pass_on(self, time: timedelta) -> None:
        self.aws.advance(time)

    def put(self, *keys: str) -> None:
        for key in keys:
            self.account.s3.put_object(Bucket=self["Bucket"], Key=key, Body=b"data")

    def started(self, since: int = 0) -> list[Any]:
        """The inputs of the executions of the pipeline, the first one first."""
        return self.account.inputs(self["Pipeline"])[since:]

    def items(self, since: int) -> list[str]:
        """The first item of each execution; that of a schedule is a night."""
        return sorted(str(given.get("items", ["night"])[0]) for given in self.started(since))

    def names(self) -> list[str]:
        pages = self.account.sfn.get_paginator("list_executions").paginate(stateMachineArn=self["Pipeline"])
        return [item["name"] for page in pages for item in page["executions"]]

    def jobs(self, name: str) -> list[dict[str, Any]]:
        named = [{"name": "JOB_NAME", "values": [name]}]
        found = self.account.batch.list_jobs(jobQueue=self["Queue"], filters=named)["jobSummaryList"]
        ids = [job["jobId"] for job in found]
        return list(self.account.batch.describe_jobs(jobs=ids)["jobs"]) if ids else []

    def letters(self, trigger: str) -> list[Any]:
        """What is in the dead-letter queue of a trigger, and then no longer."""
        return self.account.bodies(self[f"{trigger}Letters"])

    def role(self, part: str) -> list[str]:
        kinds = self.deployment.resources.items()
        return [name for key, (kind, name) in kinds if kind == "AWS::IAM::Role" and key[:-8] == part]

    def rights(self, part: str) -> list[Right]:
        """The rights of a role; without those for logs and traces, which are those of every state machine."""
        [role] = self.role(part)
        return [right for right in self.rights_of(role) if self.statement(right)["Resource"] != "*"]

    def right(self, part: str, action: str) -> Right:
        [found] = [right for right in self.rights(part) if right.action == action]
        return found

    def restarted(self, trigger: str) -> str:
        """The state of a pipe after it was stopped, if it runs, and started."""
        [pipe] = [name for key, (_, name) in self.deployment.resources.items() if key[:-8] == f"{trigger}Pipe"]
        pipes = self.account.pipes

        def state() -> str:
            return str(pipes.describe_pipe(Name=pipe)["CurrentState"])

        if state() == "RUNNING":
            pipes.stop_pipe(Name=pipe)
            until(lambda: state() == "STOPPED")
        pipes.start_pipe(Name=pipe)
        until(lambda: state() != "STARTING")
        return state()

    def starter(self, trigger: str) -> str:
        kinds = self.deployment.resources.items()
        [arn] = [arn for key, (_, arn) in kinds if key[:-8] == f"{trigger}Starter"]
        return arn

    def queue_of(self, trigger: str) -> str:
        [url] = [url for key, (_, url) in self.deployment.resources.items() if key[:-8] == f"{trigger}Queue"]
        return url


@pytest.fixture(scope="module")
def triggered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Triggered]:
    directory = tmp_path_factory.mktemp("triggers")
    clock = VirtualClock(START.timestamp())
    runner = SimulatedRunner(lambda _: (600.0, Ending(0)), clock)
    with EmbeddedAws(directory, clock=clock, runner=runner) as aws:
        made = Triggered(aws, directory)
        aws.advance(timedelta())
        yield made


@pytest.fixture(autouse=True)
def _time_passes_when_a_test_lets_it(triggered: Triggered) -> Iterator[None]:
    with triggered.aws.clock.working():
        yield


def test_a_schedule_starts_one_execution_for_each_night(triggered: Triggered) -> None:
    before = len(triggered.started())
    triggered.pass_on(3 * DAY)
    times = [given["scheduledTime"] for given in triggered.started(before)]
    assert [time[11:] for time in times] == ["03:00:00Z"] * 3
    assert len(set(times)) == 3
    assert f"OnSchedule-{times[-1].replace(':', '-')}-" in triggered.names()[0]


def test_a_schedule_submits_an_array_with_the_scheduled_time(triggered: Triggered) -> None:
    before = len(triggered.jobs("Jobs"))
    triggered.pass_on(DAY)
    [job] = triggered.jobs("Jobs")[before:] if before else triggered.jobs("Jobs")[-1:]
    assert job["arrayProperties"]["size"] == 2
    assert job["parameters"]["text"].endswith("T06:00:00Z")
    assert job["tags"]["constructs-lib:submitted-by"] == "Triggers/Jobs/Jobs"


def test_each_object_starts_an_execution_with_its_key_as_it_is(triggered: Triggered) -> None:
    before = len(triggered.started())
    triggered.put(*KEYS, "elsewhere/a.csv")
    triggered.pass_on(5 * MINUTE)
    given = triggered.started(before)
    assert sorted(each["key"] for each in given) == sorted(KEYS)
    for each in given:
        assert each["items"] == [each["key"]]
        assert (each["bucket"], each["size"]) == (triggered["Bucket"], 4)
        assert each["etag"]
    # The marker of a folder has no bytes: this one is a file, whatever its name.
    triggered.account.s3.put_object(Bucket=triggered["Bucket"], Key="in/folder/", Body=b"")
    triggered.pass_on(5 * MINUTE)
    assert len(triggered.started(before)) == len(given)


def test_the_objects_of_a_while_start_one_execution(triggered: Triggered) -> None:
    before = len(triggered.started())
    keys = [f"tiles/{number} +.png" for number in range(7)]
    triggered.put(*keys)
    triggered.pass_on(5 * MINUTE)
    [given] = triggered.started(before)
    assert given == {"bucket": triggered["Bucket"], "items": keys}


def test_an_object_submits_a_job_that_is_told_its_key(triggered: Triggered) -> None:
    triggered.put("logs/a+b c.log")
    triggered.pass_on(MINUTE)
    assert "logs/a+b c.log" in [job["parameters"]["text"] for job in triggered.jobs("Logs")]


@pytest.mark.parametrize("queue", ["Bare", "Kept"])
def test_a_message_starts_an_execution(triggered: Triggered, queue: str) -> None:
    before = len(triggered.started())
    bodies = ['{"scene": 7}', "plain text", "[1, 2]"]
    for body in bodies:
        triggered.account.sqs.send_message(QueueUrl=triggered[queue], MessageBody=body)
    triggered.pass_on(MINUTE)
    given = triggered.started(before)
    assert sorted(json.dumps(each["items"]) for each in given) == ['["[1, 2]"]', '["plain text"]', '[{"scene": 7}]']


def test_what_is_delivered_twice_starts_one_execution(triggered: Triggered) -> None:
    before = len(triggered.started())
    came = {"id": "OnSchedule", "schedule": "arn:s", "time": "2026-01-01T03:00:00Z", "input": {"n": 1}}
    for _ in range(2):
        starter = triggered.starter("PipelineOnSchedule")
        triggered.account.sfn.start_execution(stateMachineArn=starter, input=json.dumps(came))
        triggered.pass_on(MINUTE)
    assert triggered.started(before) == [{"n": 1}]
    triggered.put("in/twice.csv")
    triggered.pass_on(MINUTE)
    [first] = triggered.started(before + 1)
    event = {
        "bucket": {"name": first["bucket"]},
        "object": {"key": first["key"], "size": 4, "etag": first["etag"], "sequencer": "00AB"},
    }
    for _ in range(3):
        url = triggered.queue_of("PipelineOnUpload")
        triggered.account.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
        triggered.pass_on(MINUTE)
    assert len(triggered.started(before + 2)) == 1, "another version of the object, once"


def test_an_upload_waits_for_a_state_machine_that_is_throttled(triggered: Triggered) -> None:
    before = len(triggered.started())
    with mocking("Start execution", [MockError("StepFunctions.SfnException", "Rate exceeded")]) as mock:
        triggered.put("in/throttled.csv")
        triggered.pass_on(30 * MINUTE)
        assert mock.used > 10
        assert triggered.started(before) == []
    triggered.pass_on(5 * MINUTE)
    assert [given["key"] for given in triggered.started(before)] == ["in/throttled.csv"]


def test_what_is_throttled_for_too_long_is_a_dead_letter(triggered: Triggered) -> None:
    before = len(triggered.started())
    with mocking("Start execution", [MockError("StepFunctions.SfnException", "Rate exceeded")]):
        triggered.put("soon/late.csv")
        for queue in ("Bare", "Kept"):
            triggered.account.sqs.send_message(QueueUrl=triggered[queue], MessageBody=f"in {queue}")
        triggered.pass_on(DAY)
    [upload] = triggered.letters("Soon")
    assert upload["object"]["key"] == "soon/late.csv"
    [order] = triggered.letters("Orders")
    assert order["input"][0]["body"] == "in Bare"
    assert order["error"] == {"Error": "StepFunctions.SfnException", "Cause": "Rate exceeded"}
    urls = [triggered.account.url(triggered["RedrivenLetters"])]
    [message] = triggered.account.sqs.receive_message(QueueUrl=urls[0])["Messages"]
    assert message["Body"] == "in Kept"
    [night] = triggered.letters("OnSchedule")
    assert night["input"]["time"].endswith("T03:00:00Z")
    assert triggered.started(before) == []


def test_a_job_is_submitted_after_throttling_or_is_a_dead_letter(triggered: Triggered) -> None:
    with triggered.aws.faults.during(FaultPlan([ThrottleSubmit(times=3)])):
        triggered.put("logs/patient.log")
        triggered.pass_on(HOUR)
    assert "logs/patient.log" in [job["parameters"]["text"] for job in triggered.jobs("Logs")]
    with triggered.aws.faults.during(FaultPlan([ThrottleSubmit(times=None)])):
        triggered.put("logs/lost.log")
        triggered.pass_on(DAY)
    [upload] = triggered.letters("Logs")
    assert upload["object"]["key"] == "logs/lost.log"
    [job] = triggered.letters("Jobs")
    assert job["JobName"] == "Jobs"


def fire(triggered: Triggered, trigger: str) -> None:
    """Let something come that a trigger is for."""
    if trigger in QUEUES:
        triggered.account.sqs.send_message(QueueUrl=triggered[QUEUES[trigger]], MessageBody="again")
    else:
        triggered.put(f"{PREFIXES[trigger]}again.csv")


def count(triggered: Triggered, trigger: str) -> int:
    """How much has started."""
    return len(triggered.jobs("Logs") if trigger == "Logs" else triggered.names())


@pytest.mark.parametrize("trigger", ["PipelineOnUpload", "Logs", "Redriven"])
def test_a_pipe_and_its_starter_need_each_of_their_rights(triggered: Triggered, trigger: str) -> None:
    rights = [*triggered.rights(f"{trigger}PipeRole"), *triggered.rights(f"{trigger}StarterRole")]
    assert len(rights) == (6 if trigger == "Logs" else 5)
    looks = triggered.right(f"{trigger}PipeRole", "sqs:GetQueueAttributes")
    with triggered.without(looks):
        assert triggered.restarted(trigger) == "START_FAILED"
    assert triggered.restarted(trigger) == "RUNNING"
    for right in [right for right in rights if right != looks]:
        before, since = count(triggered, trigger), len(triggered.aws.iam.denials)
        with triggered.without(right):
            fire(triggered, trigger)
            triggered.pass_on(2 * MINUTE)
            assert triggered.denied(right, since), right
            is_again = right.action == "sqs:DeleteMessage"  # what is not deleted comes again, and its name is known
            assert count(triggered, trigger) == before + is_again, right
        triggered.pass_on(20 * MINUTE)
        started = count(triggered, trigger) - before
        # A job has no such name.
        assert started >= 1 if is_again and trigger == "Logs" else started == 1, f"{right}: it is late, and not lost"


def test_a_schedule_and_its_starter_need_each_of_their_rights(triggered: Triggered) -> None:
    role, starter = "PipelineOnScheduleRole", "PipelineOnScheduleStarterRole"
    assert [right.action for right in triggered.rights(role)] == ["states:StartExecution", "sqs:SendMessage"]
    assert [right.action for right in triggered.rights(starter)] == ["sqs:SendMessage", "states:StartExecution"]
    for part in (role, starter):
        start, send = triggered.right(part, "states:StartExecution"), triggered.right(part, "sqs:SendMessage")
        before, since = len(triggered.names()), len(triggered.aws.iam.denials)
        with triggered.without(start):
            triggered.pass_on(DAY)
        assert triggered.denied(start, since)
        assert len(triggered.letters("OnSchedule")) == 1
        first, last = sorted((start, send), key=lambda right: right.statement)
        with triggered.without(last), triggered.without(first):
            triggered.pass_on(DAY)
        assert triggered.denied(send, since)
        assert triggered.letters("OnSchedule") == []
        assert len(triggered.names()) == before


def test_a_schedule_of_jobs_needs_each_of_its_rights(triggered: Triggered) -> None:
    for right in triggered.rights("JobsRole"):
        before, since = len(triggered.jobs("Jobs")), len(triggered.aws.iam.denials)
        with triggered.without(right), ExitStack() as lost:
            if right.action == "sqs:SendMessage":
                lost.enter_context(triggered.without(triggered.right("JobsRole", "batch:SubmitJob")))
            triggered.pass_on(DAY)
        assert triggered.denied(right, since), right
        assert len(triggered.jobs("Jobs")) == before
        assert len(triggered.letters("Jobs")) == (right.action != "sqs:SendMessage")


def test_a_queue_without_dead_letters_has_those_of_its_trigger(triggered: Triggered) -> None:
    start, send = (
        triggered.right("OrdersStarterRole", action) for action in ("states:StartExecution", "sqs:SendMessage")
    )
    since = len(triggered.aws.iam.denials)
    with triggered.without(start):
        fire(triggered, "Orders")
        triggered.pass_on(2 * MINUTE)
    [letter] = triggered.letters("Orders")
    assert "is not authorized to perform: states:StartExecution" in letter["error"]["Cause"]
    with triggered.without(start), triggered.without(send):
        fire(triggered, "Orders")
        triggered.pass_on(2 * MINUTE)
    assert triggered.denied(send, since)
    before = len(triggered.names())
    triggered.pass_on(10 * MINUTE)
    assert len(triggered.names()) == before + 1, "what cannot be kept either stays in its queue"


@pytest.mark.parametrize(
    "fault", [DeliverTwice(times=None), DeliverLate(90), DeliverOutOfOrder()], ids=lambda fault: fault.kind
)
def test_what_comes_twice_late_or_out_of_order_starts_one_execution(triggered: Triggered, fault: Fault) -> None:
    before = len(triggered.started())
    with triggered.aws.faults.during(FaultPlan([fault])):
        triggered.put("in/one.csv", "in/two.csv")
        triggered.account.sqs.send_message(QueueUrl=triggered["Bare"], MessageBody="three")
        triggered.pass_on(DAY)
    assert triggered.items(before) == ["in/one.csv", "in/two.csv", "night", "three"]


def test_a_target_that_throttles_gets_it_later(triggered: Triggered) -> None:
    before = len(triggered.started())
    with triggered.aws.faults.during(FaultPlan([ThrottleTarget(times=10)])):
        triggered.put("in/one.csv")
        triggered.pass_on(DAY)
    assert triggered.items(before) == ["in/one.csv", "night"]
