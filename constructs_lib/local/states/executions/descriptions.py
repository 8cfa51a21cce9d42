"""Gap: moto's descriptions lack what AWS tells of data, redrives, variables and logs, and show outputs as texts.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
"""

from collections.abc import Callable
from typing import Any

from moto.core.exceptions import AWSError
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Around, Patch
from constructs_lib.local.states.executions.variable_references import variable_references
from constructs_lib.local.states.json_text import json_text

_describe_execution = StepFunctionResponse.describe_execution

_CHANGEABLE = ("definition", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")
_ENDED_BADLY = {"FAILED", "TIMED_OUT", "ABORTED"}


def patches() -> list[Patch]:
    """Complete the answers."""
    return [
        Patch(StepFunctionResponse, "describe_execution", _describe),
        Around(StepFunctionResponse, "_describe_state_machine", _with_variables),
        Around(StepFunctionResponse, "describe_state_machine_for_execution", _with_variables),
        Around(StepFunctionResponse, "update_state_machine", _with_a_change),
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


def _with_variables(describe: Callable[..., Any]) -> Callable[..., Any]:
    def described_with_variables(self: Any, *arguments: Any) -> Any:
        response = describe(self, *arguments)
        described = response.result
        settings = described["loggingConfiguration"] or {}
        described["loggingConfiguration"] = {"level": "OFF", "includeExecutionData": False, **settings}
        if variables := variable_references(described["definition"]):
            described["variableReferences"] = variables
        return response

    return described_with_variables


def _with_a_change(update: Callable[..., Any]) -> Callable[..., Any]:
    def updated(self: Any) -> Any:
        if all(self._get_param(member) is None for member in _CHANGEABLE):
            what = "the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration"
            raise AWSError(f"Either {what} must be specified", exception_type="MissingRequiredParameter")
        return update(self)

    return updated
