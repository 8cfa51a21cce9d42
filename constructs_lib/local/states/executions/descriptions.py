"""Gap: moto's descriptions lack what AWS tells of data, redrives, variables and logs, and show outputs as texts.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.states.executions.variable_references import variable_references
from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.patching import Patch

_describe_execution = StepFunctionResponse.describe_execution
_update_machine = StepFunctionResponse.update_state_machine
_describe_machine = StepFunctionResponse._describe_state_machine  # noqa: SLF001 this is what gets replaced

_ENDED_BADLY = {"FAILED", "TIMED_OUT", "ABORTED"}


def patches() -> list[Patch]:
    """Complete the answers."""
    return [
        Patch(StepFunctionResponse, "describe_execution", _describe),
        Patch(StepFunctionResponse, "_describe_state_machine", _describe_with_variables),
        Patch(StepFunctionResponse, "describe_state_machine_for_execution", _describe_for_execution),
        Patch(StepFunctionResponse, "update_state_machine", _update),
    ]


def _describe(self: Any) -> Any:
    response = _describe_execution(self)
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    is_child = hasattr(execution, "map_run_arn")
    response.result["inputDetails"] = {"included": True}
    if execution.status == "SUCCEEDED":
        response.result["output"] = json_text(execution.output)
    if is_child:
        response.result["mapRunArn"] = execution.map_run_arn
    response.result.update(getattr(execution, "revision_arns", {}))
    if execution.stop_date is not None:
        response.result["stopDate"] = execution.stop_date
    response.result.update(_redrives(execution.status, is_child=is_child))
    return response


def _redrives(status: str, *, is_child: bool) -> dict[str, Any]:
    if status in _ENDED_BADLY:
        return {"redriveCount": 0, "redriveStatus": "REDRIVABLE_BY_MAP_RUN" if is_child else "REDRIVABLE"}
    reason = f"Execution is {status} and cannot be redriven"
    return {"redriveCount": 0, "redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}


def _describe_with_variables(self: Any, state_machine_arn: str) -> Any:
    response = _describe_machine(self, state_machine_arn)
    described = response.result
    described["loggingConfiguration"] = {
        "level": "OFF",
        "includeExecutionData": False,
        **(described["loggingConfiguration"] or {}),
    }
    machine = self.stepfunction_backend.describe_state_machine(state_machine_arn)
    if revision := vars(machine).get("revision_id"):
        described["revisionId"] = revision
    if variables := variable_references(described["definition"]):
        described["variableReferences"] = variables
    return response


def _update(self: Any) -> Any:
    response = _update_machine(self)
    machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
    if revision := vars(machine).get("revision_id"):
        response.result["revisionId"] = revision
    return response


def _describe_for_execution(self: Any) -> Any:
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    machine = self.stepfunction_backend.describe_state_machine_for_execution(execution.execution_arn)
    described = self._describe_state_machine(machine.arn).result
    return ActionResult({**described, "updateDate": described["creationDate"]})
