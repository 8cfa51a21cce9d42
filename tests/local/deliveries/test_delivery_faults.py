"""Deliveries twice, late, in another order, and to a target that throttles: one of each is one, or a dead letter."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from constructs_lib.local.faults import (
    DeliverLate,
    DeliverOutOfOrder,
    DeliverTwice,
    FaultPlan,
    ThrottleTarget,
)
from tests.local.deliveries.clockwork import HOUR, Account
from tests.waiting import until

RECEIVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
UNIVERSAL = "arn:aws:scheduler:::aws-sdk:sfn:startExecution"


@pytest.fixture
def machine(account: Account) -> Iterator[str]:
    """A state machine; what another test has left to run lets no time pass meanwhile: `advance` alone does."""
    with account.aws.clock.working():
        yield account.machine()
    for found in account.scheduler.list_schedules()["Schedules"]:
        account.scheduler.delete_schedule(Name=found["Name"])
    for pipe in account.pipes.list_pipes()["Pipes"]:
        account.pipes.delete_pipe(Name=pipe["Name"])


def hourly(account: Account, name: str, target: str, **given: Any) -> None:
    """A schedule that is due in an hour for the first time."""
    account.scheduler.create_schedule(
        Name=name,
        ScheduleExpression="rate(1 hour)",
        StartDate=account.now + HOUR,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": target, "RoleArn": account.role("scheduler", "states:*", "sqs:*"), **given},
    )


def pipe(account: Account, queue: str, machine: str) -> None:
    account.pipes.create_pipe(
        Name=account.name("pipe"),
        Source=queue,
        Target=machine,
        RoleArn=account.role("pipes", *RECEIVE, "states:StartExecution"),
        SourceParameters={"SqsQueueParameters": {"BatchSize": 1}},
        TargetParameters={
            "InputTemplate": "<$.body>",
            "StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"},
        },
    )


def send(account: Account, queue: str, *bodies: str) -> None:
    for body in bodies:
        account.sqs.send_message(QueueUrl=account.url(queue), MessageBody=body)


def hours(account: Account, machine: str, begin: Any) -> list[float]:
    """After how many hours its executions began."""
    found = account.sfn.list_executions(stateMachineArn=machine)["executions"]
    return sorted((item["startDate"] - begin) / HOUR for item in found)


def test_a_name_of_its_own_makes_one_of_two_deliveries(account: Account, machine: str) -> None:
    other = account.machine()
    named = {"StateMachineArn": machine, "Name": "run", "Input": '{"at": "<aws.scheduler.scheduled-time>"}'}
    plan = FaultPlan([DeliverTwice(times=None, source="twice*")])
    with account.aws.faults.during(plan):
        hourly(account, "twice", other)
        hourly(
            account,
            "twice-named",
            UNIVERSAL,
            Input=json.dumps(named),
        )
        account.aws.advance(HOUR + timedelta(minutes=30))
    assert (len(account.inputs(other)), len(account.inputs(machine))) == (2, 1)
    assert plan.unmet() == []
    assert str(plan.injected[0]).startswith("deliver-twice: delivery of twice")


def test_what_is_late_comes_later(account: Account, machine: str) -> None:
    plan = FaultPlan([DeliverLate(1800, source="late")])
    begin = account.now
    with account.aws.faults.during(plan):
        hourly(account, "late", machine)
        account.aws.advance(2 * HOUR)
    assert hours(account, machine, begin) == [1.5, 2.0]


def test_what_is_overtaken_comes_after_the_next_one(account: Account, machine: str) -> None:
    queue = account.queue(VisibilityTimeout="600")
    pipe(account, queue, machine)
    plan = FaultPlan([DeliverOutOfOrder(target="*:stateMachine:*")])
    with account.aws.faults.during(plan):
        with account.aws.clock.working():
            send(account, queue, "1", "2", "3")
        account.aws.advance(HOUR)
    first, *others = account.inputs(machine)
    assert first == ["2"]
    assert sorted(others) == [["1"], ["3"]]
    assert plan.unmet() == []


def test_what_nobody_overtakes_comes_in_the_end(account: Account, machine: str) -> None:
    begin = account.now
    with account.aws.faults.during(FaultPlan([DeliverOutOfOrder(seconds=600)])):
        hourly(account, "alone", machine)
        account.aws.advance(HOUR + timedelta(minutes=30))
    assert hours(account, machine, begin) == [pytest.approx(7 / 6)]


def test_a_pipe_delivers_twice_and_late(account: Account, machine: str) -> None:
    queue = account.queue(VisibilityTimeout="600")
    pipe(account, queue, machine)
    with account.aws.faults.during(FaultPlan([DeliverTwice(source="pipe*"), DeliverLate(60)])):
        send(account, queue, "1")
        account.aws.advance(HOUR)
    assert account.inputs(machine) == [["1"], ["1"]]


def test_a_target_that_throttles_is_tried_again(account: Account, machine: str) -> None:
    begin = account.now
    plan = FaultPlan([ThrottleTarget(times=3, source="throttled")])
    with account.aws.faults.during(plan):
        hourly(account, "throttled", machine)
        account.aws.advance(HOUR + timedelta(minutes=1))
    assert hours(account, machine, begin) == [pytest.approx(1 + (1 + 2 + 4) / 3600)]
    assert plan.unmet() == []


def test_a_target_that_throttles_for_too_long_is_a_dead_letter(account: Account, machine: str) -> None:
    dead = account.queue()
    policy = {"RetryPolicy": {"MaximumRetryAttempts": 2}, "DeadLetterConfig": {"Arn": dead}}
    with account.aws.faults.during(FaultPlan([ThrottleTarget(times=None)])):
        hourly(account, "refused", machine, **policy)
        account.aws.advance(HOUR + timedelta(minutes=1))
    told = account.attributes(dead)
    assert (told["ERROR_CODE"], told["EXHAUSTED_RETRY_CONDITION"]) == ("ThrottlingException", "MaximumRetryAttempts")
    assert account.inputs(machine) == []


def test_a_pipe_whose_target_throttles_brings_its_message_later(account: Account, machine: str) -> None:
    dead = account.queue()
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3})
    queue = account.queue(RedrivePolicy=redrive, VisibilityTimeout="60")
    pipe(account, queue, machine)
    with account.aws.faults.during(FaultPlan([ThrottleTarget(times=2)])):
        send(account, queue, "1")
        account.aws.advance(HOUR)
    assert account.inputs(machine) == [["1"]]
    with account.aws.faults.during(FaultPlan([ThrottleTarget(times=None)])):
        send(account, queue, "2")
        account.aws.advance(HOUR)
    assert account.inputs(machine) == [["1"]]
    assert [message["Body"] for message in until(lambda: account.messages(dead))] == ["2"]


def test_why_nothing_happened(account: Account) -> None:
    plan = FaultPlan([DeliverTwice(source="nothing*"), ThrottleTarget(times=2, source="told")])
    with account.aws.faults.during(plan):
        hourly(account, "told", account.machine(), RetryPolicy={"MaximumRetryAttempts": 0})
        account.aws.advance(HOUR)
    first, second = plan.unmet()
    assert "no delivery matched, such as delivery of told to arn:aws:states" in first
    assert "happened 1 of 2 times: there were no more deliveries that it selects" in second
