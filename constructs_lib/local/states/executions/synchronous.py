"""Gap: moto has no StartSyncExecution.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
"""

import math
import uuid
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.parser.backend.execution import SyncExecution
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.starting import check_start
from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.revisions.targets import target_of
from constructs_lib.local.states.runtime import CURRENT

_BILLED_STEP_MILLISECONDS, _BILLED_MEGABYTES = 100, 64
_WHOLE = {"included": True}


class WrongTypeError(AWSError):
    """A state machine of a type that an operation is not for."""

    TYPE = "StateMachineTypeNotSupported"
    STATUS = 400


def patches() -> list[Patch]:
    """Answer it."""
    return [Patch(StepFunctionResponse, "start_sync_execution", _start, adds=True)]


def _start(self: Any) -> ActionResult:
    name, given = self._get_param("name"), self._get_param("input")
    target = target_of(self.stepfunction_backend, self._get_param("stateMachineArn"))
    machine = target.snapshot()
    if machine.type != "EXPRESS":
        raise WrongTypeError("This operation is not supported by this type of state machine")
    check_start(name, given)
    name = name or str(uuid.uuid4())
    execution = SyncExecution(
        name=name,
        sm_type=machine.sm_type,
        role_arn=machine.roleArn,
        exec_arn=f"{machine.arn.replace(':stateMachine:', ':express:')}:{name}:{uuid.uuid4()}",
        account_id=self.current_account,
        region_name=self.region,
        state_machine=machine,
        start_date=CURRENT.runtime.moment(),
        cloud_watch_logging_session=None,
        input_data="{}" if given is None else given,
        trace_header=self._get_param("traceHeader"),
        activity_store={},
    )
    execution.start()  # to its end
    return ActionResult(_answer(execution, with_data=self._get_param("includedData") != "METADATA_ONLY"))


def _answer(execution: Any, *, with_data: bool) -> dict[str, Any]:
    seconds = (execution.stop_date - execution.start_date).total_seconds()
    steps = max(1, math.ceil(seconds * 1000 / _BILLED_STEP_MILLISECONDS))
    status = str(getattr(execution.sync_execution_status, "value", execution.sync_execution_status))
    data = {"input": execution.execution_input, "error": execution.error, "cause": execution.cause}
    if status == "SUCCEEDED":
        data["output"] = json_text(execution.output)
    answer = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "status": status,
        "inputDetails": _WHOLE,
        "outputDetails": _WHOLE,
        "traceHeader": execution.trace_header,
        "billingDetails": {
            "billedDurationInMilliseconds": steps * _BILLED_STEP_MILLISECONDS,
            "billedMemoryUsedInMB": _BILLED_MEGABYTES,
        },
        **(data if with_data else {}),
    }
    return {member: value for member, value in answer.items() if value is not None}
