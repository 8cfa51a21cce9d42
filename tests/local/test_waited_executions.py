"""Who waits for the end of an express execution lets its time pass: in virtual time, a pipe and a state do."""

import json
from collections.abc import Iterator

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from tests.local.deliveries.clockwork import HOUR, START, Account
from tests.waiting import ended_execution


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws"), clock=VirtualClock(START.timestamp())) as aws:
        yield Account(aws)


def test_a_state_waits_for_an_express_execution_that_takes_its_time(account: Account) -> None:
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sfn:startSyncExecution",
        "Parameters": {"StateMachineArn": account.machine(90, kind="EXPRESS"), "Input": "{}"},
        "End": True,
    }
    outer = account.sfn.create_state_machine(
        name=account.name("outer"),
        definition=json.dumps({"StartAt": "Call", "States": {"Call": call}}),
        roleArn=account.role("states", "states:*"),
    )["stateMachineArn"]
    ended = ended_execution(account.sfn, account.sfn.start_execution(stateMachineArn=outer)["executionArn"])
    assert ended["status"] == "SUCCEEDED"
    assert (ended["stopDate"] - ended["startDate"]).total_seconds() == pytest.approx(90, abs=1)


def test_a_pipe_waits_for_an_express_execution_that_takes_its_time(account: Account) -> None:
    queue = account.queue(VisibilityTimeout="300")
    rights = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "states:StartSyncExecution")
    account.pipes.create_pipe(
        Name=account.name("pipe"),
        Source=queue,
        Target=account.machine(90, kind="EXPRESS"),
        RoleArn=account.role("pipes", *rights),
    )
    account.sqs.send_message(QueueUrl=account.url(queue), MessageBody="{}")
    account.aws.advance(HOUR)
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = account.sqs.get_queue_attributes(QueueUrl=account.url(queue), AttributeNames=names)["Attributes"]
    assert set(told.values()) == {"0"}
