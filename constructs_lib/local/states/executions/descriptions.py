"""Gap: moto's DescribeExecution shows text without its quotes, leaves out null, and has no stop date after a timeout.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html.
"""

from typing import Any

from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.patching import Patch

_describe_execution = StepFunctionResponse.describe_execution


def patches() -> list[Patch]:
    """Show every output as JSON text."""
    return [Patch(StepFunctionResponse, "describe_execution", _describe)]


def _describe(self: Any) -> Any:
    response = _describe_execution(self)
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    if execution.status == "SUCCEEDED":
        response.result["output"] = json_text(execution.output)
    if hasattr(execution, "map_run_arn"):  # a child execution
        response.result["mapRunArn"] = execution.map_run_arn
    response.result.update(getattr(execution, "revision_arns", {}))
    if execution.stop_date is not None:
        response.result["stopDate"] = execution.stop_date
    return response
