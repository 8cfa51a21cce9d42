"""A child execution of a map run: a state machine of its own with its own history, context and variables.

Shows what moto's API operations ask of an execution: DescribeExecution, GetExecutionHistory, StopExecution.
"""

from datetime import datetime
from typing import Any

from moto.stepfunctions.parser.api import (
    ExecutionStartedEventDetails,
    HistoryEventExecutionDataDetails,
    HistoryEventType,
    StateMachineType,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError, ProgramStopped
from moto.stepfunctions.parser.asl.eval.states import ContextObjectData, ExecutionData, StateMachineData

from constructs_lib.local.states.distributed.batches import ChildInput
from constructs_lib.local.states.executions.logs import LogDelivery
from constructs_lib.local.states.executions.status_changes import tell
from constructs_lib.local.states.json_text import timestamp_text
from constructs_lib.local.states.runtime import CURRENT


class Child:
    """One child execution; `start_date` is when it was made, as it runs at once."""

    def __init__(self, parent: Any, program: Any, given: ChildInput, map_run: Any, name: str) -> None:
        """Prepare the execution; `run` runs it.

        Args:
            parent: the environment of the Map state.
            program: what every child of the Map state runs.
            given: its input.
            map_run: the `MapRun` that it belongs to.
            name: of the execution, unique in its map run.
        """
        self.name = name
        self.execution_arn = f"{map_run.child_prefix}:{name}"
        self.state_machine_arn = map_run.state_machine_arn
        self.map_run_arn = map_run.arn
        self.is_express = map_run.is_express
        self.items = given.items
        self.execution_input = given.text
        self.status = "RUNNING"
        self.start_date = CURRENT.runtime.moment()
        self.stop_date: datetime | None = None
        self.output: Any = None
        self.output_details = {"included": True}
        self.error: str | None = None
        self.cause: str | None = None
        self._program = program
        self._env: Any = _environment(self, parent, given.value)
        self._events = self._env.event_manager
        self._env.next_state_name = program.start_at.start_at_name  # from here on it can be stopped

    def run(self) -> None:
        """Run to the end in this thread."""
        tell(self, self.status, is_express=self.is_express)
        env = self._env
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=HistoryEventType.ExecutionStarted,
            event_details=EventDetails(
                executionStartedEventDetails=ExecutionStartedEventDetails(
                    input=self.execution_input,
                    inputDetails=HistoryEventExecutionDataDetails(truncated=False),
                    roleArn=env.aws_execution_details.role_arn,
                )
            ),
            update_source_event_id=False,
        )
        try:
            # Not `eval`, which would start anew an execution that was stopped meanwhile.
            self._program._eval_body(env)  # noqa: SLF001
        except Exception as error:  # noqa: BLE001 whatever the interpreter does, the map run must learn of the end
            env.set_error({"error": "States.Runtime", "cause": f"{type(error).__name__}({error})"})
        self._take_outcome(env.program_state(), env)

    def stop(self, stop_date: datetime, error: str | None = None, cause: str | None = None) -> None:
        """Abort the execution; one that has ended stays as it is."""
        env = self._env
        if env is not None:
            env.set_stop(stop_date=stop_date, error=error, cause=cause)

    def to_history_output(self) -> dict[str, Any]:
        """Return the events as GetExecutionHistory does."""
        return {"events": self._events.get_event_history()}

    def _take_outcome(self, state: Any, env: Any) -> None:
        if isinstance(state, ProgramEnded):
            self.output = env.states.get_input()
            status = "SUCCEEDED"
        elif isinstance(state, ProgramStopped):
            self.error, self.cause = state.error, state.cause
            status = "ABORTED"
        elif isinstance(state, ProgramError):
            self.error, self.cause = (state.error or {}).get("error"), (state.error or {}).get("cause")
            status = "FAILED"
        else:
            status = "TIMED_OUT"
        self.stop_date = CURRENT.runtime.moment()
        self.status = status
        tell(self, status, is_express=self.is_express)
        self._env = None  # a map run keeps thousands of children; only their history stays


def _environment(child: Child, parent: Any, value: Any) -> Any:
    details = parent.aws_execution_details
    delivery: LogDelivery | None = parent.cloud_watch_logging_session
    context = ContextObjectData(
        Execution=ExecutionData(
            Id=child.execution_arn,
            Input=value,
            Name=child.name,
            RoleArn=details.role_arn,
            StartTime=timestamp_text(child.start_date),
            RedriveCount=0,
        ),
        StateMachine=StateMachineData(
            Id=child.state_machine_arn, Name=child.state_machine_arn.rpartition(":stateMachine:")[2]
        ),
    )
    env = Environment(
        aws_execution_details=details,
        execution_type=StateMachineType.EXPRESS if child.is_express else StateMachineType.STANDARD,
        context=context,
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=delivery and delivery.of(child.execution_arn),
        activity_store=parent.activity_store,
    )
    env.callback_pool_manager = parent.callback_pool_manager  # SendTaskSuccess looks there
    return env
