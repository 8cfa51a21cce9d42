"""Functions and state machines as enrichments and targets of pipes: they get a whole batch, a JSON array."""

import json
from typing import Any

from constructs_lib.local.pipes.outcome import BatchError, json_or_text
from constructs_lib.local.pipes.source import Client

_SUCCEEDED = "SUCCEEDED"


def invoke(client: Client, arn: str, batch: Any) -> Any:
    """Invoke a function, and return what it answers.

    Raises:
        BatchError: it has failed.
        ClientError: it could not be invoked.
    """
    answer = client("lambda").invoke(
        FunctionName=arn, InvocationType="RequestResponse", Payload=json.dumps(batch).encode()
    )
    told = json_or_text(answer["Payload"].read())
    if "FunctionError" in answer:
        raise BatchError(f"{arn} has failed: {told}")
    return told


def invoke_aside(client: Client, arn: str, batch: Any) -> None:
    """Invoke a function, and do not wait for it.

    Raises:
        ClientError: it could not be invoked.
    """
    client("lambda").invoke(FunctionName=arn, InvocationType="Event", Payload=json.dumps(batch).encode())


def run(client: Client, arn: str, batch: Any) -> Any:
    """Run an Express state machine, and return its output.

    Raises:
        BatchError: its execution has failed.
        ClientError: it could not be started.
    """
    answer = client("stepfunctions").start_sync_execution(stateMachineArn=arn, input=_text(batch))
    if answer["status"] != _SUCCEEDED:
        raise BatchError(f"an execution of {arn} has ended {answer['status']}: {answer.get('cause', '')}")
    return json_or_text(answer.get("output", "null"))


def start(client: Client, arn: str, batch: Any) -> None:
    """Start an execution of a state machine.

    Raises:
        ClientError: it could not be started.
    """
    client("stepfunctions").start_execution(stateMachineArn=arn, input=_text(batch))


def _text(batch: Any) -> str:
    return json.dumps(batch, ensure_ascii=False)
