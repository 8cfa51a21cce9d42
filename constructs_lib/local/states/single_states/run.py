"""One state, run by the interpreter as in an execution, and what came of it."""

import uuid
from typing import Any

from moto.stepfunctions.parser.api import StateMachineType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded
from moto.stepfunctions.parser.asl.eval.states import ContextObjectData, ExecutionData, StateMachineData
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from constructs_lib.local.account import Location
from constructs_lib.local.states.json_text import json_text, timestamp_text
from constructs_lib.local.states.mocks.answers import Answer
from constructs_lib.local.states.runtime import CURRENT
from constructs_lib.local.states.single_states.contexts import GivenContext
from constructs_lib.local.states.single_states.definitions import NAME
from constructs_lib.local.states.single_states.inspection import Inspection, RetriableError
from constructs_lib.local.states.single_states.requests import Trial

_LEVEL_WITHOUT_DATA = "INFO"


class TrialEnvironment(Environment):
    """The environment of a state that is tested, and of everything in it."""

    answer: Answer | None = None
    given_context: dict[str, Any] | None = None

    @classmethod
    def as_frame_of(cls, env: Any, event_history_frame_cache: Any = None) -> Any:
        """Make the environment of an attempt."""
        return cls.as_inner_frame_of(env, env.variable_store, event_history_frame_cache)

    @classmethod
    def as_inner_frame_of(cls, env: Any, variable_store: Any, event_history_frame_cache: Any = None) -> Any:
        """Make the environment of a part."""
        frame = super().as_inner_frame_of(env, variable_store, event_history_frame_cache)
        frame.answer = env.answer
        if env.given_context is not None:
            frame.show(env.given_context)
        return frame

    def show(self, given: dict[str, Any]) -> None:
        """Show expressions this context, and no other."""
        self.given_context = given
        context = GivenContext(given)
        self.states.context_object.context_object_data = context
        self.states._states_data["context"] = context  # noqa: SLF001 moto gives no other way

    def is_mocked_mode(self) -> bool:
        """Whether the state is given something in place of what it would do."""
        return self.answer is not None

    def get_current_mocked_response(self) -> Answer | None:
        """What it is given."""
        return self.answer


def run(trial: Trial, account: str, region: str) -> dict[str, Any]:
    """Run a state.

    Args:
        trial: what is asked for.
        account: the number of the account.
        region: the name of the region.

    Returns:
        The answer of TestState.
    """
    program = AmazonStateLanguageParser.parse(trial.tested.workflow)[0]
    state = program.states.states[NAME]
    inspection = Inspection(state, trial.given, trial.retries, trial.reader_data)
    env = _environment(trial, account, region)
    env.next_state_name = NAME
    answer: dict[str, Any]
    try:
        state.eval(env)
    except RetriableError:
        answer = {"status": "RETRIABLE", **_error(inspection.error)}
    except FailureEventException as failure:
        details = failure.get_execution_failed_event_details() or {}
        answer = {"status": "FAILED", **_error({"Error": details.get("error"), "Cause": details.get("cause")})}
    except Exception as error:  # noqa: BLE001 as in an execution, where it is the cause of its failure
        answer = {"status": "FAILED", "error": "States.Runtime", "cause": str(error)}
    else:
        answer = {"status": "SUCCEEDED", "output": json_text(env.states.get_input())}
        if inspection.is_caught:
            answer |= {"status": "CAUGHT_ERROR", **_error(inspection.error)}
        if not isinstance(env.program_state(), ProgramEnded):
            answer["nextState"] = env.next_state_name
    if trial.level != _LEVEL_WITHOUT_DATA:
        answer["inspectionData"] = inspection.shown(_variables(env), succeeded=answer["status"] == "SUCCEEDED")
    return answer


def _environment(trial: Trial, account: str, region: str) -> TrialEnvironment:
    machine, name = f"TestState-{uuid.uuid4()}", str(uuid.uuid4())
    start = Location(account, region).arn("states", "").removesuffix(":")
    store = VariableStore()
    for variable, value in trial.variables.items():
        store.set(variable, value)
    env = TrialEnvironment(
        aws_execution_details=AWSExecutionDetails(account=account, region=region, role_arn=trial.role_arn),
        execution_type=StateMachineType.EXPRESS,
        context=ContextObjectData(
            Execution=ExecutionData(
                Id=f"{start}:express:{machine}:{name}",
                Input=trial.given,
                Name=name,
                RoleArn=trial.role_arn,
                StartTime=timestamp_text(CURRENT.runtime.moment()),
            ),
            StateMachine=StateMachineData(Id=f"{start}:stateMachine:{machine}", Name=machine),
        ),
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
        variable_store=store,
    )
    env.answer = trial.answer
    if trial.context is not None:
        env.show(trial.context)
    if trial.tested.is_in_map:  # as in the first iteration
        env.states.context_object.context_object_data["Map"] = {"Item": {"Index": 0, "Value": trial.given}}
    return env


def _variables(env: Any) -> dict[str, Any]:
    return dict(env.variable_store._inner_scope)  # noqa: SLF001 moto gives no other way


def _error(output: dict[str, Any]) -> dict[str, str]:
    pairs = (("error", output.get("Error")), ("cause", output.get("Cause")))
    return {name: value for name, value in pairs if value is not None}
