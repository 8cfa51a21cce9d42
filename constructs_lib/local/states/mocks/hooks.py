"""Gap: moto gives mocked responses to Tasks only, by a file, and changes their members' names as if AWS had sent them.

Here Task, Map and Parallel states take what `answers.MOCKS` has for them, or their environment by itself (TestState);
their events, retries and catchers, and what becomes of the result, are as always.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_MockInput.html
"""

import copy
from collections.abc import Callable
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.inline_iteration_component import (
    InlineIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import BranchesDecl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_activitiy import StateTaskActivity
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeFailure, CallbackOutcomeFailureError
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from constructs_lib.local.patching import Around, Patch
from constructs_lib.local.states.activities.tasks import schedule, tell
from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.mocks.answers import MOCKS, Answer, MockError, StateVisit

_MACHINE_PART = 6


def patches() -> list[Patch]:
    """Ask for an answer before anything is done."""
    return [
        Patch(Environment, "is_mocked_mode", _is_mocked),
        Patch(Environment, "get_current_mocked_response", _answer),
        Around(StateTaskService, "_eval_execution", lambda before: _or_mock(before, _mock_service)),
        Around(StateTaskActivity, "_eval_execution", lambda before: _or_mock(before, _mock_activity)),
        Patch(lambda_eval_utils, "_mocked_invoke_lambda_function", _mocked_function),
        *(
            Patch(kind, "eval", _eval_or_mock)
            for kind in (BranchesDecl, DistributedIterationComponent, InlineIterationComponent)
        ),
    ]


def _place(env: Any) -> StateVisit:
    context = env.states.context_object.context_object_data
    machine = str(context["StateMachine"]["Id"]).split(":")[_MACHINE_PART].partition("/")[0]
    item = context.get("Map", {}).get("Item", {}).get("Index")
    given = env.states.get_input()
    return StateVisit(machine, env.next_state_name, context["Execution"]["Id"], item, given)


def _is_mocked(self: Any) -> bool:
    return MOCKS.at(lambda: _place(self)) is not None


def _answer(self: Any) -> Answer:
    mock = MOCKS.at(lambda: _place(self))
    if mock is None:
        raise LookupError(f"No mock is for {self.next_state_name}.")
    return mock.answer(_place(self))


def _take(env: Any, event_type: Any, details: str, about: dict[str, Any] | None = None) -> Any:
    """The result that a state is given.

    Raises:
        FailureEventException: it is given an error.
    """
    answer = env.get_current_mocked_response()
    if not isinstance(answer, MockError):
        return copy.deepcopy(answer.value)
    told = {**(about or {}), "error": answer.error, "cause": answer.cause}
    raise FailureEventException(
        failure_event=FailureEvent(
            env=env,
            error_name=ErrorName(error_name=answer.error),
            event_type=event_type,
            event_details=EventDetails(**{details: told}),
        )
    )


def _or_mock(before: Callable[[Any, Any], None], mock: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    def evaluate(self: Any, env: Any) -> None:
        (mock if env.is_mocked_mode() else before)(self, env)

    return evaluate


def _mock_service(self: Any, env: Any) -> None:
    self.resource.eval(env=env)
    resource = env.stack.pop()
    parameters = self._eval_parameters(env=env)
    credentials = self._eval_state_credentials(env=env)
    self._before_eval_execution(
        env=env, resource_runtime_part=resource, raw_parameters=parameters, state_credentials=credentials
    )
    about = {"resource": self._get_sfn_resource(), "resourceType": self._get_sfn_resource_type()}
    env.stack.append(_take(env, HistoryEventType.TaskFailed, "taskFailedEventDetails", about))
    self._after_eval_execution(
        env=env, resource_runtime_part=resource, normalised_parameters=parameters, state_credentials=credentials
    )


def _mock_activity(self: Any, env: Any) -> None:
    scheduled = schedule(self, env)
    tell(env, HistoryEventType.ActivityScheduled, activityScheduledEventDetails=scheduled)
    tell(env, HistoryEventType.ActivityStarted, activityStartedEventDetails={})
    answer = env.get_current_mocked_response()
    if isinstance(answer, MockError):  # as a worker tells it: moto takes no other failure of an activity
        outcome = CallbackOutcomeFailure("", answer.error, answer.cause)
        raise CallbackOutcomeFailureError(callback_outcome_failure=outcome)
    env.stack.append(copy.deepcopy(answer.value))
    succeeded = {"output": json_text(answer.value), "outputDetails": {"truncated": False}}
    tell(env, HistoryEventType.ActivitySucceeded, activitySucceededEventDetails=succeeded)


def _mocked_function(env: Any) -> dict[str, Any]:
    """What a Task whose resource is a function gets: the result is what the function returns."""
    return {"Payload": _take(env, HistoryEventType.LambdaFunctionFailed, "lambdaFunctionFailedEventDetails")}


def _eval_or_mock(self: Any, env: Any) -> None:
    if not (env.is_running() and env.is_mocked_mode()):
        EvalComponent.eval(self, env)
        return
    env.stack.pop()  # what the branches or iterations would have been given
    env.stack.append(_take(env, HistoryEventType.ExecutionFailed, "executionFailedEventDetails"))
