"""Gap: moto's ``$$.Execution`` has a moment for text, and no RedriveCount; an input loses its own text.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from typing import Any

from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from constructs_lib.local.states.json_text import timestamp_text
from constructs_lib.local.states.patching import Patch

_environment = ExecutionWorker._get_evaluation_environment  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Complete the context."""
    return [Patch(ExecutionWorker, "_get_evaluation_environment", _environment_of)]


def _environment_of(self: Any) -> Any:
    env = _environment(self)
    execution = env.states.context_object.context_object_data["Execution"]
    execution["StartTime"] = timestamp_text(execution["StartTime"])
    execution["RedriveCount"] = 0
    return env
