"""ListExecutions of a state machine, a version of it, or an alias, which moto knows for the first of them only.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
"""

from typing import Any

from moto.core.responses import ActionResult

from constructs_lib.local.states.revisions.pages import page_of
from constructs_lib.local.states.revisions.targets import machine_of


def list_executions(response: Any) -> ActionResult:
    """Answer ListExecutions for a state machine, a version of it, or an alias; the newest comes first."""
    arn, status = response._get_param("stateMachineArn"), response._get_param("statusFilter")  # noqa: SLF001 moto's way
    machine = machine_of(response.stepfunction_backend, arn)
    found = [
        execution
        for execution in reversed(list(machine.executions))
        if status in (None, execution.status) and (arn == machine.arn or arn in execution.revision_arns.values())
    ]
    return ActionResult(page_of(response, "executions", found, _shown))


def _shown(execution: Any) -> dict[str, Any]:
    shown = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "redriveCount": 0,
        **execution.revision_arns,
    }
    return {name: value for name, value in shown.items() if value is not None}
