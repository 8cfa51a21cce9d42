"""State machines that start others, and states that wait for their token."""

import io
import json
import uuid
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.testing.local_aws import LocalAws
from tests.local.machines import Inbox, Machines, denied, task
from tests.waiting import until

pytestmark = pytest.mark.local

PASS = {"Done": {"Type": "Pass", "Output": {"n": "{% $states.input.n * 2 %}"}, "End": True}}
FAIL = {"Done": {"Type": "Fail", "Error": "TooBad", "Cause": "it is"}}


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


@pytest.fixture
def inbox(local_aws: LocalAws, queue: str) -> Inbox:
    found = Inbox(local_aws, queue)
    found.read()
    return found


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


def test_many_who_start_one_name_at_once_start_one_execution(machines: Machines, nobody: str) -> None:
    child = machine(machines, {"Done": {"Type": "Wait", "Seconds": 1, "End": True}}, nobody)

    def start(_: int) -> str:
        return str(machines.states.start_execution(stateMachineArn=child, name="once", input="{}")["executionArn"])

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(start, range(40)))) == 1
    assert len(machines.states.list_executions(stateMachineArn=child)["executions"]) == 1


def test_start_execution(machines: Machines, nobody: str) -> None:
    role = machines.role("states", *OF_MACHINES)
    child = machine(machines, PASS, nobody)
    given = {"StateMachineArn": child, "Input": {"n": "{% $states.input.n %}"}}
    started = machines.call("states:startExecution", given, {"n": 1}, role=role)
    assert started.output.keys() == {"ExecutionArn", "StartDate", "SdkHttpMetadata", "SdkResponseMetadata"}
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
    with pytest.raises(ClientError, match=r"InvalidOutput.*: Invalid Output: 'Invalid JSON: Unrecognized token 'n'"):
        states.send_task_success(taskToken=token, output="n: 7")
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
        states.send_task_success(taskToken="nonsense", output="")
    assert wrong.value.response["Error"]["Code"] == "InvalidToken"


def test_a_token_that_nobody_sends(callbacks: Callbacks) -> None:
    machines = callbacks.machines
    execution, _ = callbacks.start(HeartbeatSeconds=1)
    other, _ = callbacks.start(TimeoutSeconds=1)
    third, token = callbacks.start()
    machines.states.stop_execution(executionArn=third)
    assert machines.wait(execution).error == "States.Timeout"
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
