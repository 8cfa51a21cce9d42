"""Gap: moto has no TestState.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.single_states.requests import read
from constructs_lib.local.states.single_states.run import run

_MEMBERS = (
    "definition",
    "roleArn",
    "input",
    "inspectionLevel",
    "revealSecrets",
    "variables",
    "stateName",
    "mock",
    "context",
    "stateConfiguration",
)


def patches() -> list[Patch]:
    """Answer it."""
    return [Patch(StepFunctionResponse, "test_state", _test, adds=True)]


def _test(self: Any) -> ActionResult:
    given = {name: self._get_param(name) for name in _MEMBERS}
    trial = read({name: value for name, value in given.items() if value is not None})
    return ActionResult(run(trial, self.current_account, self.region))
