"""An execution of a state machine: started, or run to its end at once if the state machine is an Express one.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
"""

import json
import uuid
from dataclasses import dataclass
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import OperationError

_LONGEST_SECONDS: Final = 310
"""An Express state machine runs for five minutes at most."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine.

    Attributes:
        arn: its ARN.
        name: its name.
        is_express: whether it is an Express one, which keeps no history.
        definition: the current one.
    """

    arn: str
    name: str
    is_express: bool
    definition: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """How an execution of an Express state machine ended.

    Attributes:
        execution: its ARN.
        status: ``SUCCEEDED``, ``FAILED`` or ``TIMED_OUT``.
        output: JSON text; None unless it succeeded.
        error: of one that failed.
        cause: of that.
    """

    execution: str
    status: str
    output: str | None
    error: str = ""
    cause: str = ""


def describe_machine(account: Account, arn: str) -> Machine:
    """A state machine with its definition.

    Args:
        account: where it is.
        arn: its ARN, or that of a version or an alias.
    """
    described = account.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    return Machine(arn, described["name"], described["type"] == "EXPRESS", json.loads(described["definition"]))


def start_execution(account: Account, machine: str, payload: Any, *, name: str | None = None) -> str:
    """Start an execution.

    Args:
        account: where the state machine is.
        machine: its ARN.
        payload: the input, a JSON value of at most 256 KiB.
        name: of the execution, unique for 90 days. Default: one that nobody else has.

    Returns:
        The ARN of the execution.

    Raises:
        OperationError: the input is too long, or there was an execution of this name with another input.
    """
    client, text = account.client("stepfunctions"), input_text(payload)
    try:
        # With a name, a call that is made again because its answer was lost starts nothing else.
        started = client.start_execution(stateMachineArn=machine, name=name or str(uuid.uuid4()), input=text)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise
        raise OperationError(
            f"there was an execution {name} of {machine.rpartition(':')[2]} in the last 90 days: choose another --name"
        ) from None
    return str(started["executionArn"])


def run_express(account: Account, machine: str, payload: Any, *, name: str | None = None) -> Ended:
    """Run an Express state machine to its end.

    Args:
        account: where it is.
        machine: its ARN.
        payload: the input, a JSON value of at most 256 KiB.
        name: of the execution. Default: one that Step Functions makes up.

    Raises:
        OperationError: the input is too long, or no answer came.
    """
    named = {"name": name} if name else {}
    # A second try would be a second execution.
    once = Config(read_timeout=_LONGEST_SECONDS, retries={"total_max_attempts": 1}, inject_host_prefix=False)
    hosted = Config(read_timeout=_LONGEST_SECONDS, retries={"total_max_attempts": 1})
    client = account.session.client(
        "stepfunctions", endpoint_url=account.endpoint_url, config=once if account.endpoint_url else hosted
    )
    try:
        ended = client.start_sync_execution(stateMachineArn=machine, input=input_text(payload), **named)
    except ReadTimeoutError:
        raise OperationError(
            f"no answer of {machine.rpartition(':')[2]} within {_LONGEST_SECONDS} s: its logs tell what it did"
        ) from None
    return Ended(
        ended["executionArn"], ended["status"], ended.get("output"), ended.get("error", ""), ended.get("cause", "")
    )


def input_text(payload: Any) -> str:
    """The input of an execution as JSON.

    Raises:
        OperationError: it is longer than Step Functions takes; the message has the way out.
    """
    text = json.dumps(payload, ensure_ascii=False)
    size = len(text.encode())
    if size > STEP_FUNCTIONS_PAYLOAD_BYTES:
        raise OperationError(
            f"the input has {size:,} bytes, and an execution takes {STEP_FUNCTIONS_PAYLOAD_BYTES:,}: put the list into "
            "S3, and let a DistributedFanOut read it from there, by items=ItemSource.json_lines(bucket, "
            '"{% $states.input.key %}"); then --items s3://BUCKET/KEY passes its key'
        )
    return text
