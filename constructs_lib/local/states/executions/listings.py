"""Gap: moto lists whatever it is asked for, and knows neither versions nor aliases; AWS refuses what is out of bounds.

What a request may have in it is read from botocore's model of Step Functions, and told in the words of AWS.
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
"""

from collections.abc import Iterator
from typing import Any

import botocore.session
from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import ValidationException
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.revisions.pages import page_of
from constructs_lib.local.states.revisions.targets import machine_of

_list_machines = StepFunctionResponse.list_state_machines
_ORDER = ("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING")
"""The order in which AWS tells the statuses of executions."""


def patches() -> list[Patch]:
    """Check before moto lists anything."""
    return [Patch(StepFunctionResponse, "list_state_machines", _list_checked)]


def _list_checked(self: Any) -> Any:
    check_request(self, "ListStateMachines")
    return _list_machines(self)


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


def check_request(response: Any, operation: str) -> None:
    """Refuse a request with a member that is too long, too large, or none of those that there are.

    Args:
        response: moto's, which has the request.
        operation: such as ``ListExecutions``.

    Raises:
        ValidationException: names the member.
    """
    model = botocore.session.get_session().get_service_model("stepfunctions")
    shape = model.operation_model(operation).input_shape
    problems = [problem for name, member in shape.members.items() for problem in _problems(response, name, member)]
    if problems:
        noun = "error" if len(problems) == 1 else "errors"
        raise ValidationException(f"{len(problems)} validation {noun} detected: {'; '.join(problems)}")


def _problems(response: Any, name: str, shape: Any) -> Iterator[str]:
    value = response._get_param(name)  # noqa: SLF001 moto's own way
    if value is None:
        return
    told = f"Value '{value}' at '{name}' failed to satisfy constraint: Member must"
    most = shape.metadata.get("max")
    if shape.type_name == "integer" and most is not None and int(value) > most:
        yield f"{told} have value less than or equal to {most}"
    if shape.type_name == "string" and most is not None and len(value) > most:
        yield f"{told} have length less than or equal to {most}"
    values = getattr(shape, "enum", None)
    if values and value not in values:
        known = _ORDER if set(values) == set(_ORDER) else values
        yield f"{told} satisfy enum value set: [{', '.join(known)}]"
