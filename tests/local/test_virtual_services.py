"""Service integrations by a clock that jumps: waits take no time, and programs take theirs while it stands still."""

import io
import zipfile
from typing import Any

import pytest

from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.testing.local_aws import LocalAws
from tests.local.machines import Ended, Machines, task

pytestmark = pytest.mark.local

DAY = 86400


@pytest.fixture(scope="module")
def local_aws_options() -> dict[str, Any]:
    return {"clock": VirtualClock(), "iam": False}


@pytest.fixture(scope="module")
def machines(local_aws: LocalAws) -> Machines:
    return Machines(local_aws)


@pytest.fixture(scope="module")
def role(machines: Machines) -> str:
    return machines.role("states")


def timed(machines: Machines, states: dict[str, Any], role: str) -> tuple[Ended, float]:
    execution = machines.start(states, role=role)
    ended = machines.wait(execution)
    described = machines.states.describe_execution(executionArn=execution)
    return ended, (described["stopDate"] - described["startDate"]).total_seconds()


def test_an_execution_that_waits_for_a_day(machines: Machines, role: str) -> None:
    first = machines.start({"Wait": {"Type": "Wait", "Seconds": DAY, "End": True}}, role=role)
    machines.wait(first)
    child = machines.states.describe_execution(executionArn=first)["stateMachineArn"]
    ended, seconds = timed(machines, task("states:startExecution.sync:2", {"StateMachineArn": child}), role)
    assert (ended.output["Status"], seconds) == ("SUCCEEDED", DAY)


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"HeartbeatSeconds": DAY}, "States.Timeout"), ({"TimeoutSeconds": DAY}, "States.Timeout")],
)
def test_a_token_that_nobody_sends(machines: Machines, role: str, fields: dict[str, int], error: str) -> None:
    url = machines.local_aws.client("sqs").create_queue(QueueName="Inbox")["QueueUrl"]
    message = {"QueueUrl": url, "MessageBody": "{% $states.context.Task.Token %}"}
    ended, seconds = timed(machines, task("sqs:sendMessage.waitForTaskToken", message, **fields), role)
    assert (ended.error, seconds) == (error, DAY)


def test_time_stands_still_while_a_function_and_a_task_run(machines: Machines, role: str) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "import time\ndef main(event, _): time.sleep(0.3)")
    machines.local_aws.client("lambda").create_function(
        FunctionName="Nap", Role=role, Code={"ZipFile": code.getvalue()}, Handler="app.main", Runtime="python3.13"
    )
    ecs = machines.local_aws.client("ecs")
    ecs.create_cluster(clusterName="main")
    container = {"name": "main", "image": "busybox", "command": ["sleep", "0.3"]}
    ecs.register_task_definition(
        family="nap",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[container],
    )
    given: dict[str, Any] = {"Cluster": "main", "TaskDefinition": "nap", "LaunchType": "FARGATE"}
    given["NetworkConfiguration"] = {"AwsvpcConfiguration": {"Subnets": ["subnet-1"]}}
    for states in (task("lambda:invoke", {"FunctionName": "Nap"}), task("ecs:runTask.sync", given)):
        ended, seconds = timed(machines, states, role)
        assert (ended.status, seconds) == ("SUCCEEDED", 0), ended
