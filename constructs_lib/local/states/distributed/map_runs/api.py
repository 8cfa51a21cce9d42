"""Gap: moto knows no child executions in its API, and fails to describe a map run while another execution starts.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import ExecutionDoesNotExist, ResourceNotFound, ValidationException
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.distributed.children.child import Child
from constructs_lib.local.states.distributed.map_runs import registry
from constructs_lib.local.states.distributed.map_runs.map_run import MapRun
from constructs_lib.local.states.executions.listings import check_request, list_executions

_PAGE = 100  # executions of a ListExecutions call without maxResults
_PERCENT = 100

_describe_execution = StepFunctionsParserBackend.describe_execution
_describe_machine_for_execution = StepFunctionsParserBackend.describe_state_machine_for_execution
_get_execution_history = StepFunctionsParserBackend.get_execution_history


def patches() -> list[Patch]:
    """Find map runs and their children."""
    return [
        Patch(StepFunctionsParserBackend, "describe_execution", _describe_child),
        Patch(StepFunctionsParserBackend, "describe_state_machine_for_execution", _describe_machine_for_child),
        Patch(StepFunctionsParserBackend, "get_execution_history", _get_child_history),
        Patch(StepFunctionsParserBackend, "describe_map_run", _describe_map_run),
        Patch(StepFunctionsParserBackend, "list_map_runs", _list_map_runs),
        Patch(StepFunctionsParserBackend, "update_map_run", _update_map_run),
        Patch(StepFunctionResponse, "list_executions", _list_children),
    ]


def _describe_child(self: Any, execution_arn: str) -> Any:
    return registry.child(self, execution_arn) or _describe_execution(self, execution_arn)


def _describe_machine_for_child(self: Any, execution_arn: str) -> Any:
    child = registry.child(self, execution_arn)
    if child is None:
        return _describe_machine_for_execution(self, execution_arn)
    return _describe_machine_for_child(self, _map_run(self, child.map_run_arn).execution_arn)


def _get_child_history(self: Any, execution_arn: str) -> Any:
    child = registry.child(self, execution_arn)
    if child is not None and child.is_express:  # AWS keeps none either
        raise ExecutionDoesNotExist(f"Execution Does Not Exist: '{execution_arn}'")
    return _get_execution_history(self, execution_arn)


def _describe_map_run(self: Any, map_run_arn: str) -> dict[str, Any]:
    return _map_run(self, map_run_arn).describe()


def _list_map_runs(self: Any, execution_arn: str) -> dict[str, Any]:
    self.describe_execution(execution_arn)  # refuses an unknown one
    runs = [run for run in list(registry.map_runs(self).values()) if run.execution_arn == execution_arn]
    names = ("executionArn", "mapRunArn", "startDate", "stopDate")
    described = [run.describe() | {"stateMachineArn": run.state_machine_arn} for run in reversed(runs)]
    return {"mapRuns": [{name: run[name] for name in (*names, "stateMachineArn") if name in run} for run in described]}


def _update_map_run(
    self: Any,
    map_run_arn: str,
    max_concurrency: int | None = None,
    tolerated_failure_count: int | None = None,
    tolerated_failure_percentage: float | None = None,
) -> None:
    run = _map_run(self, map_run_arn)
    if run.status != "RUNNING":
        raise ValidationException(f"Map Run is already in a terminal state: '{map_run_arn}'")
    if any(value is not None and value < 0 for value in (max_concurrency, tolerated_failure_count)):
        raise ValidationException(
            "Value failed to satisfy constraint: Member must have value greater than or equal to 0"
        )
    if tolerated_failure_percentage is not None and not 0 <= tolerated_failure_percentage <= _PERCENT:
        raise ValidationException(
            "Value at 'toleratedFailurePercentage' failed to satisfy constraint: Member must be between 0 and 100"
        )
    run.update(max_concurrency, tolerated_failure_count, tolerated_failure_percentage)


def _list_children(self: Any) -> Any:
    check_request(self, "ListExecutions")
    arn = self._get_param("mapRunArn")
    if not arn:
        return list_executions(self)
    status = self._get_param("statusFilter")
    run = _map_run(self.stepfunction_backend, arn)
    found = [child for child in reversed(run.children) if status in (None, child.status)]
    start, size = int(self._get_param("nextToken") or 0), self._get_int_param("maxResults") or _PAGE
    page: dict[str, Any] = {"executions": [_listed(child) for child in found[start : start + size]]}
    if start + size < len(found):
        page["nextToken"] = str(start + size)
    return ActionResult(page)


def _listed(child: Child) -> dict[str, Any]:
    shown = {
        "executionArn": child.execution_arn,
        "stateMachineArn": child.state_machine_arn,
        "name": child.name,
        "status": child.status,
        "startDate": child.start_date,
        "stopDate": child.stop_date,
        "mapRunArn": child.map_run_arn,
        "itemCount": child.items,
        "redriveCount": 0,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _map_run(backend: Any, arn: str) -> MapRun:
    run = registry.map_runs(backend).get(arn)
    if run is None:
        raise ResourceNotFound(arn)
    return run
