"""Gap: moto lists whatever it is asked for; AWS refuses what is out of bounds."""

from typing import Any

from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.constraints import check_request

_list_machines = StepFunctionResponse.list_state_machines


def patches() -> list[Patch]:
    """Check before moto lists anything."""
    return [Patch(StepFunctionResponse, "list_state_machines", _list_checked)]


def _list_checked(self: Any) -> Any:
    check_request(self, "ListStateMachines")
    return _list_machines(self)
