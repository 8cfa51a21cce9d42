"""Gap: in moto, a state's Output already sees what its Assign has just assigned, and events show texts unescaped.

In AWS all expressions of a state see the variables as they were when the state was entered.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#evaluation-order-in-an-assign-field.
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_text import json_text

_exited_details = CommonStateField._get_state_exited_event_details  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Keep assignments aside until the state is left."""
    return [
        Patch(AssignDecl, "_eval_body", _stage),
        Patch(CommonStateField, "_get_state_exited_event_details", _commit),
        Patch(VariableStore, "get_assigned_variables", _shown),
    ]


def _stage(self: Any, env: Any) -> None:
    staged: dict[str, Any] = {}
    for binding in self.declaration_bindings:
        binding.eval(env=env)
        staged.update(env.stack.pop())
    env.variable_store._staged = staged  # noqa: SLF001 our own attribute on moto's object


def _commit(self: Any, env: Any) -> Any:
    store = env.variable_store
    for name, value in vars(store).pop("_staged", {}).items():
        store.set(variable_identifier=name, variable_value=value)
    return _exited_details(self, env)


def _shown(self: Any) -> dict[str, str]:
    return {name: json_text(self.get(name)) for name in self._declaration_tracing}
