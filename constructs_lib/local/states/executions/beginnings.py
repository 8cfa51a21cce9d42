"""Gap: moto's ``$$.Execution`` has a moment for text, and no RedriveCount, and an input loses its own text.

AWS shows an input as it was given until a state changes it.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from typing import Any

from moto.stepfunctions.parser.api import (
    ExecutionStartedEventDetails,
    HistoryEventExecutionDataDetails,
    HistoryEventType,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_text import json_text, timestamp_text

_environment = ExecutionWorker._get_evaluation_environment  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Complete the context; keep the text."""
    return [
        Patch(ExecutionWorker, "_get_evaluation_environment", _environment_of),
        Patch(ExecutionWorker, "_execution_logic", _start),
    ]


def _environment_of(self: Any) -> Any:
    env = _environment(self)
    execution = env.states.context_object.context_object_data["Execution"]
    execution["StartTime"] = timestamp_text(execution["StartTime"])
    execution["RedriveCount"] = 0
    text = self._execution_communication.execution.execution_input
    if text != json_text(execution["Input"]):
        env.event_manager._given = (execution["Input"], text)  # noqa: SLF001 our own attribute on moto's object
    return env


def _start(self: Any) -> None:
    program = self._get_evaluation_entrypoint()
    self.env = self._get_evaluation_environment()
    given = self._evaluation_details.execution_details.inpt
    self.env.event_manager.add_event(
        context=self.env.event_history_context,
        event_type=HistoryEventType.ExecutionStarted,
        event_details=EventDetails(
            executionStartedEventDetails=ExecutionStartedEventDetails(
                input=shown(self.env, given),
                inputDetails=HistoryEventExecutionDataDetails(truncated=False),
                roleArn=self._evaluation_details.aws_execution_details.role_arn,
            )
        ),
        update_source_event_id=False,
    )
    program.eval(self.env)
    self._execution_communication.terminated()


def shown(env: Any, value: Any) -> str:
    """Return the text of a value in an event: that of the input as it was given, as long as it is the same."""
    given = vars(env.event_manager).get("_given")
    return given[1] if given is not None and given[0] == value else json_text(value)


def forget(env: Any) -> None:
    """Show no value as the input was given anymore: what follows a Map is the Map's, even if it is the same."""
    vars(env.event_manager).pop("_given", None)
