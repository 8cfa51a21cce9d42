"""Gap: moto starts executions that Step Functions refuses, by their name or the length of their input, and names none.

And it starts none of a version or by an alias.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

import re
import threading
import uuid
from typing import Any

from moto.stepfunctions.exceptions import InvalidExecutionInput, InvalidName, ValidationException
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from constructs_lib.limits import STEP_FUNCTIONS_NAME_CHARACTERS, STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_errors import json_problem
from constructs_lib.local.states.revisions.targets import Target, target_of
from constructs_lib.local.states.rights import Caller
from constructs_lib.local.states.runtime import CURRENT

_NOT_IN_A_NAME = re.compile(r"""[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]""")
_one_at_a_time = threading.Lock()
"""Of two that start an execution of one name, the second is to see the first."""


def patches() -> list[Patch]:
    """Check before moto starts anything."""
    return [
        Patch(StepFunctionsParserBackend, "start_execution", _start_checked),
        Patch(Execution, "revision_arns", {}, adds=True),
    ]


def _start_checked(
    self: Any,
    state_machine_arn: str,
    name: str | None = None,
    execution_input: str | None = None,
    trace_header: str | None = None,
) -> Any:
    check_start(name, execution_input)
    return _started(self, target_of(self, state_machine_arn), name or str(uuid.uuid4()), execution_input, trace_header)


def check_start(name: str | None, execution_input: str | None) -> None:
    """Check what an execution is started with.

    Raises:
        InvalidName: the name has what none may have.
        InvalidExecutionInput: the input is no JSON.
        ValidationException: one of them is too long.
    """
    if name is not None:
        _check_length("name", len(name), STEP_FUNCTIONS_NAME_CHARACTERS)
        if _NOT_IN_A_NAME.search(name):
            raise InvalidName(f"Invalid Name: '{name}'")
    _check_length("input", len((execution_input or "").encode()), STEP_FUNCTIONS_PAYLOAD_BYTES)
    if execution_input is not None and (problem := json_problem(execution_input)):
        reason = problem[0] if execution_input.strip() else "Invalid execution input."
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{reason}'")


def _started(backend: Any, target: Target, name: str, given: str | None, trace_header: str | None) -> Any:
    machine, snapshot = target.machine, target.snapshot()
    execution = Execution(
        name=name,
        sm_type=snapshot.sm_type,
        role_arn=snapshot.roleArn,
        exec_arn=f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}",
        account_id=backend.account_id,
        region_name=backend.region_name,
        state_machine=snapshot,
        start_date=CURRENT.runtime.moment(),
        cloud_watch_logging_session=None,
        input_data="{}" if given is None else given,
        trace_header=trace_header,
        activity_store={},
    )
    execution.revision_arns = target.arns
    with _one_at_a_time:
        there = machine._handle_name_input_idempotency(name, given)  # noqa: SLF001 moto's own way
        if there is not None:
            return there
        # moto sets it when the thread begins: until then, others who see the execution would fail.
        execution.exec_status = ExecutionStatus.RUNNING
        machine.executions.append(execution)
    execution.start()
    _trace(snapshot)
    return execution


def _trace(machine: Any) -> None:
    """Send the trace, if there is to be one."""
    if machine.tracingConfiguration.get("enabled"):
        CURRENT.runtime.rights.trace(Caller(machine.roleArn, machine.roleArn, machine.arn))


def _check_length(member: str, length: int, limit: int) -> None:
    if length > limit:
        raise ValidationException(
            f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {limit}"
        )
