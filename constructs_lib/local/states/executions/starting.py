"""Gap: moto starts executions that Step Functions refuses, by their name or the length of their input, and names none.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

import re
import uuid
from typing import Any

from moto.stepfunctions.exceptions import InvalidExecutionInput, InvalidName, ValidationException
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from constructs_lib.limits import STEP_FUNCTIONS_NAME_CHARACTERS, STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local.states.json_errors import json_problem
from constructs_lib.local.states.patching import Patch
from constructs_lib.local.states.rights import Caller
from constructs_lib.local.states.settings import SETTINGS

_NOT_IN_A_NAME = re.compile(r"""[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]""")

_start = StepFunctionsParserBackend.start_execution


def patches() -> list[Patch]:
    """Check before moto starts anything."""
    return [Patch(StepFunctionsParserBackend, "start_execution", _start_checked)]


def _start_checked(
    self: Any,
    state_machine_arn: str,
    name: str | None = None,
    execution_input: str | None = None,
    trace_header: str | None = None,
) -> Any:
    if name is not None:
        _check_length("name", len(name), STEP_FUNCTIONS_NAME_CHARACTERS)
        if _NOT_IN_A_NAME.search(name):
            raise InvalidName(f"Invalid Name: '{name}'")
    _check_length("input", len((execution_input or "").encode()), STEP_FUNCTIONS_PAYLOAD_BYTES)
    if problem := json_problem(execution_input or "{}"):
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{problem[0]}'")
    started = _start(self, state_machine_arn, name or str(uuid.uuid4()), execution_input, trace_header)
    _trace(self.describe_state_machine(state_machine_arn))
    return started


def _trace(machine: Any) -> None:
    """Send the trace, if there is to be one."""
    if machine.tracingConfiguration.get("enabled"):
        SETTINGS.rights.trace(Caller(machine.roleArn, machine.roleArn, machine.arn))


def _check_length(member: str, length: int, limit: int) -> None:
    if length > limit:
        raise ValidationException(
            f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {limit}"
        )
